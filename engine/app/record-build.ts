import { availableParallelism } from 'node:os';
import { systemClock } from '../base/clock.ts';
import { formatDigest } from '../base/digest.ts';
import { sha256 } from '../base/sha256.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { graphShape } from '../explain/graph-shape.ts';
import { ownDigest } from '../explain/own-inputs.ts';
import { playBuild, type TaskCost } from '../explain/schedule.ts';
import { slowdownBy } from '../explain/slowdown.ts';
import { BuildRecorder, type WorkRecords } from '../history/build-recorder.ts';
import type { RecordText } from '../history/history-writer.ts';
import type { GraphShape, PoolName, UsualTime } from '../history/rows.ts';
import type { BuildEvent } from '../messages/build-event.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { BuildInputs } from '../runqueue/build-inputs.ts';
import type { UsualCost } from '../runqueue/start-order.ts';
import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskGraph, TaskKey } from '../taskgraph/task-graph.ts';
import { lockText } from './lock-text.ts';
import { foretell } from './print-plan.ts';
import { watchOthers } from './system-load.ts';

/** What is written down of a build, and what is known from those before. */
export interface BuildRecording {
  /** For the run queue: what tasks have usually taken, and whom to tell about the done ones. */
  readonly inputs: Pick<BuildInputs, 'usual' | 'onDone'>;
  /** Passes the events of the build on; when they end, in whatever way, the history of the build is finished. */
  watch(events: AsyncIterable<BuildEvent>): AsyncGenerator<BuildEvent, void, void>;
}

/** Begins the history of a build in its build directory; nothing is written before a task starts. */
export function recordBuild(about: {
  readonly buildDirectory: string;
  readonly datastore: Datastore;
  readonly described: DescribedTaskGraph;
  readonly plan: Plan;
  readonly targets: readonly string[];
  readonly slots: { readonly processor: number; readonly network: number };
  /** How many tasks of others want a processor. */
  readonly others: number | undefined;
  /** `systemClock.monotonicMs()` when the program started. */
  readonly startMs: number;
  /** Aborted: the build was interrupted. */
  readonly signal: AbortSignal;
  onNote(text: string): void;
}): BuildRecording {
  const { described, plan } = about;
  const { times, estimate, slowdown } = foretell(about);
  const { expectedMs, usualMs } = estimate;
  const watched = watchOthers();
  // A task of BitBake's setscene kind is told of under a name of its own.
  const pool = (task: string): PoolName =>
    (described.graph.has(task) ? described.task(task).type?.pool : undefined) ?? 'processor';
  const recorder = new BuildRecorder({
    ...about,
    clock: systemClock,
    usual: times,
    slowdown: (programsMs) => {
      const others = watched(programsMs);
      return others === undefined || programsMs === undefined
        ? slowdown
        : slowdownBy(others, { slots: about.slots.processor, processors: availableParallelism() });
    },
    expectedMs,
    preludeMs: systemClock.monotonicMs() - about.startMs,
    limits: historyLimits(about.datastore),
    upToDate: [...plan.tasks.values()].filter(({ decision }) => decision === 'up-to-date').length,
    graph: () => graphShape(described.graph, plan),
    pool,
    play: (durations) => playRecorded(graphShape(described.graph, plan), durations, { pool, slots: about.slots }),
  });
  const onDone: BuildInputs['onDone'] = (task, stamp, digests) => {
    const handedOn = digests();
    const work = { task: task.key, signature: stamp.signature, output: stamp.output && formatDigest(stamp.output) };
    recorder.done(work, () => recordsOf(task, described.graph, handedOn), task.noexec);
  };
  const startMs = systemClock.monotonicMs();
  const remaining = estimate.follow();
  const foretold = (event: BuildEvent): BuildEvent => {
    if (event.kind === 'plan') return { ...event, expectedMs };
    if (event.kind === 'task-started') return { ...event, usualMs: usualMs(event.task) };
    if (remaining === undefined || !isDone(event)) return event;
    return { ...event, leftMs: Math.round(remaining.ended(event.task, systemClock.monotonicMs() - startMs)) };
  };
  return {
    inputs: { usual: costsOf(times), onDone },
    async *watch(events) {
      let status: 'ok' | 'failed' = 'failed';
      try {
        for await (const event of events) {
          recorder.take(event);
          if (event.kind === 'finished' && event.failed === 0) status = 'ok';
          yield foretold(event);
        }
      } finally {
        recorder.finish(about.signal.aborted ? 'interrupted' : status);
      }
    },
  };
}

type TaskEnd = Extract<BuildEvent, { readonly kind: 'task-finished' | 'task-settled' }>;

/** Whether nothing of the task is left to do; one that cannot be restored runs instead. */
function isDone(event: BuildEvent): event is TaskEnd {
  if (event.kind === 'task-settled') return event.as === 'up-to-date';
  return event.kind === 'task-finished' && (event.action === 'run' || event.outcome.status === 'ok');
}

function costsOf(times: ReadonlyMap<string, UsualTime>): ReadonlyMap<TaskKey, UsualCost> {
  const costs = new Map<TaskKey, UsualCost>();
  for (const [task, { runMs, peakMemoryBytes }] of times) {
    if (runMs !== undefined) costs.set(task, { ms: runMs, peakMemoryBytes });
  }
  return costs;
}

/** HISTORY_BUILDS and HISTORY_DAYS; anything that is no number counts as the default. */
function historyLimits(datastore: Datastore): { readonly builds: number; readonly days: number } {
  const number = (name: string, otherwise: number): number => {
    const text = (datastore.get(name) ?? '').trim();
    return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : otherwise;
  };
  return { builds: number('HISTORY_BUILDS', 100), days: number('HISTORY_DAYS', 180) };
}

/** A dependency of which nothing is known leaves a signature that nobody can tell: its text is not kept. */
function recordsOf(task: DescribedTask, graph: TaskGraph, digests: Readonly<Record<string, string>>): WorkRecords {
  const known = graph.dependencies(task.key).map((key) => [key, digests[key] ?? ''] as const);
  const { signature, base } = task.records(new Map(known));
  const hash = task.noexec ? sha256(base) : task.baseHash;
  const own = [
    { hash: sha256(signature), text: signature },
    { hash, text: base },
  ];
  return { base: hash, own: ownDigest(task), texts: [...own, ...lockTexts(task)] };
}

/** So that `why` can say which packages of a lock changed. */
function lockTexts(task: DescribedTask): readonly RecordText[] {
  const { locks } = task.inputs.outside;
  return Object.entries(locks).flatMap(([root, hash]) => {
    const text = lockText(task.task.recipe.datastore.get('LOCK_FILE')?.trim() ?? '', root);
    return text !== undefined && sha256(text) === hash ? [{ hash, text, keep: true }] : [];
  });
}

function playRecorded(
  graph: GraphShape,
  durations: ReadonlyMap<string, number>,
  more: { readonly slots: Readonly<Record<PoolName, number>>; pool(task: string): PoolName },
): number {
  const cost = (index: number): TaskCost => {
    const task = graph.tasks[index] ?? '';
    return { ms: durations.get(task) ?? 0, pool: more.pool(task) };
  };
  return playBuild(graph, cost, more.slots).totalMs;
}
