import type { AllOsModule } from '../support/all-os.ts';
import { systemCells } from '../support/all-os-cells.ts';

const query = "dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version} ${Architecture}\\n' | sed -n 's/^ii *//p'";

export const module: AllOsModule = {
  about: 'stand-in repository: Debian packages under the names and suites of Ubuntu',
  /** What a user of a mirror writes, with the address of the stand-in. */
  async prepare(world) {
    await world.bake(['standin-ubuntu']);
    world.configure('ubuntu', [
      'DISTRO = "ubuntu"',
      'DISTRO_MIRROR = "file://${TOPDIR}/deploy/standin/ubuntu"',
      'DISTRO_KEYRING = "${TOPDIR}/deploy/standin/ubuntu/ubuntu-archive-keyring.gpg"',
      `DISTRO_KEYS = "${world.key}"`,
      'LOCK_FILE = "${TOPDIR}/locks/noble-amd64.lock"',
      '# That of the packages, which are not those of the release.',
      'PYTHON_BASEVERSION = "3.11"',
    ]);
    await world.bake(['lock', 'update', 'mc:ubuntu']);
  },
  cells: systemCells({
    name: 'ubuntu',
    codename: 'noble',
    index: 'dists/noble/InRelease',
    query,
    noRt: /real-time kernel comes with a subscription/,
  }),
};
