import test from 'ava';
import fc from 'fast-check';
import { type Estimate, estimateBuild } from '../../engine/explain/estimate.ts';
import { playBuild, type TaskCost } from '../../engine/explain/schedule.ts';
import { openHistory } from '../../engine/history/history.ts';
import type { GraphShape } from '../../engine/history/rows.ts';
import type { BuildEvent } from '../../engine/messages/build-event.ts';
import type { Plan } from '../../engine/plan/planned-task.ts';
import type { DescribedTaskGraph } from '../../engine/signatures/described-task.ts';
import { ManualClock, recorderFor } from '../support/recorded-build.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

type Decision = 'run' | 'restore' | 'up-to-date';

interface Made {
  readonly graph: GraphShape;
  /** What each task takes alone on the machine. */
  readonly ms: readonly number[];
}

/** What the engine knows of a made-up project: tasks that do something on processors. */
function planOf({ graph }: Made, decisionOf: (index: number) => Decision = () => 'run') {
  const { tasks, needs } = graph;
  const index = new Map(tasks.map((task, at) => [task, at]));
  const above: string[][] = tasks.map(() => []);
  for (const [at, each] of needs.entries()) for (const need of each) above[need]?.push(tasks[at] ?? '');
  const described = {
    graph: {
      topologicalOrder: () => tasks,
      dependencies: (task: string) => (needs[index.get(task) ?? -1] ?? []).map((at) => tasks[at]),
      dependents: (task: string) => above[index.get(task) ?? -1] ?? [],
    },
    task: () => ({ noexec: false }),
  } as unknown as DescribedTaskGraph;
  const plan = { tasks: new Map(tasks.map((task, at) => [task, { decision: decisionOf(at) }])) } as unknown as Plan;
  return { described, plan };
}

interface Run {
  readonly slots: number;
  readonly slowdown: number;
  /** What the engine sees of it before and after. */
  readonly seen: number;
  readonly found?: number;
  /** By how much this run of a task differs from others. */
  noise(): number;
  readonly isRun?: (index: number) => boolean;
}

/** Lets a build happen; it is written down as the engine does. Gives what it really took. */
function build(folder: string, made: Made, run: Run): number {
  const { graph } = made;
  const taken = made.ms.map((ms, index) => ((run.isRun?.(index) ?? true) ? ms * run.slowdown * run.noise() : 0));
  const slots = { processor: run.slots, network: 2 };
  const play = (costs: (task: number) => number) =>
    playBuild(graph, (index): TaskCost => ({ ms: costs(index), pool: 'processor' }), slots);
  // Between two tasks in a slot some time passes in the engine.
  const { starts, totalMs } = play((index) => (taken[index] ?? 0) * 1.04);
  const clock = new ManualClock();
  const recorder = recorderFor(folder, {
    clock,
    slots,
    slowdown: (programsMs) => (programsMs === undefined ? run.seen : (run.found ?? run.seen)),
    graph: () => graph,
    play: (durations) => play((index) => durations.get(graph.tasks[index] ?? '') ?? 0).totalMs,
  });
  const moments = taken.flatMap((ms, index) => {
    const [task = '', atMs = 0] = [graph.tasks[index], starts[index]];
    if (ms === 0) return [];
    const outcome = { status: 'ok', durationMs: ms, artifacts: [], warnings: [] } as const;
    const started: BuildEvent = { kind: 'task-started', task, action: 'run' };
    const ended = { kind: 'task-finished', task, action: 'run', outcome } as unknown as BuildEvent;
    return [
      { atMs, event: started },
      { atMs: atMs + ms, event: ended },
    ];
  });
  for (const { atMs, event } of moments.sort((a, b) => a.atMs - b.atMs)) {
    clock.ms = atMs;
    recorder.take(event);
  }
  recorder.finish('ok');
  return totalMs;
}

function foretold(folder: string, made: Made, more: Partial<Run> & { readonly slots: number }): Estimate {
  using history = openHistory(folder);
  const { described, plan } = planOf(made, (index) => ((more.isRun?.(index) ?? true) ? 'run' : 'up-to-date'));
  const slots = { processor: more.slots, network: 2 };
  const basis = { times: history.taskTimes(), pace: history.pace(), slots, slowdown: more.seen ?? 1 };
  return estimateBuild(described, plan, basis);
}

/** Numbers from 0 to 1, always the same for a seed. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const sizes = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  tasks: fc.constantFrom(5, 40, 400),
  scaleMs: fc.constantFrom(0.5, 100, 60_000),
});

/** A project of few tasks that differ little from run to run, or of many of which some wait long for a processor. */
function projectOf({
  seed,
  tasks,
  scaleMs,
}: {
  readonly seed: number;
  readonly tasks: number;
  readonly scaleMs: number;
}) {
  const roll = dice(seed);
  const needs = Array.from({ length: tasks }, (_, index) =>
    index === 0 ? [] : [...new Set([0, 1].map(() => Math.floor(roll() * index)))].filter(() => roll() < 0.8),
  );
  const ms = needs.map(() => scaleMs * (0.2 + 2 * roll() ** 3));
  const noise = () => (tasks < 400 ? 0.93 + 0.14 * roll() : roll() < 0.08 ? 5 : 0.5 + 0.3 * roll());
  const made: Made = { graph: { tasks: needs.map((_, index) => `r${index}:do_x`), needs }, ms };
  return { made, noise };
}

