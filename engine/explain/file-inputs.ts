import type { FileReader } from '../base/file-reader.ts';
import { parseLockFile } from '../base/lock-file.ts';
import { StxError } from '../base/stx-error.ts';
import { isExternalSource } from '../metadata/external-source.ts';
import type { Workspace } from '../metadata/workspace.ts';
import type { DescribedTask } from '../signatures/described-task.ts';

/** Turns names of files in signatures (`<LAYER:core>/files/a`) into paths of this checkout. */
export type SourcePaths = (name: string) => string;

/** The paths behind the words that stand for layers and the build directory. */
export function sourcePaths(workspace: Workspace): SourcePaths {
  const base = workspace.configurations.get('')?.base;
  const layers = new Map(base?.layers.map(({ name, path }) => [name, path]));
  const top = base?.value('TOPDIR') ?? '';
  return (name) =>
    name.replace(/^<LAYER:([^>]+)>/, (whole, layer: string) => layers.get(layer) ?? whole).replace(/^<TOPDIR>/, top);
}

/** The path behind a file of a signature; `undefined` for a source that was not found. */
export function pathOfInput(name: string, task: DescribedTask, paths: SourcePaths): string | undefined {
  if (isExternalSource(name)) return task.task.recipe.datastore.get('EXTERNALSRC');
  if (!name.startsWith('file://')) return paths(name);
  const source = paths(name.slice('file://'.length));
  return task.localSources.find((each) => each.name === source)?.path;
}

/** Whether a task reads a file, or would read it if it were there: as a source, within a folder, or as its lock. */
export function readsPath(task: DescribedTask, path: string, paths: SourcePaths): boolean {
  const { files, locks } = task.inputs.outside;
  for (const name in files) {
    const own = pathOfInput(name, task, paths);
    if (own !== undefined && covers(own, path)) return true;
    if (name.startsWith('file://') && wouldBeFound(name, task, path, paths)) return true;
  }
  if (Object.keys(locks).length === 0) return false;
  return lockFileOf(task) === path;
}

function covers(own: string, path: string): boolean {
  return own === path || path.startsWith(`${own}/`) || own.startsWith(`${path}/`);
}

function wouldBeFound(name: string, task: DescribedTask, path: string, paths: SourcePaths): boolean {
  const source = paths(name.slice('file://'.length));
  const found = task.localSources.find((each) => each.name === source);
  return found?.lookedFor.some((each) => each === path || path.startsWith(`${each}/`)) ?? false;
}

/** Whether a root that a task reads from a lock file holds a package. */
export function readsLockRecord(
  task: DescribedTask,
  record: { readonly path: string; readonly package: string },
  files: FileReader,
): boolean {
  const roots = Object.keys(task.inputs.outside.locks);
  if (roots.length === 0 || lockFileOf(task) !== record.path) return false;
  const own = lockRecords(record.path, files).filter((each) => each.name === record.package);
  if (own.length === 0) return true;
  return own.some((each) => each.roots.some((root) => roots.includes(root)));
}

/** The records of a lock file. Throws StxError. */
export function lockRecords(path: string, files: FileReader): ReturnType<typeof parseLockFile> {
  const text = files.readText(path);
  if (text === undefined) throw StxError.of('file-not-readable', `there is no lock file \`${path}\``);
  return parseLockFile(text, path);
}

/** The lock file of a task that reads one. */
export function lockFileOf(task: DescribedTask): string {
  return task.task.recipe.datastore.get('LOCK_FILE')?.trim() ?? '';
}
