import test from 'ava';
import fc from 'fast-check';
import { holdReasonText } from '../../engine/messages/hold-reason.ts';
import { PressureGate, type PressureTotals } from '../../engine/runqueue/pressure-gate.ts';
import type { World } from '../support/build-world.ts';
import type { Settings } from '../support/graph-of.ts';
import { type Simulated, type SimulatedTask, simulateBuild } from '../support/simulated-build.ts';

interface RandomTask {
  readonly needs: readonly number[];
  readonly ms: number;
  readonly weight: number;
  readonly kind: number;
  readonly memory: number;
}

const randomTasks = fc.array(
  fc.record({
    needs: fc.array(fc.nat(60), { maxLength: 3 }),
    ms: fc.integer({ min: 1, max: 100 }),
    weight: fc.constantFrom(1, 1, 1, 2, 3),
    kind: fc.nat(2),
    memory: fc.constantFrom(0, 1, 2, 5, 9),
  }),
  { minLength: 1, maxLength: 40 },
);

const memoryUnit = 32 * 2 ** 20;
const nameOf = ({ kind }: RandomTask, index: number): string => `r${index}:do_${kind}`;

function worldOf(tasks: readonly RandomTask[]): World {
  const edges: Record<string, string[]> = {};
  const recipes: Record<string, Settings> = {};
  for (const [index, task] of tasks.entries()) {
    const needs = [...new Set(task.needs.map((need) => need % (index + 1)).filter((need) => need !== index))];
    edges[nameOf(task, index)] = needs.map((need) => nameOf(tasks[need] as RandomTask, need));
    recipes[`r${index}`] = { [`do_${task.kind}`]: ':\n', [`do_${task.kind}[weight]`]: String(task.weight) };
  }
  return { edges, recipes };
}

/** Longest chain of durations. */
function criticalMs(world: World, ms: (key: string) => number): number {
  const ends = new Map<string, number>();
  for (const [key, needs] of Object.entries(world.edges)) {
    ends.set(key, ms(key) + Math.max(0, ...needs.map((need) => ends.get(need) ?? 0)));
  }
  return Math.max(0, ...ends.values());
}

/** What a measure adds up to at each start of a task. */
function sumsAtStarts({ tasks }: Simulated, measure: (task: SimulatedTask) => number): readonly number[] {
  return tasks.map(({ startMs }) =>
    tasks
      .filter((each) => each.startMs <= startMs && startMs < each.endMs)
      .reduce((sum, each) => sum + measure(each), 0),
  );
}

function refusesOrder({ tasks }: Simulated, world: World): readonly string[] {
  const ends = new Map(tasks.map(({ key, endMs }) => [key, endMs]));
  return tasks
    .filter(({ key, startMs }) => (world.edges[key] ?? []).some((need) => (ends.get(need) ?? Infinity) > startMs))
    .map(({ key }) => key);
}

test('law: a build takes at most what list scheduling is bound by: work / slots + (1 - 1 / slots) * longest chain', async (t) => {
  await fc.assert(
    fc.asyncProperty(randomTasks, fc.integer({ min: 1, max: 5 }), fc.boolean(), async (tasks, slots, hasHistory) => {
      const world = worldOf(tasks.map((task) => ({ ...task, weight: 1 })));
      const times = new Map(tasks.map((task, index) => [nameOf(task, index), task.ms]));
      const ms = (key: string): number => times.get(key) ?? 0;
      const usual = hasHistory ? new Map([...times].map(([key, each]) => [key, { ms: each }])) : undefined;
      const limits = { slots: { processor: slots, network: 1 } };
      const result = await simulateBuild(world, ms, { limits, usual });
      const work = [...times.values()].reduce((sum, each) => sum + each, 0);
      const bound = work / slots + (1 - 1 / slots) * criticalMs(world, ms);
      t.true(result.makespanMs <= bound + 1e-6, `${result.makespanMs} of ${bound}`);
      t.is(result.tasks.length, tasks.length);
      t.deepEqual(refusesOrder(result, world), []);
      t.true(Math.max(...sumsAtStarts(result, () => 1)) <= slots);
    }),
    { numRuns: 150 },
  );
});

