import { parseArgs } from 'node:util';
import { checkExactRebuilds } from '../support/exact-rebuilds.ts';

// `node tests/app/exact-rebuilds.ts --projects 100 [--changes 12] [--seed N]`: the property of exact-rebuilds.test.ts for long.
const { values } = parseArgs({
  options: {
    projects: { type: 'string', default: '20' },
    changes: { type: 'string', default: '12' },
    seed: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const [projects, changesPerProject] = [Number(values.projects), Number(values.changes)];
const begun = performance.now();
await checkExactRebuilds({ projects, changesPerProject, seed });
const seconds = ((performance.now() - begun) / 1000).toFixed(0);
process.stdout.write(
  `${projects} projects, ${projects * changesPerProject} changes, seed ${seed}: all exact (${seconds} s)\n`,
);
