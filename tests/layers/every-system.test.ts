import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { checkout, recipeProblems, type Selection } from '../support/os-layers.ts';

/** Systems of rpm packages can be read once there is a class that makes their images. */
const canImage = existsSync(join(checkout, 'layers/core/classes/rootfs_rpm.bbclass'));
const isRead = ({ distro }: Selection): boolean => canImage || ['debian', 'ubuntu'].includes(distro);
const selections: readonly Selection[] = [
  ...['debian', 'ubuntu', 'centos', 'clear', 'opensuse'].map((distro) => ({ distro })),
  ...['bullseye', 'trixie'].map((codename) => ({ distro: 'debian', codename })),
  { distro: 'ubuntu', codename: 'jammy' },
  { distro: 'centos', codename: 'stream10' },
  ...['arm64', 'ppc64le', 'power8', 'power9'].map((machine) => ({ distro: 'debian', machine })),
];

for (const selection of selections.filter(isRead)) {
  const { distro, codename = '', machine = '' } = selection;
  test(`every recipe of the layers can be read for ${[distro, codename, machine].join(' ').trim()}`, (t) => {
    const problems = recipeProblems(selection).filter(({ severity }) => severity !== 'note');
    t.deepEqual(
      problems.map(({ code, message }) => `${code}: ${message}`),
      [],
    );
  });
}
