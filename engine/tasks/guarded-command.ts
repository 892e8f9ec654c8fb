import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** A program, and what it may see of the host's processes and ids. */
export interface GuardedProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** `own`: the ids of the engine. `all`: user 0 over a full range of ids (root has it; others get it by `--map-auto`). */
  readonly ids?: 'own' | 'all' | undefined;
  /** Further namespaces of its own, as options of `unshare`. */
  readonly namespaces?: readonly string[] | undefined;
  /** The program is of no use without namespaces: they are asked for even when the host seems to grant none. */
  readonly needsNamespaces?: boolean | undefined;
}

/**
 * The command that runs a program so that nothing of it outlives the engine, at whatever moment that is killed: standard
 * input must be a pipe that only the engine holds, and file descriptor 4 something to write to. The program runs under a shell that is process 1 of a process
 * namespace; a watcher in it kills everything as soon as the pipe closes. (A parent-death signal does not do: a program
 * that is killed before it has asked for one leaves what it has started.) On a host that grants no namespaces the watcher
 * kills the process group instead. The program itself gets an empty standard input.
 */
export function guardedCommand(program: GuardedProgram): { readonly command: string; readonly args: string[] } {
  const { command, args } = program;
  const namespaces = [...identity(program.ids), ...ownProcesses, ...(program.namespaces ?? [])];
  if (program.needsNamespaces || hostGrantsProcessNamespaces())
    return { command: 'unshare', args: [...namespaces, '--', 'sh', '-c', guard('-1'), 'sh', command, ...args] };
  return { command: 'sh', args: ['-c', guard('0'), 'sh', command, ...args] };
}

/**
 * The command of a shell that runs what it is asked for on standard input (`program-server.ts`): file descriptor 5 is a file
 * with the request, 3 takes reports, 4 is the pipe that only the engine holds. It is process 1 of a process namespace. Here the
 * watcher stands outside, for the shell kills everything inside after each program. It kills the process group, which
 * the kernel does for a fork that is under way as well; with process 1 goes all that is in the namespace.
 */
export function serverCommand(
  namespaces: readonly string[],
  mark: string,
): { readonly command: string; readonly args: string[] } {
  const options = [...identity('own'), ...ownProcesses, '--propagation', 'slave', ...namespaces];
  return {
    command: 'sh',
    args: ['-c', watchedGroup, 'sh', 'unshare', ...options, '--', 'sh', '-c', server, 'sh', mark],
  };
}

const watchedGroup = `exec 2>&1
( trap '' HUP INT TERM; exec </dev/null >/dev/null 2>&1 3>&- 5<&-
  read -r line <&4; while :; do kill -KILL 0; sleep 0.02; done ) &
exec "$@" 4<&-`;

/** Whatever a program has left is gone and reaped before its end is told: nothing more can come from it. */
const server = `stx_end() {
  stx_tries=0
  while kill -KILL -1; do
    stx_tries=$((stx_tries + 1))
    if [ $stx_tries -lt 20 ]; then (:); else sleep 0.01; fi
  done 2>/dev/null
  printf '\\036%s%03d\\n' "$2" "$1" >&3
  printf '\\036%s%03d\\n' "$2" "$1"
}
stx_end 0 "$1"
while read -r stx_line; do
  . /proc/self/fd/5
  stx_end "$?" "$1"
done`;

/** Whether the host lets an ordinary program have a process namespace. */
export function hostGrantsServers(): boolean {
  return hostGrantsProcessNamespaces();
}

/** Where a program lies on a search path (words parted by `:`); undefined: nowhere. */
export function findProgram(name: string, path: string): string | undefined {
  if (name.includes('/')) return name;
  const places = path.split(':').map((folder) => join(folder, name));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The namespace that cuts a program off from the network; none where the host grants none. BitBake: utils.disable_network. */
export function withoutNetwork(): readonly string[] {
  const options = [...identity('own'), ...ownProcesses, '--net'];
  canCutOff ??= spawnSync('unshare', [...options, 'true'], { stdio: 'ignore' }).status === 0;
  return canCutOff ? ['--net'] : [];
}

let canCutOff: boolean | undefined;

const ownProcesses = ['--pid', '--fork', '--kill-child=KILL', '--mount-proc'];

function identity(ids: 'own' | 'all' | undefined): readonly string[] {
  if (process.getuid?.() === 0) return [];
  return ids === 'all' ? ['--user', '--map-auto', '--map-root-user'] : ['--user', '--map-current-user'];
}

let isGranted: boolean | undefined;

function hostGrantsProcessNamespaces(): boolean {
  const options = [...identity('own'), ...ownProcesses];
  isGranted ??= spawnSync('unshare', [...options, 'true'], { stdio: 'ignore' }).status === 0;
  return isGranted;
}

/**
 * The watcher goes on killing until its shell is gone: the program may be started after the engine's end. What the
 * program took is told on file descriptor 4, as `times` tells it.
 */
function guard(everything: '-1' | '0'): string {
  return `exec 5<&0 </dev/null
( trap '' HUP INT TERM; exec 3>&- 4>&- >/dev/null 2>&1
  read -r line <&5; while :; do kill -KILL ${everything}; sleep 0.02; done ) &
"$@" 4>&- 5<&-
status=$?
times >&4
exit $status`;
}