test('law: weights, number_threads and recorded memory are never exceeded, and everything gets done in order', async (t) => {
  await fc.assert(
    fc.asyncProperty(randomTasks, fc.integer({ min: 1, max: 4 }), fc.nat(2), async (tasks, slots, limited) => {
      const world = worldOf(tasks);
      const byKey = new Map(tasks.map((task, index) => [nameOf(task, index), task]));
      const of = (key: string): RandomTask => byKey.get(key) as RandomTask;
      const budgetBytes = 10 * memoryUnit;
      const limits = {
        slots: { processor: slots, network: 1 },
        atOnce: (name: string) => (name === `do_${limited}` ? 1 : undefined),
        memory: { budgetBytes, availableBytes: () => budgetBytes },
      };
      const usual = new Map(
        [...byKey].map(([key, { ms, memory }]) => [key, { ms, peakMemoryBytes: memory * memoryUnit }]),
      );
      const result = await simulateBuild(world, (key) => of(key).ms, { limits, usual });
      t.is(result.tasks.length, tasks.length);
      t.deepEqual(refusesOrder(result, world), []);
      const most = (measure: (task: RandomTask) => number) =>
        Math.max(...sumsAtStarts(result, ({ key }) => measure(of(key))));
      t.true(most(({ weight }) => Math.min(weight, slots)) <= slots);
      t.true(most(({ kind }) => (kind === limited ? 1 : 0)) <= 1);
      t.true(most(({ memory }) => memory) <= 10);
    }),
    { numRuns: 150 },
  );
});

/** A long chain beside many short tasks, which come first by name. */
function chainBesideMany(): { world: World; ms: (key: string) => number } {
  const edges: Record<string, string[]> = {};
  for (let index = 0; index < 8; index++) edges[`a${index}:do_x`] = [];
  edges['z:do_1'] = [];
  edges['z:do_2'] = ['z:do_1'];
  const ms = (key: string): number => (key === 'z:do_2' ? 80 : 10);
  return { world: { edges, recipes: {} }, ms };
}

test('what was slow last time starts early, so that the build is as short as its longest chain allows', async (t) => {
  const { world, ms } = chainBesideMany();
  const usual = new Map(Object.keys(world.edges).map((key) => [key, { ms: ms(key) }]));
  const limits = { slots: { processor: 2, network: 1 } };
  const { tasks, makespanMs } = await simulateBuild(world, ms, { limits, usual });
  t.is(tasks[0]?.key, 'z:do_1');
  t.is(makespanMs, 90);
});

test('without history the longest chain of tasks comes first', async (t) => {
  const { world, ms } = chainBesideMany();
  const { tasks } = await simulateBuild(world, ms, { limits: { slots: { processor: 1, network: 1 } } });
  t.deepEqual(
    tasks.slice(0, 3).map(({ key }) => key),
    ['z:do_1', 'a0:do_x', 'a1:do_x'],
    'then by name',
  );
});

test('slots that become free are kept for a heavy task that everything waits for', async (t) => {
  const edges: Record<string, string[]> = { 'z:do_1': ['y:do_0'], 'z:do_2': ['z:do_1'], 'y:do_0': [] };
  for (let index = 0; index < 40; index++) edges[`a${index}:do_x`] = [];
  const ms = (key: string): number => (key === 'z:do_2' ? 300 : key === 'z:do_1' ? 150 : 13);
  const world = { edges, recipes: { z: { do_1: ':\n', 'do_1[weight]': '2', do_2: ':\n' } } };
  const usual = new Map(Object.keys(edges).map((key) => [key, { ms: ms(key) }]));
  const limits = { slots: { processor: 2, network: 1 } };
  const { tasks, makespanMs } = await simulateBuild(world, ms, { limits, usual });
  const start = tasks.find(({ key }) => key === 'z:do_1')?.startMs ?? Number.POSITIVE_INFINITY;
  t.true(start <= 26, `${start}`);
  const work = 40 * 13 + 13 + 2 * 150 + 300;
  t.true(makespanMs <= work / 2 + 26, `${makespanMs}`);
});

