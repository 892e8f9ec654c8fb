import type { AllOsModule } from '../support/all-os.ts';
import { systemCells } from '../support/all-os-cells.ts';

const query = "dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version} ${Architecture}\\n' | sed -n 's/^ii *//p'";

export const module: AllOsModule = {
  cells: systemCells({
    name: 'debian',
    codename: 'bookworm',
    index: 'dists/bookworm/InRelease',
    query,
  }),
};
