import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { StxError } from '../../base/stx-error.ts';

/** What the host says about namespaces; a file that it does not have is `undefined`. */
export interface HostLimits {
  readonly unprivilegedClone: string | undefined;
  readonly maxUserNamespaces: string | undefined;
  readonly appArmorRestricts: string | undefined;
  readonly userName: string;
  readonly hasIdRange: boolean;
}

/** Reads what decides whether an ordinary user may have namespaces. */
export function readHostLimits(): HostLimits {
  const { userName, uid } = user();
  return {
    unprivilegedClone: readSetting('/proc/sys/kernel/unprivileged_userns_clone'),
    maxUserNamespaces: readSetting('/proc/sys/user/max_user_namespaces'),
    appArmorRestricts: readSetting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
    userName,
    hasIdRange: [`${userName}:`, `${uid}:`].some((start) =>
      (readSetting('/etc/subuid') ?? '').split('\n').some((line) => line.startsWith(start)),
    ),
  };
}

/** A user id that has no entry in the password file is a name, too. */
function user(): { readonly userName: string; readonly uid: number } {
  const uid = process.getuid?.() ?? 0;
  try {
    return { userName: userInfo().username, uid };
  } catch {
    return { userName: String(uid), uid };
  }
}

function readSetting(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The error for a program of the sandbox that is not installed. */
export function sandboxProgramMissing(program: string): StxError {
  const packageName = program === 'bwrap' ? 'bubblewrap' : 'util-linux';
  return StxError.of('sandbox-unavailable', `the program \`${program}\` that runs tasks in a sandbox is missing`, {
    origin: 'environment',
    help: `install the package \`${packageName}\``,
  });
}

/** The error for a sandbox that could not be set up; `said` is what the program wrote. */
export function sandboxRefused(said: string, wantsIdRange: boolean, limits: HostLimits): StxError {
  const missing = /failed to execute (bwrap): No such file/.exec(said)?.[1];
  if (missing !== undefined) return sandboxProgramMissing(missing);
  const line = said.trim().split('\n').at(-1) ?? '';
  return StxError.of('sandbox-unavailable', `the sandbox could not be set up: ${line}`, {
    origin: 'environment',
    help: wayOut(said, wantsIdRange, limits),
  });
}

function wayOut(said: string, wantsIdRange: boolean, limits: HostLimits): string {
  if (limits.unprivilegedClone === '0') return 'as root: `sysctl -w kernel.unprivileged_userns_clone=1`';
  if (limits.maxUserNamespaces === '0') return 'as root: `sysctl -w user.max_user_namespaces=15000`';
  if (wantsIdRange && !limits.hasIdRange && limits.userName !== 'root')
    return (
      `as root: \`usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${limits.userName}\` ` +
      '(this task needs a range of user ids in /etc/subuid and /etc/subgid)'
    );
  if (/newuidmap|newgidmap/.test(said) && /not found|no such file/i.test(said))
    return 'install the package `uidmap`, which has newuidmap and newgidmap';
  if (limits.appArmorRestricts === '1')
    return (
      'as root: `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, ' +
      'or an AppArmor profile for bwrap that allows `userns`'
    );
  if (/not permitted|permission|denied/i.test(said))
    return (
      'the host (a container, or its security policy) forbids user namespaces; allow them (kernel.' +
      'unprivileged_userns_clone, user.max_user_namespaces, AppArmor, seccomp) or run the build as root'
    );
  return 'check that the paths of the sandbox exist (SANDBOX_ROOT and the flag sandbox-ro of the task)';
}