test('memory is kept for the first task that lacks it: what fits beside it runs, what would take it waits', async (t) => {
  const edges: Record<string, string[]> = { 'z:do_big': [], 'z:do_end': ['z:do_big'] };
  for (let index = 0; index < 20; index++) edges[`a${index}:do_x`] = [];
  edges['b:do_small'] = [];
  const memoryOf = (key: string): number => (key === 'z:do_big' ? 4 : key.startsWith('a') ? 2 : 0);
  const ms = (key: string): number => (key === 'z:do_end' ? 500 : 10);
  const usual = new Map(
    Object.keys(edges).map((key) => [key, { ms: ms(key), peakMemoryBytes: memoryOf(key) * memoryUnit }]),
  );
  const budgetBytes = 4 * memoryUnit;
  const started = { count: 0 };
  const memory = { budgetBytes, availableBytes: () => (started.count++ < 2 ? 3 * memoryUnit : budgetBytes) };
  const limits = { slots: { processor: 3, network: 1 }, memory };
  const { tasks } = await simulateBuild({ edges, recipes: {} }, ms, { limits, usual });
  const start = (name: string): number => tasks.find(({ key }) => key === name)?.startMs ?? Number.POSITIVE_INFINITY;
  t.true(start('z:do_big') <= 20, `${start('z:do_big')}`);
  t.true(start('b:do_small') <= 20, `${start('b:do_small')}`);
});

test('BB_SCHEDULER: `basic` goes along the graph, `completion` finishes a recipe that was begun', async (t) => {
  const edges = { 'a:do_1': [], 'a:do_2': ['a:do_1'], 'b:do_1': [], 'b:do_2': ['b:do_1'], 'c:do_x': ['b:do_2'] };
  const limits = { slots: { processor: 1, network: 1 } };
  const order = async (scheduler: 'basic' | 'speed' | 'completion') => {
    const { tasks } = await simulateBuild({ edges, recipes: {} }, () => 1, { limits, scheduler });
    return tasks.map(({ key }) => key.replace(':do_', '')).join(' ');
  };
  t.is(await order('basic'), 'a1 b1 a2 b2 cx');
  t.is(await order('speed'), 'b1 a1 b2 a2 cx');
  t.is(await order('completion'), 'b1 b2 a1 a2 cx');
});

const three: World = { edges: { 'a:do_x': [], 'b:do_x': [], 'c:do_x': [] }, recipes: {} };

test('a task whose recorded peak does not fit waits, says why, and may always run alone', async (t) => {
  const usual = new Map(['a', 'b', 'c'].map((name) => [`${name}:do_x`, { ms: 10, peakMemoryBytes: 3 * memoryUnit }]));
  const memory = { budgetBytes: 2 * memoryUnit, availableBytes: () => 2 * memoryUnit };
  const limits = { slots: { processor: 3, network: 1 }, memory };
  const { makespanMs, events } = await simulateBuild(three, () => 10, { limits, usual });
  t.is(makespanMs, 30);
  const held = events.flatMap((event) => (event.kind === 'held' ? [event.reason?.kind] : []));
  t.deepEqual(held, ['memory', 'memory', undefined]);
});

test('memory that other programs take counts, and is looked at again every second', async (t) => {
  const usual = new Map(['a', 'b', 'c'].map((name) => [`${name}:do_x`, { ms: 9000, peakMemoryBytes: memoryUnit }]));
  const { tasks } = await simulateBuild(
    three,
    () => 9000,
    (clock) => ({
      limits: {
        slots: { processor: 3, network: 1 },
        memory: {
          budgetBytes: 9 * memoryUnit,
          availableBytes: () => (clock.monotonicMs() < 2500 ? 0 : 9 * memoryUnit),
        },
      },
      usual,
    }),
  );
  t.deepEqual(
    tasks.map(({ startMs }) => startMs),
    [0, 3000, 3000],
  );
});

