import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { damagedEntries, leftAfter } from '../support/after-kill.ts';
import { BootSession } from '../support/boot-session.ts';
import { Checkout } from '../support/checkout.ts';
import { checkAccess, checkOwnPackages, checkSystem, untilPrompt } from '../support/image-checks.ts';

// One after the other: each goes on with what the one before left.
const image = 'stx-image';
const testUser = 'stx-bake-test';
const isRoot = process.getuid?.() === 0;
const folders = ['first', 'second', 'user'].map((name) => mkdtempSync(join(tmpdir(), `stx-e2e-${name}-`)));
const [firstFolder = '', secondFolder = '', userFolder = ''] = folders;
const deployed = 'build/deploy/images/x86-64/stx-debian.iso';
let first: Checkout;
let user: Checkout;
let second: Checkout;

test.before(() => {
  if (isRoot) execFileSync('sh', ['-c', `id ${testUser} >/dev/null 2>&1 || useradd --create-home ${testUser}`]);
  first = new Checkout(firstFolder, { withoutPackages: true });
  second = new Checkout(secondFolder);
  user = new Checkout(userFolder, { user: isRoot ? testUser : undefined });
});

test.after.always(() => {
  for (const checkout of [first, second, user]) checkout?.remove();
  if (isRoot) execFileSync('sh', ['-c', `userdel --remove ${testUser} 2>/dev/null || true`]);
});

test.serial('one command bakes the image, with an empty home and from another folder', (t) => {
  const run = first.bake(['--yes', image]);
  t.is(run.status, 0, run.output);
  t.log(`fresh: ${run.seconds.toFixed(0)} s, ${run.ran.length} tasks`);
  t.regex(run.output, /^stx-bake: installing npm packages and the pinned Node \(npm ci\)$/m);
  t.true(run.ran.includes(`${image}:do_bootstrap`));
  const [sum = ''] = readFileSync(join(first.path, `${deployed}.sha256`), 'utf8').split(' ');
  t.is(sha256(join(first.path, deployed)), sum);
});

test.serial('the manifest names every package with its version and where it comes from', (t) => {
  const lines = readFileSync(join(first.path, `${deployed}.manifest`), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.replaceAll(/ +/g, ' '));
  t.true(lines.length > 100);
  const built = lines.filter((line) => line.split(' ')[3] === 'built').map((line) => line.split(' ')[0]);
  t.deepEqual(built, ['build-info', 'libpcap', 'packagegroup-stx-base', 'stx-osal', 'tcpdump']);
  const form =
    /^\S+ \S+ (all|amd64) (built \d+ [0-9a-f]{64} [0-9a-f]{64} - \S|locked:(main|updates|security) \d+ [0-9a-f]{64} - [0-9A-F]{40}(,[0-9A-F]{40})* \S)/;
  for (const line of lines) t.regex(line, form);
  const unknown = lines.filter((line) => line.endsWith(' -'));
  t.true(unknown.length < lines.length / 20, `licences of ${unknown.length} packages are not known`);
});

test.serial('the image is selected by its name, and by its architecture', (t) => {
  const select = (...words: string[]) => first.bake(['images', 'select', ...words]);
  t.is(select('stx-debian').output.split('\n')[0], join(first.path, deployed));
  t.is(select('stx-debian', '--arch', 'amd64').output.split('\n')[0], join(first.path, deployed));
  const other = select('stx-debian', '--arch', 'aarch64');
  t.is(other.status, 1);
  t.regex(other.output, /there is no image `stx-debian` for `aarch64`/);
});

test.serial('the second run does nothing and says so', (t) => {
  const run = first.bake([image]);
  t.is(run.status, 0, run.output);
  t.deepEqual([...run.ran, ...run.restored], []);
  t.regex(run.output, /nothing to do, all is up to date/);
});

// The kernel rt and UEFI are booted by `npm run test:all-os`.
test.serial('the image boots, and what we put into it works', async (t) => {
  await using guest = new BootSession(join(first.path, 'stx-bake'), [image, '--accel', 'tcg']);
  await untilPrompt(guest);
  await checkSystem(t, guest, {
    entry: 'std',
    manifest: join(first.path, `${deployed}.manifest.json`),
    family: 'deb',
  });
  await checkAccess(t, guest);
  await checkOwnPackages(t, guest);
  t.is(await guest.powerOff(), 0);
});

test.serial('another checkout at another path with the same sstate restores the image', (t) => {
  second.configure([`SSTATE_DIR = "${first.path}/build/sstate-cache"`]);
  const run = second.bake([image]);
  t.is(run.status, 0, run.output);
  t.log(`restored in ${run.seconds.toFixed(1)} s`);
  t.deepEqual(run.ran, []);
  t.deepEqual(run.restored, [`${image}:do_deploy`]);
  t.is(sha256(join(second.path, deployed)), sha256(join(first.path, deployed)));
});

