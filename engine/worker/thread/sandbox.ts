import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox, SandboxMount } from '../../messages/task-order.ts';
import { withEmulation } from '../../tasks/emulation.ts';
import type { GuardedProgram } from '../../tasks/guarded-command.ts';
import { spawnEnvironment } from './spawn-environment.ts';

/** What the sandbox program is asked to run. */
export interface SandboxedProgram {
  readonly sandbox: Sandbox;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Files of ours that the program needs, seen read-only at their target. */
  readonly files: readonly { readonly source: string; readonly target: string }[];
  readonly command: readonly string[];
  /** Whether the engine runs as root; an ordinary user gets a range of ids through `unshare --map-auto`. */
  readonly isRoot: boolean;
  /** It stays in the caller's session, whose terminal it uses. */
  readonly onTerminal?: boolean | undefined;
}

/** A program of the host that sets the sandbox up. */
export interface SandboxInvocation extends GuardedProgram {
  readonly environment: Readonly<Record<string, string>>;
}

/** Top folders of a root that are replaced by an empty one when a mount needs a new place below them. */
const replaceable = new Set(['home', 'root', 'mnt', 'media', 'opt', 'srv', 'run']);
/** Top folders that are always fresh. */
const fresh = new Set(['tmp', 'proc', 'dev', 'sys']);

/** What root may do to the machine itself, beyond files, ids and mounts: no task needs it, and real root would have it. */
const machineCapabilities: readonly string[] = [
  'CAP_MKNOD',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_BOOT',
  'CAP_SYS_TIME',
  'CAP_SYSLOG',
  'CAP_BPF',
  'CAP_PERFMON',
];

/**
 * The argument vector that runs a program in a sandbox: the build root read-only as `/`, the declared mounts, a fresh
 * `/tmp`, `/proc` and `/dev`, new namespaces; and what to start it with.
 */
export function sandboxCommand(program: SandboxedProgram): SandboxInvocation {
  const { sandbox, isRoot } = program;
  const { environment, lateVariables, dropsPath } = spawnEnvironment(program.environment);
  const args = [
    ...(program.onTerminal ? [] : ['--new-session']),
    ...namespaceArguments(sandbox, isRoot),
    ...rootArguments(sandbox),
    ...['--proc', '/proc', '--dev', '/dev', '--perms', '1777', '--tmpfs', '/tmp'],
    ...mountArguments(sandbox),
    ...program.files.flatMap(({ source, target }) => ['--ro-bind', source, target]),
    ...['--remount-ro', '/', '--chdir', program.cwd],
    ...(dropsPath ? ['--unsetenv', 'PATH'] : []),
    ...lateVariables.flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--', ...program.command],
  ];
  const bare = { command: 'bwrap', args };
  const started = sandbox.emulation === undefined ? bare : withEmulation(bare, sandbox.emulation);
  return { ...started, ids: sandbox.allIds ? 'all' : 'own', needsNamespaces: true, environment };
}

function namespaceArguments(sandbox: Sandbox, isRoot: boolean): string[] {
  const args = ['--die-with-parent', '--unshare-pid', '--unshare-ipc', '--unshare-uts'];
  args.push('--unshare-cgroup-try', '--hostname', 'build');
  if (!sandbox.network) args.push('--unshare-net');
  if (sandbox.allIds) args.push('--cap-add', 'ALL', ...machineCapabilities.flatMap((name) => ['--cap-drop', name]));
  else args.push('--unshare-user', '--uid', '0', '--gid', '0');
  if (!sandbox.allIds && isRoot) args.push('--cap-drop', 'ALL');
  return args;
}

/** The entries of the root one by one on an empty `/`, so that mount points can be made beside them. */
function rootArguments(sandbox: Sandbox): string[] {
  const args: string[] = [];
  for (const name of readdirSync(sandbox.root).sort()) {
    const source = join(sandbox.root, name);
    if (fresh.has(name) || isReplaced(name, sandbox)) continue;
    if (lstatSync(source).isSymbolicLink()) args.push('--symlink', readlinkSync(source), `/${name}`);
    else args.push('--ro-bind', source, `/${name}`);
  }
  return args;
}

function isReplaced(name: string, sandbox: Sandbox): boolean {
  return replaceable.has(name) && sandbox.mounts.some((mount) => mount.target.startsWith(`/${name}/`));
}

/** Outer mounts before those inside them. */
function mountArguments(sandbox: Sandbox): string[] {
  const depth = (mount: SandboxMount): number => mount.target.split('/').filter((part) => part !== '').length;
  const ordered = [...sandbox.mounts].sort((a, b) => depth(a) - depth(b));
  const args = ordered.flatMap(({ source, target, writable }) =>
    writable ? ['--bind', source, target] : ['--ro-bind-try', source, target],
  );
  if (sandbox.network) args.push(...nameServiceArguments(sandbox.root));
  return args;
}

/** With the network on, the host's name servers are seen, if the root has a plain file to lay them over. */
function nameServiceArguments(root: string): string[] {
  try {
    const isPlain = lstatSync(join(root, 'etc/resolv.conf')).isFile();
    return isPlain ? ['--ro-bind-try', '/etc/resolv.conf', '/etc/resolv.conf'] : [];
  } catch {
    return [];
  }
}

/** Where a program of the sandbox lies inside, along a search path; undefined: nowhere that can be told without looking from inside. */
export function findInSandbox(sandbox: Sandbox, name: string, path: string): string | undefined {
  const places = path.split(':').filter((folder) => folder.startsWith('/'));
  return places.map((folder) => join(folder, name)).find((place) => isPlainFile(sandbox, place));
}

function isPlainFile({ root, mounts }: Sandbox, inside: string): boolean {
  const around = mounts.filter(({ target }) => inside.startsWith(`${target}/`));
  const mount = around.reduce<Pick<SandboxMount, 'source' | 'target'>>(
    (inner, each) => (each.target.length > inner.target.length ? each : inner),
    { source: root, target: '' },
  );
  try {
    const real = realpathSync(join(mount.source, inside.slice(mount.target.length)));
    // A link that leads out of the tree leads somewhere else inside.
    return real.startsWith(`${realpathSync(mount.source)}/`) && lstatSync(real).isFile();
  } catch {
    return false;
  }
}
