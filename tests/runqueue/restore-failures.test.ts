import test from 'ava';
import { runBuild } from '../../engine/runqueue/runqueue.ts';
import { BuildDirectory, collect, type World } from '../support/build-world.ts';
import { failedOutcome, okOutcome } from '../support/fake-task-runner.ts';

/** So many recipes that nothing binds together, each with one task that captures. */
function wideWorld(count: number): World {
  const names = Array.from({ length: count }, (_, index) => `r${index}`);
  const task = (name: string) => ({
    do_stage: 'x\n',
    'do_stage[sstate-outputdirs]': `/out/${name}`,
    'do_stage[sstate-inputdirs]': `/in/${name}`,
  });
  return {
    edges: {
      ...Object.fromEntries(names.map((name) => [`${name}:do_stage`, []])),
      'all:do_all': names.map((name) => `${name}:do_stage`),
    },
    recipes: { ...Object.fromEntries(names.map((name) => [name, task(name)])), all: { do_all: 'x\n' } },
  };
}

/** A build in which all results are found and none can be restored; how many tasks ended, and how often was planned. */
async function failingBuild(count: number, isLost: boolean) {
  const directory = new BuildDirectory();
  const world = wideWorld(count);
  await directory.build(world);
  directory.stamps.clear();
  const { inputs, planInputs, runner } = await directory.inputs(world, {
    behaviour: (key, order) => (order.work.kind === 'restore' ? failedOutcome('no mirror gave all') : okOutcome(key)),
  });
  let hasFailed = false;
  const results = {
    find: (keys: readonly string[]) => planInputs.results.find(keys),
    isLost: () => isLost && hasFailed,
  };
  const events = [];
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => ++nowMs };
  for await (const event of runBuild({ ...inputs, clock, planInputs: { ...planInputs, results } })) {
    hasFailed ||= event.kind === 'task-finished';
    events.push(event);
  }
  return { events, started: runner.started };
}

test('when the mirrors are gone, what they had is not tried one by one', async (t) => {
  const { events, started } = await failingBuild(200, true);
  t.is(events.at(-1)?.kind, 'finished');
  const tried = started.filter((each) => each.startsWith('restore '));
  t.true(tried.length <= 16, `${tried.length}`);
  t.is(started.length - tried.length, 201);
});

test('results that fail one by one are all made in the end', async (t) => {
  const { events, started } = await failingBuild(60, false);
  t.is(started.filter((each) => each.startsWith('restore ')).length, 60);
  t.is(started.length, 121);
  const last = events.at(-1);
  t.deepEqual(last?.kind === 'finished' && [last.ran, last.failed], [61, 0]);
});

test('planning takes but a part of a build in which results fail one by one', async (t) => {
  const directory = new BuildDirectory();
  const world = wideWorld(600);
  await directory.build(world);
  directory.stamps.clear();
  const { inputs, planInputs } = await directory.inputs(world, {
    behaviour: (key, order) => (order.work.kind === 'restore' ? failedOutcome('no mirror gave all') : okOutcome(key)),
  });
  const asked = new Map<string, number>();
  const results = {
    find: (keys: readonly string[]) => planInputs.results.find(keys),
    isLost: (key: string) => {
      asked.set(key, (asked.get(key) ?? 0) + 1);
      return false;
    },
  };
  const clock = { nowMs: () => performance.now(), monotonicMs: () => performance.now() };
  const events = await collect(runBuild({ ...inputs, clock, planInputs: { ...planInputs, results } }));
  t.is(events.at(-1)?.kind, 'finished');
  // Asked in each plan as long as the task waits; at two slots there could be a plan for every two tasks.
  t.true(Math.max(...asked.values()) < 150, `${Math.max(...asked.values())}`);
});
