import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { AllOsModule } from '../support/all-os.ts';
import { systemCells } from '../support/all-os-cells.ts';
import { rpmQuery, useStandIn } from '../support/rpm-standin.ts';

const facts = { name: 'clear', id: 'clear-linux-os', word: 'clearlinux', codename: 'last' };

export const module: AllOsModule = {
  about: 'stand-in repository: Debian programs in rpm packages with names of Clear Linux, which its vendor has ended',
  async prepare(world) {
    await useStandIn(world, 'clear', { python: '3.11', lock: 'last-x86_64' });
  },
  cells: [
    ...systemCells({ ...facts, index: 'repodata/repomd.xml', query: rpmQuery }),
    {
      system: 'clear',
      what: 'bundles',
      command: './stx-bake mc:clear:stx-image',
      async run(world) {
        await world.bake(['mc:clear:stx-image']);
        const folder = world.file('deploy/images/x86-64/stx-clearlinux.bundles');
        const names = readdirSync(folder);
        assert.ok(names.includes('Manifest.MoM') && names.includes('Manifest.os-core'), names.join(' '));
        assert.match(
          readFileSync(`${folder}/Manifest.os-core`, 'utf8'),
          /^F\.\.\.\t[0-9a-f]{64}\t\d+\t\/usr\/bin\/bash$/m,
        );
        return names.join(' ');
      },
    },
  ],
};
