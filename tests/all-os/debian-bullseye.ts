import type { AllOsModule } from '../support/all-os.ts';
import { systemCells } from '../support/all-os-cells.ts';

const query = "dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version} ${Architecture}\\n' | sed -n 's/^ii *//p'";

/** The index of its security archive names a real-time kernel that mirrors have no more, so the lock is made without it. */
export const module: AllOsModule = {
  about: 'without the security archive, of which the mirror lacks a kernel',
  async prepare(world) {
    world.configure('bullseye', [
      'DISTRO = "debian"',
      'DISTRO_CODENAME = "bullseye"',
      'DISTRO_IMAGE_WORD = "debian-bullseye"',
      'REPOSITORIES = "main updates"',
      'LOCK_FILE = "${TOPDIR}/locks/bullseye-amd64.lock"',
    ]);
    await world.bake(['lock', 'update', 'mc:bullseye']);
  },
  cells: systemCells({
    name: 'bullseye',
    id: 'debian',
    word: 'debian-bullseye',
    codename: 'bullseye',
    index: '',
    query,
  }).filter(({ what }) => ['image', 'boots std', 'boots rt'].includes(what)),
};
