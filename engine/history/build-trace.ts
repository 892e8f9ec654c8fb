import { reasonText } from '../messages/reason.ts';
import type { BuildRow, PoolName, TaskRow } from './rows.ts';

/** One event of the Trace Event Format; times are microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: 'M' | 'X';
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly args?: Readonly<Record<string, string | number>>;
}

const groups: Readonly<Record<PoolName, { readonly pid: number; readonly name: string; readonly lane: string }>> = {
  processor: { pid: 1, name: 'tasks', lane: 'slot' },
  network: { pid: 2, name: 'fetch', lane: 'download' },
};

/** A build as JSON in the Trace Event Format, which Perfetto and Chrome show: slots are rows, downloads apart. */
export function buildTrace(build: BuildRow, tasks: readonly TaskRow[]): string {
  const lanes = { processor: new Lanes(), network: new Lanes() };
  const spans = [...tasks]
    .sort((a, b) => a.startMs - b.startMs)
    .map((task) => spanOf(task, lanes[task.pool].take(task.startMs, task.startMs + task.durationMs)));
  const names = (['processor', 'network'] as const).flatMap((pool) => namesOf(pool, lanes[pool].count));
  const otherData = {
    build: build.build,
    targets: build.targets.join(' '),
    started: new Date(build.startedMs).toISOString(),
    status: build.status ?? 'not finished',
  };
  return `${JSON.stringify({ traceEvents: [...names, ...spans], displayTimeUnit: 'ms', otherData })}\n`;
}

function spanOf(task: TaskRow, lane: number): TraceEvent {
  const { reason, signature, bytes, peakMemoryBytes, cpuMs } = task;
  const facts = { signature, bytes, peakMemoryBytes, cpuMs, reason: reason && reasonText(reason) };
  const args: Record<string, string | number> = { status: task.status };
  for (const [name, value] of Object.entries(facts)) if (value !== undefined) args[name] = value;
  return {
    name: task.task,
    ph: 'X',
    pid: groups[task.pool].pid,
    tid: lane,
    ts: Math.round(task.startMs * 1000),
    dur: Math.max(1, Math.round(task.durationMs * 1000)),
    cat: task.status === 'ok' ? task.action : task.status,
    args,
  };
}

function namesOf(pool: PoolName, lanes: number): readonly TraceEvent[] {
  const { pid, name, lane } = groups[pool];
  if (lanes === 0) return [];
  const row = (tid: number): TraceEvent => ({
    name: 'thread_name',
    ph: 'M',
    pid,
    tid,
    args: { name: `${lane} ${tid}` },
  });
  const group: TraceEvent = { name: 'process_name', ph: 'M', pid, tid: 0, args: { name } };
  return [group, ...Array.from({ length: lanes }, (_, index) => row(index + 1))];
}

/** Spreads spans over as few rows as they need; within a row they follow each other. */
class Lanes {
  readonly #endOf: number[] = [];

  get count(): number {
    return this.#endOf.length;
  }

  /** The number of the first row that is free, from one on; spans come in the order of their starts. */
  take(startMs: number, endMs: number): number {
    const free = this.#endOf.findIndex((end) => end <= startMs);
    const lane = free === -1 ? this.#endOf.length : free;
    this.#endOf[lane] = endMs;
    return lane + 1;
  }
}
