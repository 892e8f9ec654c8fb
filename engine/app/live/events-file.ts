import { once } from 'node:events';
import { closeSync, constants, createWriteStream, openSync, statSync, type WriteStream } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../base/clock.ts';
import { systemError } from '../../base/system-error.ts';
import type { BuildEvent } from '../../messages/build-event.ts';
import { type EventLine, eventFormat, formatEventLine } from '../../messages/event-lines.ts';
import { shortened } from './live-events.ts';

/** Writes the events of a build where `--events` says, in the form of docs/reference/events.md. */
export class EventsFile {
  readonly #stream: WriteStream;
  readonly #startMs = systemClock.monotonicMs();
  #isBroken = false;

  /** Empties the file; `-` is standard output. Throws StxError when it cannot be written. */
  constructor(path: string, command: readonly string[], onTrouble: (text: string) => void) {
    this.#stream = createWriteStream(path, { fd: path === '-' ? 1 : opened(path), autoClose: path !== '-' });
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!this.#isBroken && error.code !== 'EPIPE')
        onTrouble(`the events are no longer written to ${path}: ${error.message}`);
      this.#isBroken = true;
    });
    const startedAtMs = systemClock.nowMs();
    this.#stream.write(formatEventLine({ format: eventFormat, command, pid: process.pid, startedAtMs }));
  }

  take(event: BuildEvent): void {
    this.#write({ ms: this.#elapsed(), event: shortened(event) });
  }

  /** The last line; resolves when all is written. */
  async end(exitCode: number): Promise<void> {
    this.#write({ ms: this.#elapsed(), exitCode });
    if (this.#isBroken) return;
    this.#stream.end();
    await Promise.race([once(this.#stream, 'finish'), once(this.#stream, 'close')]).catch(() => undefined);
  }

  #write(line: EventLine): void {
    if (!this.#isBroken) this.#stream.write(formatEventLine(line));
  }

  #elapsed(): number {
    return Math.round(systemClock.monotonicMs() - this.#startMs);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw systemError(error, 'writing', path);
  }
}

/**
 * Waits until somebody reads the named pipe that `--events` may be: opening it before would stop everything. Says so once.
 * What it gives holds the pipe open, so that the reader who was seen does not take a pause for the end: it is kept until the
 * build ended. Gives nothing when the signal is aborted first.
 */
export async function someoneReads(path: string | undefined, signal: AbortSignal): Promise<Disposable | undefined> {
  const nothingHeld = { [Symbol.dispose]: () => undefined };
  if (path === undefined || path === '-') return nothingHeld;
  if (!statSync(path, { throwIfNoEntry: false })?.isFIFO()) return nothingHeld;
  for (let round = 0; !signal.aborted; round++) {
    try {
      const descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      return { [Symbol.dispose]: () => closeSync(descriptor) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw systemError(error, 'writing', path);
    }
    if (round === 1) process.stderr.write(`stx-bake: waiting for somebody to read ${path}\n`);
    await setTimeout(100, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