test.serial(
  'a changed lock record concerns the roots that hold the package and what is made with them, nothing else',
  (t) => {
    const path = join(first.path, 'meta-debian/locks/tools-bookworm-amd64.lock');
    const before = readFileSync(path, 'utf8');
    const record = /^Package: squashfs-tools\n[\s\S]*?^SHA256: (\w+)$/m.exec(before);
    writeFileSync(path, before.replace(record?.[1] ?? 'no record', '0'.repeat(64)));
    const plan = first.bake(['-n', image]).output;
    writeFileSync(path, before);
    const decided = (text: string): string[] =>
      plan.split('\n').flatMap((line) => (line.includes(`: ${text} `) ? [line.split(': ')[0] ?? ''] : []));
    t.deepEqual(decided('run').sort(), ['image-tools:do_bootstrap', 'image-tools:do_fetch']);
    t.deepEqual(decided('runs unless').sort(), [
      'image-tools:do_unpack_root',
      `${image}:do_deploy`,
      `${image}:do_image`,
      `${image}:do_manifest`,
      `${image}:do_rootfs`,
    ]);
    t.regex(first.bake([image]).output, /nothing to do/);
  },
);

const moments = [
  { task: 'image-tools:do_bootstrap', target: 'image-tools:do_unpack_root', program: 'mmdebstrap' },
  { task: 'image-tools:do_unpack_root', target: 'image-tools:do_unpack_root', program: 'root.tar' },
  { task: `${image}:do_rootfs`, target: image, program: 'bwrap' },
  { task: `${image}:do_image`, target: image, program: 'bwrap' },
] as const;

for (const { task, target, program } of moments) {
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    test.serial(
      `${signal} in the middle of ${task} leaves no process and nothing half-written, and the next run goes on`,
      async (t) => {
        const name = `${task}-${signal}`.replaceAll(/[^A-Za-z]/g, '').toLowerCase();
        // Each time the task has something new to do.
        second.configure([
          `SSTATE_DIR = "${first.path}/build/sstate-cache"`,
          `SOURCE_DATE_EPOCH:pn-image-tools = "${task.startsWith('image-tools') ? 1735689600 + name.length + signal.length : 1735689600}"`,
          `IMAGE_HOSTNAME = "${name}"`,
        ]);
        const code = await second.killDuring([target], { text: `start  ${task}`, program, signal });
        t.is(code, signal === 'SIGINT' ? 130 : null);
        t.deepEqual(await leftAfter(second, 2000), []);
        const next = second.bake([target]);
        t.is(next.status, 0, next.output);
        t.true(next.ran.includes(task), next.output);
      },
    );
  }
}

test.serial('the store is sound after all that', (t) => {
  t.deepEqual(damagedEntries(first, 'build/sstate-cache'), []);
});

// Only the roots of tools, which are no part of the image, are shared with the first build.
test.serial('an ordinary user with another umask and TMPDIR, and without network, makes the same bytes anew', (t) => {
  execFileSync('cp', ['-r', join(first.path, 'build/downloads'), join(userFolder, 'downloads')]);
  mkdirSync(join(userFolder, 'tmp'));
  if (isRoot) execFileSync('chown', ['-R', testUser, userFolder]);
  chmodSync(firstFolder, 0o755);
  const settings = ['BB_NO_NETWORK = "1"', `DL_DIR = "${userFolder}/downloads"`];
  const how = { umask: '077', temporary: join(userFolder, 'tmp') };
  user.configure([...settings, `SSTATE_MIRRORS = "file://${first.path}/build/sstate-cache"`]);
  const tools = user.bake(['build-root:unpack_root', 'image-tools:unpack_root'], how);
  t.is(tools.status, 0, tools.output);
  user.configure(settings);
  const run = user.bake([image], how);
  t.is(run.status, 0, run.output);
  t.log(`as an ordinary user: ${run.seconds.toFixed(0)} s`);
  t.deepEqual(run.restored, []);
  for (const task of [`${image}:do_bootstrap`, `${image}:do_rootfs`, 'tcpdump:do_compile', 'libpcap:do_package'])
    t.true(run.ran.includes(task), task);
  for (const ending of ['', '.json', '.manifest', '.manifest.json'])
    t.is(sha256(join(user.path, `${deployed}${ending}`)), sha256(join(first.path, `${deployed}${ending}`)), ending);
});

function sha256(path: string): string {
  return execFileSync('sha256sum', [path], { encoding: 'utf8' }).split(' ')[0] ?? '';
}
