import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { BuildEvent } from '../messages/build-event.ts';
import type { TaskOutcome } from '../messages/task-outcome.ts';
import { buildTrace } from './build-trace.ts';
import { isDamage, markDamaged } from './database.ts';
import { historyPath, openHistory } from './history.ts';
import { type BuildStart, HistoryWriter, type NewTaskRow, type RecordText } from './history-writer.ts';
import { type HistoryLimits, prune } from './prune.ts';
import type { BuildCounts, BuildStatus, PoolName, UsualTime } from './rows.ts';

/** A task that ended well, as `runqueue` tells it before the event `task-finished`. */
export interface DoneWork {
  readonly task: string;
  readonly signature: string;
  /** What it hands on, as `HASH/SIZE`; absent for a task that captures nothing. */
  readonly output: string | undefined;
}

/** What is told about a task's inputs: the hash of its base record, and the texts behind its hashes. */
export interface WorkRecords {
  readonly base: string;
  /** Digest of what else the task takes in itself, dependencies left out. */
  readonly own: string;
  readonly texts: readonly RecordText[];
}

/** What a recorder is made with. */
export interface RecordingOptions extends Omit<BuildStart, 'startedMs' | 'graph' | 'counts' | 'slowdown'> {
  readonly buildDirectory: string;
  readonly clock: Clock;
  readonly limits: HistoryLimits;
  readonly upToDate: number;
  readonly usual: ReadonlyMap<string, UsualTime>;
  /** How many times as long as alone on the machine work takes, at the start and, after these programs of tasks, since. */
  slowdown(programsMs?: number): number;
  graph(): BuildStart['graph'];
  pool(task: string): PoolName;
  /** How long the build would take if these tasks followed each other in their slots without a gap. */
  play(durationsMs: ReadonlyMap<string, number>): number;
  onNote(text: string): void;
}

const batchSize = 500;
const batchDelayMs = 250;
const tracesKept = 10;

