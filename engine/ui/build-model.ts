import type { BuildEvent } from '../messages/build-event.ts';
import type { HoldReason } from '../messages/hold-reason.ts';
import type { RunReason } from '../messages/reason.ts';

/** A task at work. */
export interface WorkingTask {
  readonly task: string;
  readonly action: 'run' | 'restore';
  readonly reason: RunReason | undefined;
  /** Milliseconds since the build began. */
  readonly startedMs: number;
  readonly usualMs: number | undefined;
  /** What it last said of its progress; empty for a silent one. */
  readonly text: string;
  /** From 0 to 1. */
  readonly fraction: number | undefined;
}

type Event<Kind extends BuildEvent['kind']> = Extract<BuildEvent, { readonly kind: Kind }>;

/** What a view of a build shows, added up from its events alone. Times are milliseconds since the build began. */
export class BuildModel {
  /** Tasks that the plan counts on: to run, to restore, and those that may run. */
  total = 0;
  done = 0;
  failed = 0;
  toRestore = 0;
  restored = 0;
  upToDate = 0;
  /** Restored or fetched, as far as tasks told. */
  restoredBytes = 0;
  fetchedBytes = 0;
  /** What restored tasks would have taken longer to run. */
  savedMs = 0;
  planned = false;
  finished = false;
  /** What was last told to be left, and when. */
  left: { readonly ms: number; readonly atMs: number } | undefined;
  held: HoldReason | undefined;
  /** In the order in which they were started. */
  readonly working = new Map<string, WorkingTask>();

  /** Takes an event that came at a time. */
  take(event: BuildEvent, atMs: number): void {
    switch (event.kind) {
      case 'plan':
        this.#plan(event, atMs);
        break;
      case 'task-started': {
        const { task, action, reason, usualMs } = event;
        this.working.set(task, { task, action, reason, usualMs, startedMs: atMs, text: '', fraction: undefined });
        break;
      }
      case 'task-progress': {
        const before = this.working.get(event.task);
        if (before !== undefined)
          this.working.set(event.task, { ...before, text: event.text, fraction: event.fraction });
        break;
      }
      case 'task-finished':
        this.#finished(event);
        this.#toldLeft(event.leftMs, atMs);
        break;
      case 'task-settled':
        this.#toldLeft(event.leftMs, atMs);
        if (event.as === 'up-to-date') {
          this.done += 1;
          this.upToDate += 1;
        }
        break;
      case 'held':
        this.held = event.reason;
        break;
      case 'finished':
        this.finished = true;
        this.working.clear();
        break;
      case 'note':
      case 'diagnostic':
        break;
    }
  }

  /**
   * How long the build may still take: what was last told less what has passed since, and not less than the longest of
   * the tasks at work; `undefined` without history, 0 when it takes longer than expected.
   */
  leftMs(nowMs: number): number | undefined {
    if (this.left === undefined) return undefined;
    let left = this.left.ms - (nowMs - this.left.atMs);
    for (const { usualMs, startedMs } of this.working.values())
      if (usualMs !== undefined) left = Math.max(left, usualMs - (nowMs - startedMs));
    return Math.max(0, left);
  }

  #plan(event: Event<'plan'>, atMs: number): void {
    this.planned = true;
    this.total = event.run + event.restore + event.open;
    this.toRestore = event.restore;
    this.upToDate = event.upToDate;
    this.#toldLeft(event.expectedMs, atMs);
  }

  #toldLeft(ms: number | undefined, atMs: number): void {
    if (ms !== undefined) this.left = { ms, atMs };
  }

  #finished({ task, action, outcome }: Event<'task-finished'>): void {
    this.working.delete(task);
    if (outcome.status === 'ok') {
      const bytes = outcome.bytes ?? 0;
      if (action === 'restore') {
        this.restored += 1;
        this.restoredBytes += bytes;
        this.savedMs += outcome.savedMs ?? 0;
      } else this.fetchedBytes += bytes;
    } else if (outcome.status === 'failed') {
      // A task that could not be restored runs instead, and is counted then.
      if (action === 'restore') return;
      this.failed += 1;
    }
    this.done += 1;
  }
}
