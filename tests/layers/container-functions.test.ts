import { execFileSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { makeFunctionScript } from '../../engine/functions/shell-script.ts';
import { recipeDatastore } from '../support/os-layers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const folder = 'meta-stx/recipes-containers/containers';
const built = 1735689600;

/** Times in the base's tar, in seconds: of files of packages, older and younger than the build, and of one that the task made. */
function packedTimes(distro: string): Readonly<Record<string, number>> {
  using directory = temporaryDirectory();
  const root = join(directory.path, 'root');
  const output = join(directory.path, 'output');
  for (const path of [root, output]) mkdirSync(path);
  const started = built + 10;
  const times = {
    'root/older': built - 5,
    'root/younger': built + 5,
    'rootfs-started': started,
    'root/made': started + 5,
  };
  for (const [name, seconds] of Object.entries(times)) {
    writeFileSync(join(directory.path, name), name);
    utimesSync(join(directory.path, name), seconds, seconds);
  }
  const values = { IMAGE_ROOTFS: root, WORKDIR: directory.path, ROOTFS_OUTPUT: output, SOURCE_DATE_EPOCH: `${built}` };
  const lines = Object.entries(values).map(([name, value]) => `${name}:pn-stx-container-base = "${value}"\n`);
  const datastore = recipeDatastore({ distro, lines: lines.join('') }, `${folder}/stx-container-base_1.0.bb`);
  const { text } = makeFunctionScript('rootfs_pack', datastore, { environment: {}, umask: '022' });
  execFileSync('bash', ['--norc', '--noprofile', '-c', text], { env: { PATH: '/usr/bin:/bin' }, stdio: 'pipe' });
  const words = ['--list', '--verbose', '--full-time', '--utc', '--file', join(output, 'root.tar')];
  const members = execFileSync('tar', words, { encoding: 'utf8' }).trim().split('\n');
  return Object.fromEntries(
    members.map((line) => {
      const [, , , day = '', time = '', name = ''] = line.split(/ +/);
      return [name, Date.parse(`${day}T${time}Z`) / 1000];
    }),
  );
}

test('no file of a container of .deb packages is younger than the build', (t) => {
  t.deepEqual(packedTimes('debian'), { made: built, older: built - 5, younger: built });
});

test('files of a container of .rpm packages keep the times that rpm compares', (t) => {
  t.deepEqual(packedTimes('centos'), { made: built, older: built - 5, younger: built + 5 });
});

for (const distro of ['debian', 'centos']) {
  test(`${distro}: a service asks for no package of the vendor itself, and is laid over its base`, (t) => {
    const datastore = recipeDatastore({ distro }, `${folder}/stx-container-capture_1.0.bb`);
    t.is(datastore.get('BOOTSTRAP_PACKAGES'), '');
    t.is(datastore.get('ROOTFS_BASE'), 'stx-container-base');
    t.is(datastore.flag('do_fetch_locked', 'lock-root'), 'stx-container-capture:run');
  });
}
