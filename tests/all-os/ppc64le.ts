import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AllOsModule, Cell } from '../support/all-os.ts';

const name = 'debian-ppc64le';

function cell(what: string, words: string, run: Cell['run']): Cell {
  return { system: name, what, command: `./stx-bake ${words}`, run };
}

/** Packages by cross compilers; there is no boot loader for images yet, which asking for one says. */
export const module: AllOsModule = {
  async prepare(world) {
    world.configure(name, ['DISTRO = "debian"', 'MACHINE = "power9"']);
  },
  cells: [
    cell('build root', `mc:${name}:build-root`, async (world) => {
      await world.bake([`mc:${name}:build-root`]);
      return 'cross';
    }),
    cell('packages', `mc:${name}:tcpdump`, async (world) => {
      await world.bake([`mc:${name}:tcpdump`]);
      const folder = mkdtempSync(join(tmpdir(), 'stx-ppc64le-'));
      try {
        const script = 'dpkg-deb -x "$1"/tcpdump_*_ppc64el.deb "$2" && readelf -h "$2/usr/bin/tcpdump"';
        const packages = world.file(`tmp-${name}/deploy-deb/tcpdump`);
        const said = execFileSync('sh', ['-c', script, 'sh', packages, folder], { encoding: 'utf8' });
        assert.match(said, /Machine: *PowerPC64/);
        assert.match(said, /little endian/);
        return 'PowerPC64, little endian';
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
    cell('image', `mc:${name}:stx-image`, async (world) => {
      const { output } = await world.bake([`mc:${name}:stx-image`], 2);
      assert.match(output, /there is no boot loader for images of the machine power9/);
      return 'there is none, and the reason is told';
    }),
  ],
};
