import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { AllOsWorld } from '../support/all-os.ts';
import { BootSession } from '../support/boot-session.ts';
import { projectRoot } from '../support/checkout.ts';
import { checkRpmSystem, linesOf } from '../support/rpm-image-checks.ts';
import { rpmQuery, standInLines } from '../support/rpm-standin.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// An image of rpm packages, from a repository that stands in for the vendor's. One after the other: each goes on with what the
// one before left. Results go to the cache of the build directory unless SSTATE_DIR names another.
const folder = temporaryDirectory();
const facts = { python: '3.11', lock: 'stream9-x86_64' };
const image = 'mc:centos:stx-image';
let world: AllOsWorld;

test.before(() => {
  world = new AllOsWorld(folder.path);
  world.copyLock();
});

test.after.always(() => folder[Symbol.dispose]());

test.serial('without a lock the target fails and names the command that writes it', async (t) => {
  await world.bake(['standin-centos']);
  world.configure('centos', standInLines(world, 'centos', facts));
  const { output } = await world.bake([image], 2);
  t.regex(output, /lock-missing/);
  t.regex(output, /stx-bake lock update/);
});

test.serial('packages that another key signed write no lock', async (t) => {
  const lines = standInLines(world, 'centos', facts);
  world.configure('centos', [...lines, `DISTRO_KEYS = "${'0'.repeat(40)}"`]);
  const { output } = await world.bake(['lock', 'update', 'mc:centos'], 2);
  t.regex(output, /key-not-trusted/);
  world.configure('centos', lines);
});

test.serial('the lock is written from the signed packages, and the image from the lock', async (t) => {
  await world.bake(['lock', 'update', 'mc:centos']);
  const { ran } = await world.bake([image]);
  t.true(ran.includes(`${image}:do_rootfs`));
  t.false(
    ran.some((task) => task.endsWith(`${image}:do_bootstrap`)),
    'one transaction makes the root',
  );
});

test.serial(
  'the image boots; its packages are those of the manifest, unchanged, and nothing else is in it',
  async (t) => {
    const manifest = JSON.parse(
      readFileSync(world.file('deploy/images/x86-64/stx-centos.iso.manifest.json'), 'utf8'),
    ) as { readonly packages: readonly Readonly<Record<string, string>>[] };
    const listed = manifest.packages.map(({ name, version, architecture }) => `${name} ${version} ${architecture}`);
    await using guest = new BootSession(join(projectRoot, 'stx-bake'), [
      ...['--build-dir', world.path, image, '--entry', 'std', '--accel', 'tcg'],
    ]);
    await guest.expect(/root@stx[^#]*# /, 600);
    const said = (text: string) => linesOf(guest, text);
    t.deepEqual(await said('systemctl is-system-running --wait'), ['running']);
    t.deepEqual([...(await said(rpmQuery))].sort(), listed.toSorted());
    t.true((await checkRpmSystem(guest)) > 0, 'files without a package are counted');
    t.regex((await said('cat /etc/os-release')).join('\n'), /^ID="centos"$/m);
    t.regex((await said('tcpdump --version')).join('\n'), /tcpdump version .*StarlingX/);
    t.deepEqual(await said('systemctl is-active sshd'), ['active']);
    t.regex((await said('ip -brief link')).join('\n'), /^(en|eth)\S+ +UP/m);
    t.is(await guest.powerOff(), 0);
  },
);
