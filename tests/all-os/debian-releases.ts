import type { AllOsModule } from '../support/all-os.ts';
import { systemCells } from '../support/all-os-cells.ts';

const releases = ['trixie'];
const query = "dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version} ${Architecture}\\n' | sed -n 's/^ii *//p'";

export const module: AllOsModule = {
  /** A configuration per release, with images of names of their own. */
  async prepare(world) {
    for (const codename of releases) {
      world.configure(codename, [
        'DISTRO = "debian"',
        `DISTRO_CODENAME = "${codename}"`,
        `DISTRO_IMAGE_WORD = "debian-${codename}"`,
      ]);
    }
  },
  cells: releases.flatMap((codename) =>
    systemCells({ name: codename, id: 'debian', word: `debian-${codename}`, codename, index: '', query }).filter(
      ({ what }) => ['image', 'boots std', 'boots rt'].includes(what),
    ),
  ),
};