/** Pressure that is `perSecond(ms)` at each moment. */
function pressureOf(clock: { monotonicMs(): number }, cpu: (ms: number) => number): () => PressureTotals {
  let total = 0;
  let seen = 0;
  return () => {
    for (; seen < clock.monotonicMs(); seen++) total += cpu(seen) / 1000;
    return { cpu: total, io: 0, memory: 0 };
  };
}

test('under pressure one task runs, more start when it has gone, and the reason is told once', async (t) => {
  const edges = { 'p:do_x': [], 'a:do_x': ['p:do_x'], 'b:do_x': ['p:do_x'], 'c:do_x': ['p:do_x'] };
  const ms = (key: string) => (key === 'p:do_x' ? 500 : 10_000);
  const { tasks, events } = await simulateBuild({ edges, recipes: {} }, ms, ({ monotonicMs }) => {
    const clock = { nowMs: monotonicMs, monotonicMs };
    const load = { pressureTotals: pressureOf(clock, (at) => (at < 3000 ? 900_000 : 1000)), loadFactor: () => 99 };
    const pressure = new PressureGate({ pressure: { cpu: 500_000 }, loadFactor: 1 }, load, clock);
    return { limits: { slots: { processor: 3, network: 1 }, pressure } };
  });
  const starts = tasks.map(({ startMs }) => startMs);
  t.deepEqual(starts.slice(0, 2), [0, 500], 'one may always run');
  t.true(
    starts.slice(2).every((each) => each >= 3000 && each <= 5000),
    starts.join(' '),
  );
  const held = events.flatMap((event) => (event.kind === 'held' ? [event.reason?.kind] : []));
  t.deepEqual(held, ['pressure', undefined]);
});

test('where the kernel tells no pressure, the load for each processor counts', async (t) => {
  const { tasks } = await simulateBuild(
    three,
    () => 10_000,
    (clock) => {
      const load = { pressureTotals: () => undefined, loadFactor: () => (clock.monotonicMs() < 4000 ? 1.6 : 1.4) };
      const gate = new PressureGate({ pressure: { io: 1 }, loadFactor: 1.5 }, load, { ...clock, nowMs: () => 0 });
      return { limits: { slots: { processor: 3, network: 1 }, pressure: gate } };
    },
  );
  t.deepEqual(
    tasks.map(({ startMs }) => startMs),
    [0, 4000, 4000],
  );
});

test('a weight that is no number fails its task', async (t) => {
  const world = { edges: { 'a:do_x': [] }, recipes: { a: { do_x: ':\n', 'do_x[weight]': 'heavy' } } };
  const limits = { slots: { processor: 1, network: 1 } };
  const { events } = await simulateBuild(world, () => 1, { limits });
  const ended = events.find((event) => event.kind === 'task-finished');
  const outcome = ended?.kind === 'task-finished' ? ended.outcome : undefined;
  t.is(
    outcome?.status === 'failed' ? outcome.diagnostics[0]?.message : '',
    'the flag `weight` of `do_x` is `heavy`, not a number from 1 to 9999',
  );
});

test('each reason why nothing starts has a text that names the setting or the task', (t) => {
  const texts = [
    holdReasonText({ kind: 'pressure', of: 'io', value: 12_345.6, limit: 10_000 }),
    holdReasonText({ kind: 'load', value: 1.55, limit: 1.5 }),
    holdReasonText({ kind: 'memory', task: 'a:do_x', neededBytes: 3 * 2 ** 30, freeBytes: 2 ** 30 }),
    holdReasonText({ kind: 'number-threads', task: 'a:do_x', limit: 2 }),
    holdReasonText({ kind: 'weight', task: 'a:do_x', needed: 2, free: 1 }),
  ];
  t.deepEqual(texts, [
    'disk pressure is 12346, above BB_PRESSURE_MAX_IO = 10000',
    'the load for each processor is 1.55, above BB_LOADFACTOR_MAX = 1.5',
    'a:do_x has needed 3072 MiB of memory, and 1024 MiB is free',
    'a:do_x: 2 of these at a time, as its flag number_threads says',
    'a:do_x takes 2 slots, and 1 is free',
  ]);
});