/** Writes down one build. Nothing is opened before its first task starts; what goes wrong here is said once and ends the recording. */
export class BuildRecorder {
  readonly #options: RecordingOptions;
  readonly #startMs: number;
  readonly #startedAtMs: number;
  readonly #started = new Map<string, { readonly atMs: number; readonly event: Started; readonly number: number }>();
  readonly #done = new Map<string, { readonly work: DoneWork; readonly records: () => WorkRecords }>();
  #rows: NewTaskRow[] = [];
  readonly #texts = new Map<string, RecordText>();
  #writer: HistoryWriter | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #durations = new Map<string, number>();
  #startUpMs = 0;
  #programsMs = 0;
  #lastEndMs = 0;
  #startedCount = 0;
  #isOff = false;
  #counts: BuildCounts;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#startMs = options.clock.monotonicMs();
    this.#startedAtMs = options.clock.nowMs();
    this.#counts = { ran: 0, restored: 0, failed: 0, upToDate: options.upToDate };
  }

  take(event: BuildEvent): void {
    if (event.kind === 'task-started') {
      this.#started.set(event.task, { atMs: this.#now(), event, number: this.#startedCount++ });
      if (this.#writer === undefined) this.#begin();
    } else if (event.kind === 'task-finished') this.#finished(event);
    else if (event.kind === 'task-settled' && event.as === 'up-to-date') {
      this.#counts = { ...this.#counts, upToDate: this.#counts.upToDate + 1 };
    } else if (event.kind === 'finished') {
      const { ran, restored, failed } = event;
      this.#counts = { ...this.#counts, ran, restored, failed };
    }
  }

  /** A task ended well; `isSilent`: no event will tell of it. The records are asked for when the batch is written. */
  done(work: DoneWork, records: () => WorkRecords, isSilent: boolean): void {
    if (this.#isOff) return;
    this.#done.set(work.task, { work, records });
    if (!isSilent) return;
    this.#add({ ...nothingKnown, task: work.task, action: 'none', startMs: this.#now(), durationMs: 0, status: 'ok' });
  }

  /** Writes what is left, the end of the build and its trace. */
  finish(status: BuildStatus): void {
    clearTimeout(this.#timer);
    if (this.#writer === undefined) return;
    const durationMs = this.#now();
    this.#attempt((writer) => {
      this.#flush(writer);
      const slowdown = this.#options.slowdown(this.#programsMs);
      const [counts, startUpMs, pace] = [this.#counts, this.#startUpMs, this.#pace()];
      writer.finish({ status, durationMs, counts, startUpMs, pace, slowdown });
      prune(writer.database, this.#options.limits, this.#options.clock.nowMs());
    });
    this.#attempt(() => writeTraces(this.#options.buildDirectory));
    this.#writer?.close();
    this.#writer = undefined;
    this.#isOff = true;
  }

  #begin(): void {
    if (this.#isOff) return;
    const { buildDirectory, targets, slots, preludeMs, expectedMs } = this.#options;
    try {
      const slowdown = this.#options.slowdown();
      const start = {
        startedMs: this.#startedAtMs,
        targets,
        slots,
        preludeMs,
        expectedMs,
        slowdown,
        counts: this.#counts,
      };
      this.#writer = new HistoryWriter(historyPath(buildDirectory), { ...start, graph: this.#options.graph() });
      if (this.#writer.note !== undefined) this.#options.onNote(this.#writer.note);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #finished({ task, action, outcome }: Extract<BuildEvent, { readonly kind: 'task-finished' }>): void {
    const started = this.#started.get(task);
    if (started === undefined || this.#isOff) return;
    this.#started.delete(task);
    const { options, startMs } = { options: this.#options, startMs: started.atMs };
    const durationMs = this.#now() - startMs;
    this.#lastEndMs = startMs + durationMs;
    this.#durations.set(task, durationMs);
    const usualMs = this.#usualMs(started.number, durationMs, outcome.durationMs);
    const pool = action === 'run' ? options.pool(task) : 'processor';
    const insteadMs = options.usual.get(task)?.runMs;
    const usage = outcome.status === 'cancelled' ? undefined : outcome.usage;
    this.#programsMs += usage?.programsMs ?? 0;
    const sizes = outcome.status === 'ok' ? outcome.artifacts.map((each) => each.sizeBytes ?? 0) : [];
    const fetched = pool === 'network' ? sizes.reduce((sum, each) => sum + each, 0) : undefined;
    this.#add({
      ...nothingKnown,
      task,
      action,
      reason: started.event.reason,
      pool,
      startMs,
      durationMs,
      status: outcome.status,
      peakMemoryBytes: usage?.peakMemoryBytes,
      cpuMs: usage?.cpuMs,
      bytes: (outcome.status === 'ok' ? outcome.bytes : undefined) ?? fetched,
      savedMs: action === 'restore' ? savedMs(outcome, insteadMs, durationMs) : undefined,
      usualMs,
    });
  }

  /** The first tasks wait for their threads to start: that is no time of theirs. */
  #usualMs(number: number, durationMs: number, innerMs: number): number {
    const { processor, network } = this.#options.slots;
    const waited = durationMs - innerMs;
    if (number >= processor + network || innerMs <= 0 || waited <= 0) return durationMs;
    this.#startUpMs = Math.max(this.#startUpMs, waited);
    return innerMs;
  }

  #pace(): number | undefined {
    const played = this.#options.play(this.#durations);
    return played > 0 && this.#lastEndMs > 0 ? Math.max(1, this.#lastEndMs / played) : undefined;
  }

  #add(row: NewTaskRow): void {
    this.#rows.push(row);
    if (this.#rows.length >= batchSize) this.#attempt((writer) => this.#flush(writer));
    else this.#timer ??= setTimeout(() => this.#attempt((writer) => this.#flush(writer)), batchDelayMs);
  }

  #flush(writer: HistoryWriter): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = this.#rows.map((row) => this.#withRecords(row, writer));
    writer.write(rows, [...this.#texts.values()]);
    this.#rows = [];
    this.#texts.clear();
  }

  #withRecords(row: NewTaskRow, writer: HistoryWriter): NewTaskRow {
    const done = row.status === 'ok' ? this.#done.get(row.task) : undefined;
    if (done === undefined) return row;
    this.#done.delete(row.task);
    const { signature, output } = done.work;
    const { base, own, texts } = done.records();
    for (const each of texts)
      if (!this.#texts.has(each.hash) && !writer.has(each.hash)) this.#texts.set(each.hash, each);
    return { ...row, signature, output, base, own };
  }

  /** Nothing is written before a task has started that is told of: a build with nothing to do leaves no trace. */
  #attempt(work: (writer: HistoryWriter) => void): void {
    this.#timer = undefined;
    if (this.#writer === undefined) return;
    try {
      work(this.#writer);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #giveUp(error: unknown): void {
    this.#isOff = true;
    clearTimeout(this.#timer);
    if (isDamage(error)) markDamaged(historyPath(this.#options.buildDirectory));
    this.#rows = [];
    this.#texts.clear();
    this.#done.clear();
    try {
      this.#writer?.close();
    } catch {
      // Whatever is wrong with it was just reported.
    }
    this.#writer = undefined;
    this.#options.onNote(`the history of this build is not kept: ${error instanceof Error ? error.message : error}`);
  }

  #now(): number {
    return this.#options.clock.monotonicMs() - this.#startMs;
  }
}

/** What the stored result says of it, else what the history knows. */
function savedMs(outcome: TaskOutcome, usualMs: number | undefined, durationMs: number): number | undefined {
  if (outcome.status === 'ok' && outcome.savedMs !== undefined) return outcome.savedMs;
  return usualMs === undefined ? undefined : Math.max(0, usualMs - durationMs);
}

type Started = Extract<BuildEvent, { readonly kind: 'task-started' }>;

const nothingKnown = {
  usualMs: 0,
  reason: undefined,
  pool: 'processor',
  peakMemoryBytes: undefined,
  cpuMs: undefined,
  bytes: undefined,
  savedMs: undefined,
  signature: undefined,
  base: undefined,
  own: undefined,
  output: undefined,
} as const;

/** Where the trace of a build lies. */
export function tracePath(buildDirectory: string, build: number): string {
  return join(buildDirectory, 'history', 'traces', `build-${build}.json`);
}

/** Writes the trace of this build, and those of builds that were killed before they could. */
function writeTraces(buildDirectory: string): void {
  using history = openHistory(buildDirectory);
  const folder = join(tracePath(buildDirectory, 0), '..');
  mkdirSync(folder, { recursive: true });
  const kept = history.builds(tracesKept);
  for (const row of kept) {
    const path = tracePath(buildDirectory, row.build);
    if (existsSync(path)) continue;
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, buildTrace(row, history.tasks(row.build)));
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  }
  const names = new Set(kept.map(({ build }) => `build-${build}.json`));
  for (const name of readdirSync(folder)) if (!names.has(name)) rmSync(join(folder, name), { force: true });
}
