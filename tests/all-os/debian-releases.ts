import assert from 'node:assert/strict';
import type { AllOsModule } from '../support/all-os.ts';
import { systemCells } from '../support/all-os-cells.ts';

const releases = ['trixie', 'bullseye'];
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
  cells: [
    ...releases.flatMap((codename) =>
      systemCells({ name: codename, id: 'debian', word: `debian-${codename}`, codename, index: '', query }).filter(
        ({ what }) => what === 'image' || what.startsWith('boots'),
      ),
    ),
    {
      system: 'debian',
      what: 'boots uefi',
      command: './stx-bake boot mc:debian:stx-image --uefi',
      async run(world) {
        await world.bake(['mc:debian:stx-image']);
        await using guest = world.boot(['mc:debian:stx-image', '--uefi']);
        await guest.expect(/root@stx[^#]*# /, 420);
        assert.equal((await guest.command('test -d /sys/firmware/efi')).status, 0);
        assert.equal(await guest.powerOff(), 0);
        return undefined;
      },
    },
  ],
};
