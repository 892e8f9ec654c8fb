import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';

/** A program of the host that something asked for needs; the table is data of a layer (conf/host-tools.conf). */
export interface HostTool {
  readonly name: string;
  readonly why: string;
}

/** The missing tools with what installs them here; commands are absent when no known package manager is found. */
export interface MissingTools {
  readonly tools: readonly HostTool[];
  readonly refresh: readonly string[] | undefined;
  readonly install: readonly string[] | undefined;
}

/** Where programs are looked for. */
export interface ProgramFinder {
  /** A program by name, or any file by absolute path. */
  has(program: string): boolean;
}

/** Looks along PATH and the folders of system administration tools, which an ordinary user's PATH may lack. */
export function programFinder(path: string): ProgramFinder {
  const folders = [...path.split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'].filter((folder) => folder !== '');
  return {
    has: (program) =>
      program.startsWith('/') ? existsSync(program) : folders.some((folder) => isExecutable(join(folder, program))),
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What the users of `purposes` (names of built-in tasks, `shell`, `fakeroot`, `boot`, ...) need and the host lacks. */
export function findMissingTools(
  table: Datastore,
  purposes: ReadonlySet<string>,
  programs: ProgramFinder,
): MissingTools | undefined {
  const tools: HostTool[] = [];
  for (const [name, why] of table.flags('HOST_TOOL')) {
    const users = words(table.flag('HOST_TOOL_FOR', name));
    const probe = table.flag('HOST_TOOL_PROBE', name) ?? name;
    if (users.some((user) => purposes.has(user)) && !programs.has(probe)) tools.push({ name, why });
  }
  if (tools.length === 0) return undefined;
  const manager = words(table.get('HOST_PACKAGE_MANAGERS')).find((each) => programs.has(each));
  if (manager === undefined) return { tools, refresh: undefined, install: undefined };
  const packages = new Set(tools.flatMap((tool) => words(table.flag(`HOST_TOOL_PACKAGE_${manager}`, tool.name))));
  const refresh = words(table.flag('HOST_PACKAGE_REFRESH', manager));
  return {
    tools,
    refresh: refresh.length === 0 ? undefined : refresh,
    install: [...words(table.flag('HOST_PACKAGE_MANAGER', manager)), ...packages],
  };
}

/** The error that lists missing tools with the one command that installs them. */
export function missingToolsError(missing: MissingTools, isRoot: boolean): StxError {
  const list = missing.tools.map((tool) => `${tool.name} (${tool.why})`).join(', ');
  const sudo = isRoot ? '' : 'sudo ';
  const commands = [missing.refresh, missing.install].filter((command) => command !== undefined);
  const line = commands.map((command) => `${sudo}${command.join(' ')}`).join(' && ');
  const help =
    line === ''
      ? 'install these programs with the package manager of this host'
      : `${line}\n${isRoot ? 'or start the same command with --yes' : 'then start the same command again'}`;
  return StxError.of('missing-host-tools', `the host lacks ${list}`, { origin: 'environment', help });
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
