import { parseArgs } from 'node:util';
import { checkWholeRebuilds } from '../support/whole-rebuilds.ts';

// `node tests/app/whole-rebuilds.ts --projects 20 [--seed N]`: the property of whole-rebuilds.test.ts for long.
const { values } = parseArgs({ options: { projects: { type: 'string', default: '5' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const projects = Number(values.projects);
await checkWholeRebuilds({ projects, seed });
process.stdout.write(`${projects} projects, seed ${seed}: all exact\n`);
