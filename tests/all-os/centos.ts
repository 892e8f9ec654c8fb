import type { AllOsModule } from '../support/all-os.ts';
import { systemCells } from '../support/all-os-cells.ts';
import { rpmQuery, useStandIn } from '../support/rpm-standin.ts';

export const module: AllOsModule = {
  about: 'stand-in repository: Debian programs in rpm packages with the names and dependencies of CentOS Stream 9',
  async prepare(world) {
    await useStandIn(world, 'centos', { python: '3.11', lock: 'stream9-x86_64' });
  },
  cells: systemCells({ name: 'centos', codename: 'stream9', index: 'repodata/repomd.xml', query: rpmQuery }),
};
