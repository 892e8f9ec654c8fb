import { projectPathReplacer } from '../base/project-paths.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { hasNetwork, isSwitchedOn, words } from '../functions/function-flags.ts';
import type { OutputDirectory, Sandbox, SandboxMount } from '../messages/task-order.ts';

/** The sandbox of a shell task, and the rewriting of texts that goes with it. */
export interface TaskSandbox {
  readonly sandbox: Sandbox;
  /** Host paths -> paths inside. */
  relocate(text: string): string;
}

/** The sandbox that SANDBOX_ROOT asks for; `undefined` when the recipe has none. Missing mount sources are left to the runner. */
export function sandboxOf(
  task: string,
  datastore: Datastore,
  more: { readonly outputs: readonly OutputDirectory[]; readonly libraries?: readonly string[] },
): TaskSandbox | undefined {
  const root = datastore.get('SANDBOX_ROOT');
  if (!root) return undefined;
  const relocations = relocationsOf(datastore);
  const relocate = projectPathReplacer(relocations.map(({ from, to }) => ({ path: from, placeholder: to })));
  const work = datastore.get('WORKDIR');
  const writable = [work, ...more.outputs.map(({ from }) => from), ...words(datastore.flag(task, 'sandbox-rw'))];
  const readOnly = [
    work && `${work}/recipe-sysroot`,
    ...words(datastore.flag(task, 'sandbox-ro')),
    ...(more.libraries ?? []),
  ];
  const mounts = new Map<string, SandboxMount>();
  for (const [paths, isWritable] of [
    [readOnly, false],
    [writable, true],
  ] as const) {
    for (const source of paths)
      if (source) mounts.set(source, { source, target: relocate(source), writable: isWritable });
  }
  return {
    relocate,
    sandbox: {
      root,
      // Outer directories first, so that inner ones lie over them.
      mounts: [...mounts.values()].sort((a, b) => a.target.length - b.target.length || (a.target < b.target ? -1 : 1)),
      network: hasNetwork(datastore, task),
      allIds: isSwitchedOn(datastore, task, 'fakeroot'),
      emulation: datastore.get('SANDBOX_EMULATION')?.trim() || undefined,
      relocations,
    },
  };
}

/** Folders of this checkout appear under fixed names, so that outputs do not hold its path. */
function relocationsOf(datastore: Datastore): Sandbox['relocations'] {
  const relocations: { from: string; to: string }[] = [];
  const temporary = datastore.get('TMPDIR');
  const top = datastore.get('TOPDIR');
  if (temporary) relocations.push({ from: temporary, to: '/stx/tmp' });
  if (top) relocations.push({ from: top, to: '/stx/build' });
  return relocations;
}