const isNear = (estimate: number | undefined, real: number) => Math.abs((estimate ?? 0) - real) <= real / 4;
/** The same projects each time: of enough random ones some are too uneven for any foresight. */
const chosen = { numRuns: 20, seed: 7 };

test('under whatever steady load, the third run is foretold within a quarter', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(sizes, fc.constantFrom(1, 1.5, 3), (size, slowdown) => {
        const { made, noise } = projectOf(size);
        using folder = temporaryDirectory();
        const run: Run = { slots: 2, slowdown, seen: slowdown, noise };
        for (const _ of [1, 2]) build(folder.path, made, run);
        const { expectedMs } = foretold(folder.path, made, run);
        return isNear(expectedMs, build(folder.path, made, run));
      }),
      chosen,
    ),
  );
});

test('a part of the project, or all with another number of slots, is foretold within a quarter', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(sizes, fc.constantFrom(1, 3, 4), (size, slots) => {
        const { made, noise } = projectOf(size);
        using folder = temporaryDirectory();
        const run: Run = { slots: 2, slowdown: 1, seen: 1, noise };
        for (const _ of [1, 2]) build(folder.path, made, run);
        const part: Run = { ...run, isRun: (index) => index >= made.ms.length / 2 };
        const partMs = foretold(folder.path, made, part).expectedMs;
        const isPartNear = isNear(partMs, build(folder.path, made, part));
        const { expectedMs } = foretold(folder.path, made, { ...run, slots });
        return isPartNear && isNear(expectedMs, build(folder.path, made, { ...run, slots }));
      }),
      chosen,
    ),
  );
});

test('what others take of the machine changes from build to build: the third run of a short build is foretold within a quarter', (t) => {
  const load = fc.double({ min: 1, max: 3, noNaN: true });
  const short = sizes.filter(({ tasks, scaleMs }) => tasks * scaleMs < 20_000);
  t.notThrows(() =>
    fc.assert(
      fc.property(short, load, load, load, (size, ...loads) => {
        const { made, noise } = projectOf(size);
        using folder = temporaryDirectory();
        const runs = loads.map((slowdown): Run => ({ slots: 2, slowdown, seen: slowdown, noise }));
        const [first, , third] = runs.map((run) => {
          const { expectedMs } = foretold(folder.path, made, run);
          return { expectedMs, real: build(folder.path, made, run) };
        });
        return first?.expectedMs === undefined && isNear(third?.expectedMs, third?.real ?? 0);
      }),
      chosen,
    ),
  );
});

test('a look at the machine that always sees too much is corrected by what turned out', (t) => {
  using folder = temporaryDirectory();
  const { made, noise } = projectOf({ seed: 5, tasks: 40, scaleMs: 100 });
  const run: Run = { slots: 2, slowdown: 1.5, seen: 3, found: 1.5, noise };
  for (const _ of [1, 2]) build(folder.path, made, run);
  const now: Run = { ...run, slowdown: 1, seen: 2, found: 1 };
  t.true(isNear(foretold(folder.path, made, now).expectedMs, build(folder.path, made, now)));
});

const three: Made = {
  graph: { tasks: ['a:do_x', 'b:do_x', 'c:do_y'], needs: [[], [], []] },
  ms: [1000, 3000, 2000],
};

test('one run that took far too long does not count in full', (t) => {
  using folder = temporaryDirectory();
  const run = { slots: 1, slowdown: 1, seen: 1, noise: () => 1 };
  for (const noise of [1, 1, 50]) build(folder.path, three, { ...run, noise: () => noise });
  const expectedMs = foretold(folder.path, three, run).expectedMs ?? 0;
  t.true(expectedMs > 6000 && expectedMs < 18_000, `${expectedMs}`);
});

test('a plan is foretold when half of its tasks were done before, and says how many were not', (t) => {
  using folder = temporaryDirectory();
  const run: Run = { slots: 1, slowdown: 1, seen: 1, noise: () => 1 };
  build(folder.path, three, { ...run, isRun: (index) => index === 0 });
  const thin = foretold(folder.path, three, run);
  t.like(thin, { expectedMs: undefined, leastMs: undefined, tasks: 3, guessed: 1, unknown: 1 });
  t.is(thin.follow(), undefined);
  t.is(thin.usualMs('b:do_x'), thin.usualMs('a:do_x'));
  const two = foretold(folder.path, three, { ...run, isRun: (index) => index < 2 });
  t.like(two, { tasks: 2, guessed: 1, unknown: 0 });
  t.is(Math.round(two.expectedMs ?? 0), 2000);
});

test('restored tasks take what restoring took, and a change of load does not change that', (t) => {
  const time = { runMs: 60_000, aloneMs: 60_000, restoreMs: 200, peakMemoryBytes: undefined, bytes: undefined };
  const { described, plan } = planOf(three, () => 'restore');
  const basis = { pace: { startUpMs: 0, pace: 1, foresight: 1 }, slots: { processor: 1, network: 1 }, slowdown: 3 };
  const times = new Map(three.graph.tasks.map((task) => [task, time]));
  t.is(estimateBuild(described, plan, { ...basis, times }).expectedMs, 600);
});

test('a plan with nothing to do takes no time, with and without history', (t) => {
  const { described, plan } = planOf(three, () => 'up-to-date');
  const basis = { pace: { startUpMs: 100, pace: 1, foresight: 1 }, slots: { processor: 1, network: 1 }, slowdown: 1 };
  t.is(estimateBuild(described, plan, { ...basis, times: new Map() }).expectedMs, 0);
});
