import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import type { BootSession } from './boot-session.ts';

/** What a booted image must be like. */
export interface BootedImage {
  /** The kernel that was chosen. */
  readonly entry: 'std' | 'rt';
  /** Path of FILE.manifest.json. */
  readonly manifest: string;
  /** Format of its packages. */
  readonly family: 'deb' | 'rpm';
}

interface Manifest {
  readonly packages: readonly { readonly name: string; readonly version: string; readonly architecture: string }[];
}

const asked = {
  deb: "dpkg-query -W -f '${db:Status-Status}|${Package} ${Version} ${Architecture}\\n' | sed -n 's/^installed|//p'",
  rpm: "rpm -qa --qf '%|EPOCH?{%{NAME} %{EPOCH}:%{VERSION}-%{RELEASE} %{ARCH}}:{%{NAME} %{VERSION}-%{RELEASE} %{ARCH}}|\\n' | grep -v '^gpg-pubkey '",
};

/** Waits for the prompt of the root shell on the serial console. */
export async function untilPrompt(guest: BootSession, seconds = 420): Promise<void> {
  await guest.expect(/root@\S+(:| )~\]?# /, seconds);
}

/** Waits until the system is up: no unit has failed, the kernel is the chosen one, and the packages are those of the manifest. */
export async function checkSystem(t: ExecutionContext, guest: BootSession, expected: BootedImage): Promise<void> {
  const running = await guest.command('systemctl is-system-running --wait');
  const failed = await guest.command('systemctl --failed --no-legend --plain');
  t.is(failed.output.trim(), '', 'no unit has failed');
  t.is(running.output.trim(), 'running');
  const kernel = (await guest.command('uname -srv')).output.trim();
  t.log(kernel);
  if (expected.entry === 'rt') t.regex(kernel, /PREEMPT_RT/);
  else t.notRegex(kernel, /PREEMPT_RT/);
  const installed = await guest.command(asked[expected.family]);
  const { packages } = JSON.parse(readFileSync(expected.manifest, 'utf8')) as Manifest;
  t.deepEqual(
    installed.output.trim().split('\n').sort(),
    packages.map(({ name, version, architecture }) => `${name} ${version} ${architecture}`).sort(),
    'what is installed is what the manifest says',
  );
}

/** What every StarlingX image has of our own works: osal, tcpdump, build.info. */
export async function checkOwnPackages(t: ExecutionContext, guest: BootSession): Promise<void> {
  t.regex((await guest.command('tcpdump --version')).output, /tcpdump version .*StarlingX[\s\S]*libpcap version/);
  t.regex((await guest.command('cat /etc/build.info')).output, /^SW_VERSION="/m);
  const query = await guest.command('osal query tcpdump');
  t.is(query.status, 0);
  t.regex(query.output, /tcpdump/);
  t.regex((await guest.command('osal files tcpdump')).output, /\/usr\/bin\/tcpdump/);
  t.is((await guest.command('osal query no-such-package')).status, 3);
  t.is((await guest.command('osal remove packagegroup-stx-base tcpdump && ! test -e /usr/bin/tcpdump')).status, 0);
}

/** The machine is reachable, and nobody gets in without leave. */
export async function checkAccess(t: ExecutionContext, guest: BootSession): Promise<void> {
  t.regex((await guest.command('ip -brief link')).output, /^(en|eth)\S+ +UP/m);
  t.regex((await guest.command('passwd -S root')).output, /^root L/, 'root is locked');
  t.regex((await guest.command('systemctl is-active ssh sshd')).output, /^active$/m);
}
