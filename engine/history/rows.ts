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
}

/** How long a task usually takes, in the middle of its last runs. */
export interface UsualTime {
  /** Absent: it was only restored so far. */
  readonly runMs: number | undefined;
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

/** A row of the table `times`. */
export function usualTime(stored: Stored): UsualTime {
  const list = (name: string) => JSON.parse(stored[name] as string) as number[];
  const peaks = list('peaks');
  return {
    runMs: median(list('runs')),
    restoreMs: median(list('restores')),
    peakMemoryBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    bytes: (stored['bytes'] as number | null) ?? undefined,
  };
}

/** The value in the middle; of two the mean. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
