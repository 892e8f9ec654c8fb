import { parseArgs } from 'node:util';
import { killStoreUsers } from '../support/kill-store-users.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** `node tests/sstate/kill-store.ts --runs 5000 [--at-once 4] [--seed N]`: the longer form of the test of kills. */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5000' },
    'at-once': { type: 'string', default: '4' },
    seed: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
using home = temporaryDirectory();
const startMs = Date.now();
const { kills, problems } = await killStoreUsers({
  directory: home.path,
  runs: Number(values.runs),
  atOnce: Number(values['at-once']),
  seed,
  onRun: (run) => {
    if (run % 250 === 0) console.log(`${run} kills after ${Math.round((Date.now() - startMs) / 1000)} s`);
  },
});
console.log(`seed ${seed}: ${kills} kills, ${problems.length} problems`);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
