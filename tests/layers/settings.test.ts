import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const root = join(import.meta.dirname, '../..');

/** Asks about the image of the real layers, with a line more in local.conf. */
function ask(directory: string, line: string, words: readonly string[]) {
  mkdirSync(join(directory, 'conf'));
  for (const name of ['local.conf', 'bblayers.conf']) {
    const text = readFileSync(join(root, 'conf/templates', name), 'utf8').replaceAll('##STX_DIR##', root);
    writeFileSync(join(directory, 'conf', name), text);
  }
  appendFileSync(join(directory, 'conf/local.conf'), `${line}\n`);
  const call = ['engine/app/main.ts', '--build-dir', directory, ...words, 'stx-image-minimal'];
  const { status, stdout, stderr } = spawnSync(process.execPath, call, { cwd: root, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

function plan(directory: string, line: string) {
  return ask(directory, line, ['-n']);
}

const mistakes: readonly (readonly [line: string, ...said: RegExp[]])[] = [
  [
    'MACHINE = "x86-65"',
    /no layer has the file `conf\/machine\/x86-65.conf`/,
    /`MACHINE` is set here/,
    /`x86-64.conf`/,
  ],
  ['MACHINE = ""', /no layer has the file `conf\/machine\/.conf`/, /`MACHINE` is set here/],
  ['DISTRO = "debain"', /no layer has the file `conf\/distro\/debain.conf`/, /did you mean `debian.conf`/],
  ['KERNEL_VARIANT = "rtt"', /kernel-rtt.conf/, /did you mean `kernel-rt.conf`/],
  ['DISTRO = "suse"', /no layer has the file `conf\/distro\/suse.conf`/, /there are `centos.conf`, .*`ubuntu.conf`/],
  ['DISTRO_CODENAME = "forky"', /`debian` has nothing for `DISTRO_CODENAME` `forky`/, /`debian` has `bookworm`, /],
  ['BUILD_ROOT_STANDIN = "debian"', /`BUILD_ROOT_STANDIN` cannot be `debian`/, /`mc:debian:build-root`/],
  ['EXTRA_IMAGE_FEATURES = "serial-autologn"', /cannot hold `serial-autologn`/, /did you mean `serial-autologin`/],
  ['ROOT_PASSWORD_HASH = "hello world"', /`ROOT_PASSWORD_HASH` cannot be `hello world`/, /crypt\(5\)/],
  ['ROOT_PASSWORD_HASH = "$6$ab|$def"', /`ROOT_PASSWORD_HASH` cannot be/],
  ['ROOT_AUTHORIZED_KEY = "hello"', /`ROOT_AUTHORIZED_KEY` cannot be `hello`/, /\.pub file/],
  ['IMAGE_TIMEZONE = "Europe Berlin"', /`IMAGE_TIMEZONE` cannot be `Europe Berlin`/],
  ['IMAGE_HOSTNAME = "a b"', /`IMAGE_HOSTNAME` cannot be `a b`/],
  [
    'IMAGE_INSTALL:append = " tcpdmp"',
    /`tcpdmp`, which `stx-image-minimal` needs at run time.* \[unknown-runtime-name\]/,
    /`tcpdump`/,
  ],
  ['RDEPENDS:stx-osal:append = " no-such-thing"', /`no-such-thing`, which `stx-osal` needs at run time/],
];

for (const [line, ...said] of mistakes)
  test(`${line} is an error at its place, before anything runs`, (t) => {
    using directory = temporaryDirectory();
    const { status, output } = plan(directory.path, line);
    t.is(status, 2, output);
    t.regex(output, /conf\/local\.conf:\d+:\d+/);
    for (const pattern of said) t.regex(output, pattern);
    t.notRegex(output, /\n {4}at /, 'no stack trace');
  });

const rights = [
  'ROOT_PASSWORD_HASH = "$6$rounds=5000$abcd$Xy./Z0"',
  `ROOT_AUTHORIZED_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 joe's laptop (blue)"`,
  'EXTRA_IMAGE_FEATURES = ""',
  'KERNEL_VARIANT = "rt"',
  'RDEPENDS:stx-osal:append = " systemd"',
];

for (const line of rights)
  test(`${line} is taken`, (t) => {
    using directory = temporaryDirectory();
    const { status, output } = plan(directory.path, line);
    t.is(status, 0, output);
  });

const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 joe's laptop`;
const accounts: readonly (readonly [what: string, line: string, shadow: string, keys: string | undefined])[] = [
  ['is locked', '', 'root:*:19700::::::', undefined],
  ['has the password of a hash', 'ROOT_PASSWORD_HASH = "$6$abcd$Xy./Z0"', 'root:$6$abcd$Xy./Z0:19700::::::', undefined],
  ['takes the key', `ROOT_AUTHORIZED_KEY = "${key}"`, 'root:*:19700::::::', `${key}\n`],
];

for (const [what, line, shadow, keys] of accounts)
  test(`root ${what} with ${line === '' ? 'the settings of the template' : line}`, (t) => {
    using directory = temporaryDirectory();
    const { output } = ask(directory.path, line, ['inspect', 'environment']);
    const [, rootfs = 'unknown'] = /^IMAGE_ROOTFS="(.*)"$/m.exec(output) ?? [];
    const [body = ''] = /^rootfs_accounts\(\) \{[\s\S]*?^\}/m.exec(output) ?? [];
    mkdirSync(join(directory.path, 'root/etc'), { recursive: true });
    mkdirSync(join(directory.path, 'root/root'));
    writeFileSync(join(directory.path, 'root/etc/shadow'), 'root:old:19700::::::\ndaemon:*:19700::::::\n');
    const script = `set -e\n${body.replaceAll(rootfs, join(directory.path, 'root'))}\nrootfs_accounts\n`;
    const run = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    t.is(run.status, 0, run.stderr);
    t.is(readFileSync(join(directory.path, 'root/etc/shadow'), 'utf8'), `${shadow}\ndaemon:*:19700::::::\n`);
    const file = join(directory.path, 'root/root/.ssh/authorized_keys');
    t.is(existsSync(file) ? readFileSync(file, 'utf8') : undefined, keys);
    if (keys !== undefined) t.is(statSync(file).mode & 0o777, 0o600);
  });

test('a lock of a root that does not exist is refused, with the closest name', (t) => {
  using directory = temporaryDirectory();
  plan(directory.path, '');
  const words = ['engine/app/main.ts', '--build-dir', directory.path, 'lock', 'update', 'image-tool'];
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' });
  t.is(status, 2, stderr);
  t.regex(stderr, /no root is called `image-tool`[\s\S]*did you mean `image-tools`/);
});
