import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import type { BuildEvent } from '../../messages/build-event.ts';
import { eventFormat, formatEventLine } from '../../messages/event-lines.ts';

/** Where the events of the build in a build directory lie: the one that goes on, or the last one. */
export function liveEventsPath(buildDirectory: string): string {
  return join(buildDirectory, 'cache', 'live-events.jsonl');
}

const flushMs = 100;
const flushCharacters = 64 * 1024;

/** Writes the events of a build to its build directory. A file system that refuses only ends the writing. */
export class LiveEvents implements Disposable {
  readonly #startMs = systemClock.monotonicMs();
  #file: number | undefined;
  #pending = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(buildDirectory: string, command: readonly string[]) {
    const path = liveEventsPath(buildDirectory);
    const fresh = `${path}.${process.pid}.new`;
    this.#attempt(() => {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = openSync(fresh, 'w');
      renameSync(fresh, path);
    });
    if (this.#file === undefined) rmSync(fresh, { force: true });
    const startedAtMs = systemClock.nowMs();
    this.#write(formatEventLine({ format: eventFormat, command, pid: process.pid, startedAtMs }));
    this.#flush();
  }

  take(event: BuildEvent): void {
    this.#write(formatEventLine({ ms: this.#elapsed(), event: shortened(event) }));
  }

  /** The last line. */
  end(exitCode: number): void {
    this.#write(formatEventLine({ ms: this.#elapsed(), exitCode }));
    this.#flush();
  }

  [Symbol.dispose](): void {
    this.#flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #elapsed(): number {
    return Math.round(systemClock.monotonicMs() - this.#startMs);
  }

  #write(line: string): void {
    if (this.#file === undefined) return;
    this.#pending += line;
    if (this.#pending.length > flushCharacters) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), flushMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const file = this.#file;
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    if (file === undefined) return;
    this.#attempt(() => {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    });
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch {
      if (this.#file !== undefined) closeSync(this.#file);
      this.#file = undefined;
    }
  }
}

/** The files that a task left may be thousands, and no view shows more than where they are. */
export function shortened(event: BuildEvent): BuildEvent {
  if (event.kind !== 'task-finished' || event.outcome.status !== 'ok') return event;
  return { ...event, outcome: { ...event.outcome, artifacts: event.outcome.artifacts.slice(0, 20) } };
}
