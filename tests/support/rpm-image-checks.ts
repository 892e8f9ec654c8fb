import assert from 'node:assert/strict';
import type { BootSession } from './boot-session.ts';

/** Files of an image of rpm packages that no package owns, each with its reason. */
const unowned: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^\/(?:var\/lib|usr\/lib\/sysimage)\/rpm\//, 'the database of packages itself'],
  [
    /^\/etc\/systemd\/system\/(?:.+\/)?[^/]+\.(?:service|socket|target|timer)$/,
    'links of units that are on, off or masked',
  ],
  [/^\/etc\/systemd\/system\/ssh-host-key\.service$/, 'setting of the image: a key of its own for each machine'],
  [/^\/etc\/systemd\/system\/serial-getty@\.service\.d\/autologin\.conf$/, 'setting of the image: serial-autologin'],
  [/^\/etc\/systemd\/network\/80-dhcp\.network$/, 'setting of the image: networking'],
  [/^\/etc\/ssh\/sshd_config\.d\/10-host-key\.conf$/, 'setting of the image: ssh-server'],
  [/^\/etc\/yum\.repos\.d\/stx-feed\.repo$/, 'setting of the image: our feed'],
];

/**
 * In a booted live system of rpm packages: all files are as their packages brought them, each file has a package or a reason, and
 * there is no other package manager. Throws when it is not so; gives the number of files without a package.
 */
export async function checkRpmSystem(guest: BootSession): Promise<number> {
  assert.deepEqual(await linesOf(guest, 'rpm -Va'), [], 'every file is as its package brought it');
  const others = 'command -v dpkg apt apt-get perl; ls -d /var/lib/dpkg /etc/apt 2>/dev/null';
  assert.deepEqual(await linesOf(guest, others), [], 'no other package manager');
  const paths = 'cd /run/rootfsbase && find . -xdev ! -type d | cut -c2- | sort > /tmp/files';
  const owned = 'rpm -qal | sort -u > /tmp/owned; comm -23 /tmp/files /tmp/owned';
  const strangers = await linesOf(guest, `${paths}; ${owned}`);
  const unknown = strangers.filter((path) => !unowned.some(([pattern]) => pattern.test(path)));
  assert.deepEqual(unknown, [], 'every file is owned by a package, or has a reason');
  return strangers.length;
}

/** What a command prints in the guest, without blank lines. */
export async function linesOf(guest: BootSession, command: string): Promise<readonly string[]> {
  return (await guest.command(command)).output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
