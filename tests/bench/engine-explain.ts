import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { explainTargets, presentWork } from '../../engine/app/commands/why-command.ts';
import { planTargets } from '../../engine/app/plan-targets.ts';
import { foretell } from '../../engine/app/print-plan.ts';
import { watchOthers } from '../../engine/app/system-load.ts';
import { nodeFileReader } from '../../engine/base/node-file-reader.ts';
import { affectedText, answerAffected } from '../../engine/explain/affected-answer.ts';
import { affectedTasks } from '../../engine/explain/affected-tasks.ts';
import { parseSubject } from '../../engine/explain/parse-subject.ts';
import { answerPlan, planText } from '../../engine/explain/plan-answer.ts';
import { openHistory } from '../../engine/history/history.ts';
import { writeEngineCorpus } from '../support/engine-corpus.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/**
 * Times the answers of `why`, `affected` and `plan` on a generated project of 1,000 recipes with ten tasks each, beyond
 * reading the metadata and planning; and how near the estimate comes to the real time.
 * `node tests/bench/engine-explain.ts [--recipes N]`
 */
const { values } = parseArgs({ options: { recipes: { type: 'string', default: '1000' } } });
const bake = join(fileURLToPath(new URL('../..', import.meta.url)), 'stx-bake');

function row(name: string, figure: string, aim = ''): void {
  console.log(`${name.padEnd(58)} ${figure.padStart(10)}${aim === '' ? '' : `   ${aim}`}`);
}

function build(directory: string): number {
  const start = performance.now();
  const run = spawnSync(bake, ['-q', '--build-dir', directory, 'everything'], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${run.stdout}${run.stderr}`.slice(-4000));
  return performance.now() - start;
}

/** The middle of five. */
function timed(work: () => unknown): string {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return `${times[2]?.toFixed(0)} ms`;
}

const call = { verbose: 0, debug: 0, buildDirectory: '' } as const;

async function planned(buildDirectory: string) {
  return planTargets(['everything'], { ...call, buildDirectory });
}

async function answers(name: string, directory: string): Promise<void> {
  const start = performance.now();
  const state = await planned(directory);
  row(`${name}: reading and planning (not part of the answers)`, `${(performance.now() - start).toFixed(0)} ms`);
  const why = () => {
    using history = openHistory(directory);
    return explainTargets(state, presentWork(state, history), { target: 'everything', since: undefined }).text({
      base: directory,
      all: false,
    });
  };
  const size = why().split('\n', 1)[0];
  row(`${name}: why (${size?.slice(0, 40)}...)`, timed(why), '(aim: under 200 ms)');
  const world = { ...state, files: nodeFileReader };
  for (const subject of ['BP', join(directory, '../layer/classes/base.bbclass'), 'unit-1:compile', 'unit-0']) {
    const ask = () => {
      const found = affectedTasks(world, parseSubject(subject, world, directory));
      return affectedText(answerAffected(state.described, found, [subject]), { all: false, base: directory });
    };
    row(`${name}: affected ${subject.slice(-30)}`, timed(ask), '(aim: under 200 ms)');
  }
  const { plan, described } = state;
  const slots = { processor: 2, network: 2 };
  const ask = () => {
    const { estimate } = foretell({ plan, described, buildDirectory: directory, slots, others: 0 });
    const answer = answerPlan(described, plan, { estimate, fetch: { bytes: new Map(), unknown: 0 }, preludeMs: 0 });
    return planText(answer, { all: false, slots: 2 });
  };
  row(`${name}: plan`, timed(ask), '(aim: under 200 ms)');
}

/** Edits so that all tasks change, and compares what is foretold with what it takes. */
async function estimates(directory: string): Promise<void> {
  for (const round of [1, 2, 3]) {
    appendFileSync(join(directory, 'conf/local.conf'), `BP .= "-${round}"\n`);
    const others = watchOthers();
    const { plan, described } = await planned(directory);
    const slots = { processor: 2, network: 2 };
    const { estimate } = foretell({ plan, described, buildDirectory: directory, slots, others: others() });
    build(directory);
    using history = openHistory(directory);
    const real = history.builds(1)[0]?.durationMs ?? Number.NaN;
    const foretold = estimate.expectedMs ?? Number.NaN;
    const figure = `${(foretold / 1000).toFixed(1)} of ${(real / 1000).toFixed(1)} s`;
    row(`estimate, run ${round + 1}`, figure, `(${(((foretold - real) / real) * 100).toFixed(0)} %, aim: within 25 %)`);
  }
}

using folder = temporaryDirectory();
const directory = join(folder.path, 'build');
writeEngineCorpus(folder.path, { recipes: Number(values.recipes), work: 'builtin' });
row('first build', `${(build(directory) / 1000).toFixed(1)} s`);
await answers('nothing to do', directory);
appendFileSync(join(folder.path, 'layer/recipes-0/unit-0/files/unit-0.txt'), 'another line\n');
await answers('one source', directory);
appendFileSync(join(directory, 'conf/local.conf'), 'BP .= "-changed"\n');
await answers('all tasks', directory);
await estimates(directory);
