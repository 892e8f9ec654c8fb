/** A program with its arguments. */
export interface EmulatedProgram {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The program in a user namespace of its own in which the kernel hands programs of another architecture to an emulator:
 * `registration` is a line for binfmt_misc (Linux: admin-guide/binfmt-misc; with the flag F the emulator need not be in the root). The
 * host is not changed. Root keeps its whole range of ids, a namespace that has a range keeps that; others are user 0 alone. Where the kernel
 * is older than 6.7, what the host has registered serves; without that the program is not started, and the exit code is 97.
 */
export function withEmulation({ command, args }: EmulatedProgram, registration: string): EmulatedProgram {
  return { command: 'sh', args: ['-c', outer, 'sh', inner, registration, command, ...args] };
}

/** Wrote by what could not be set up; the log has the line. */
export const noEmulation = 'stx-bake: this kernel lets no task register an emulator';

/** In the new namespace, as soon as its ids are mapped. A format that the host knows is an executable already. */
const inner = `while ! read -r map < /proc/self/uid_map || ! read -r map < /proc/self/gid_map; do :; done
name=\${1#:}; name=\${name%%:*}; emulator=\${1%:*}; emulator=\${emulator##*:}
if [ ! -x "$emulator" ]; then echo "stx-bake: there is no $emulator" >&2; exit 97; fi
if mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc 2>/dev/null && \
  printf '%s\\n' "$1" > /proc/sys/fs/binfmt_misc/register; then :
elif [ -e "/proc/sys/fs/binfmt_misc/$name" ]; then :
else echo '${noEmulation}' >&2; exit 97; fi
shift
exec "$@"`;

/**
 * Only the initial namespace of root maps all ids, which needs somebody outside to write the map. What runs in the background has
 * the caller's standard input nevertheless.
 */
const outer = `inner=$1; shift
read -r first lower count < /proc/self/uid_map
if [ "$(id -u)" != 0 ]; then exec unshare --user --map-root-user --mount sh -c "$inner" sh "$@"; fi
if [ "$count" != 4294967295 ]; then exec unshare --mount sh -c "$inner" sh "$@"; fi
exec 6<&0
unshare --user --mount --keep-caps sh -c "$inner" sh "$@" <&6 6<&- &
pid=$!
own=$(readlink /proc/self/ns/user)
while now=$(readlink "/proc/$pid/ns/user") && [ "$now" = "$own" ]; do :; done
echo '0 0 4294967295' > "/proc/$pid/uid_map"
echo '0 0 4294967295' > "/proc/$pid/gid_map"
wait "$pid"`;
