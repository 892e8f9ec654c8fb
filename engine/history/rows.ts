import type { RunReason } from '../messages/reason.ts';

/** What a build was asked for and what came of it. */
export interface BuildRow {
  readonly build: number;
  readonly startedMs: number;
  /** Absent: it runs, or was killed. */
  readonly durationMs: number | undefined;
  readonly status: BuildStatus | undefined;
  readonly targets: readonly string[];
  readonly slots: Readonly<Record<PoolName, number>>;
  /** From the start of the program to the first task. */
  readonly preludeMs: number;
  /** What was foretold for the time from the first task on. */
  readonly expectedMs: number | undefined;
  readonly counts: BuildCounts;
}

/** How a build ended. */
export type BuildStatus = 'ok' | 'failed' | 'interrupted';
/** Slots for work, and those for downloads. */
export type PoolName = 'processor' | 'network';

/** Tasks by what happened to them. */
export interface BuildCounts {
  readonly ran: number;
  readonly restored: number;
  readonly failed: number;
  readonly upToDate: number;
}

/** What was done about one task in one build. */
export interface TaskRow {
  readonly build: number;
  readonly task: string;
  readonly action: 'run' | 'restore';
  readonly reason: RunReason | undefined;
  readonly pool: PoolName;
  /** Since the first task of the build could start. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: 'ok' | 'failed' | 'cancelled';
  readonly peakMemoryBytes: number | undefined;
  readonly cpuMs: number | undefined;
  /** Fetched or restored. */
  readonly bytes: number | undefined;
  /** How long the task usually takes that was restored instead. */
  readonly savedMs: number | undefined;
  /**
   * Of what was done well: its signature, the hash of its base record, a digest of what else it takes in itself, and what
   * it handed on (`HASH/SIZE`).
   */
  readonly signature: string | undefined;
  readonly base: string | undefined;
  readonly own: string | undefined;
  readonly output: string | undefined;
}

/** Tasks with what each waits for, as indices. */
export interface GraphShape {
  readonly tasks: readonly string[];
  readonly needs: readonly (readonly number[])[];
}

/** What a build takes besides its tasks. */
export interface BuildPace {
  /** Until the first tasks really run: threads start. */
  readonly startUpMs: number;
  /** How many times as long a build takes as its tasks would one right after the other in their slots. */
  readonly pace: number;
  /** How many times as slow as foreseen the machine turned out to be. */
  readonly foresight: number;
}

/**
 * How long a task usually takes: the mean of its last runs, the newer the heavier. A mean and not the middle, since the
 * times of thousands of short tasks are added up, and few of them wait long for a processor.
 */
export interface UsualTime {
  /** Absent: it was only restored so far. */
  readonly runMs: number | undefined;
  /** The same without what others on the machine slowed it down. */
  readonly aloneMs: number | undefined;
  readonly restoreMs: number | undefined;
  /** The largest of its last runs. */
  readonly peakMemoryBytes: number | undefined;
  /** What it fetched last. */
  readonly bytes: number | undefined;
}

type Stored = Readonly<Record<string, unknown>>;

/** A row of the table `builds`. */
export function buildRow(stored: Stored): BuildRow {
  return {
    build: stored['id'] as number,
    startedMs: stored['started_ms'] as number,
    durationMs: (stored['duration_ms'] as number | null) ?? undefined,
    status: (stored['status'] as BuildStatus | null) ?? undefined,
    targets: JSON.parse(stored['targets'] as string) as string[],
    slots: { processor: stored['processor_slots'] as number, network: stored['network_slots'] as number },
    preludeMs: stored['prelude_ms'] as number,
    expectedMs: (stored['expected_ms'] as number | null) ?? undefined,
    counts: JSON.parse(stored['counts'] as string) as BuildCounts,
  };
}

/** A row of the table `tasks` with the name of its task. */
export function taskRow(stored: Stored): TaskRow {
  const number = (name: string) => (stored[name] as number | null) ?? undefined;
  const text = (name: string) => (stored[name] as string | null) ?? undefined;
  const reason = text('reason');
  return {
    build: stored['build'] as number,
    task: stored['task'] as string,
    action: stored['action'] as TaskRow['action'],
    reason: reason === undefined ? undefined : (JSON.parse(reason) as RunReason),
    pool: stored['pool'] as PoolName,
    startMs: stored['start_ms'] as number,
    durationMs: stored['duration_ms'] as number,
    status: stored['status'] as TaskRow['status'],
    peakMemoryBytes: number('peak_bytes'),
    cpuMs: number('cpu_ms'),
    bytes: number('bytes'),
    savedMs: number('saved_ms'),
    signature: text('signature'),
    base: text('base'),
    own: text('own'),
    output: text('output'),
  };
}

/** A row of the table `times`; `slowdowns` of builds, where they are known. */
export function usualTime(stored: Stored, slowdowns: ReadonlyMap<number, number>): UsualTime {
  const list = <Item>(name: string) => JSON.parse(stored[name] as string) as Item[];
  const peaks = list<number>('peaks');
  const runs = list<TimedRun>('runs');
  return {
    runMs: recentMean(runs.map(([ms]) => ms)),
    aloneMs: recentMean(runs.map(([ms, build]) => ms / (slowdowns.get(build) ?? 1))),
    restoreMs: recentMean(list('restores')),
    peakMemoryBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    bytes: (stored['bytes'] as number | null) ?? undefined,
  };
}

/** Milliseconds that a run took, and the number of its build. */
export type TimedRun = readonly [ms: number, build: number];

/** One time that is so much longer than usual does not count in full; shorter ones are only waits for a processor. */
const farOff = { times: 3, fromMs: 1000 };

/** The mean of times, oldest first: each counts half as much as the next. A single one that is far off is cut. */
export function recentMean(times: readonly number[]): number | undefined {
  const isLong = times.some((time) => time > farOff.fromMs);
  const most = isLong ? Math.max(farOff.fromMs, farOff.times * (median(times) ?? 0)) : farOff.fromMs;
  let mean: number | undefined;
  let weight = 0;
  for (const time of times) {
    weight = weight / 2 + 1;
    mean = (mean ?? 0) + (Math.min(time, most) - (mean ?? 0)) / weight;
  }
  return mean;
}

/** The value in the middle; of two the mean. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
