import { systemClock } from '../base/clock.ts';
import { UrlError } from '../net/download-error.ts';
import { redactUrl } from '../net/redact.ts';
import type { Patience } from './patience.ts';

const mostWrongBlobs = 3;

/** What an answer without content counts as, when the speed of a mirror is judged. */
export const bytesOfAnswer = 4096;

/** Whether a mirror is still worth asking: it is given up once it is dead, too slow or wrong too often. */
export class MirrorHealth {
  readonly url: string;
  readonly #patience: Patience;
  readonly #tell: (reason: string) => void;
  #isGivenUp = false;
  #hasTold = false;
  #wrong = 0;
  #active = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #checkedMs = 0;
  readonly #stop = new AbortController();

  /** `tell` hears once what is wrong. */
  constructor(url: string, patience: Patience, tell: (reason: string) => void) {
    this.url = redactUrl(url);
    this.#patience = patience;
    this.#tell = tell;
  }

  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Aborted when the mirror is given up. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Counts the bytes that move, while `work` goes on. */
  async watch<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#active++;
    if (this.#timer === undefined) {
      this.#checkedMs = systemClock.monotonicMs();
      this.#timer = setInterval(() => this.#checkSpeed(), this.#patience.slowMs).unref();
    }
    try {
      return await work();
    } finally {
      this.#active--;
      if (this.#active === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
        this.#bytes = 0;
      }
    }
  }

  /** Bytes came or went. */
  moved(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Takes what a transfer threw: gives the mirror up when more of the same must be expected. */
  failed(error: unknown): void {
    if (this.#isGivenUp) return;
    if (!(error instanceof UrlError)) this.giveUp(error instanceof Error ? error.message : String(error));
    else if (error.kind === 'wrong-content') this.#wrongContent(error);
    else if (error.kind !== 'not-found') this.giveUp(error.message);
  }

  giveUp(reason: string): void {
    if (this.#isGivenUp) return;
    this.#isGivenUp = true;
    this.#say(`${reason}; it is not used any more in this build`);
    this.#stop.abort(new UrlError('unreachable', reason));
  }

  #wrongContent(error: UrlError): void {
    this.#wrong++;
    if (this.#wrong >= mostWrongBlobs) this.giveUp(error.message);
    else this.#say(`${error.message}; nothing of it was used`);
  }

  #say(reason: string): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#tell(reason);
  }

  /** A window that took much longer than it should says that this machine is busy, not that the mirror is slow. */
  #checkSpeed(): void {
    const { slowMs, leastBytes } = this.#patience;
    const now = systemClock.monotonicMs();
    const isFair = now - this.#checkedMs < 1.5 * slowMs;
    this.#checkedMs = now;
    const seconds = slowMs / 1000;
    if (isFair && this.#bytes < leastBytes) this.giveUp(`moved only ${this.#bytes} bytes in ${seconds} s`);
    this.#bytes = 0;
  }
}
