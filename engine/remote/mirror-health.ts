import { systemClock } from '../base/clock.ts';
import { UrlError } from '../net/download-error.ts';
import { redactUrl } from '../net/redact.ts';
import type { Patience } from './patience.ts';

const mostWrongBlobs = 3;

/** What an answer counts as besides its content, when the speed of a mirror is judged: distance is no fault. */
export const bytesOfAnswer = 64 << 10;
/** How often that is looked at while the patience with a mirror lasts. */
const looks = 8;

/**
 * Whether a mirror is still worth asking: it is given up once it is dead, too slow or wrong too often. It is too slow when
 * all transfers of a build together have waited for it for `slowMs` longer than what they moved takes at `leastBytes` in
 * that time: so it costs no more than that, however the time is spread.
 */
export class MirrorHealth {
  readonly url: string;
  readonly #patience: Patience;
  readonly #tell: (reason: string) => void;
  readonly #onGivenUp: () => void;
  #isGivenUp = false;
  #hasTold = false;
  #wrong = 0;
  #active = 0;
  #bytes = 0;
  /** How long the build has waited for what did not come. */
  #waitedMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #checkedMs = 0;
  readonly #stop = new AbortController();

  /** `tell` hears once what is wrong. */
  constructor(
    url: string,
    patience: Patience,
    tell: (reason: string) => void,
    onGivenUp: () => void = () => undefined,
  ) {
    this.url = redactUrl(url);
    this.#patience = patience;
    this.#tell = tell;
    this.#onGivenUp = onGivenUp;
  }

  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Aborted when the mirror is given up. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Counts the bytes that move, and the time, while `work` goes on. */
  async watch<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#active++;
    if (this.#timer === undefined) {
      this.#checkedMs = systemClock.monotonicMs();
      this.#timer = setInterval(() => this.#checkSpeed(), this.#patience.slowMs / looks).unref();
    }
    try {
      return await work();
    } finally {
      this.#active--;
      if (this.#active === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
        this.#checkSpeed();
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
    this.#onGivenUp();
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

  /** A look that comes much too late says that this machine is busy, not that the mirror is slow. */
  #checkSpeed(): void {
    const { slowMs, leastBytes } = this.#patience;
    const now = systemClock.monotonicMs();
    const passedMs = Math.min(now - this.#checkedMs, (2 * slowMs) / looks);
    this.#checkedMs = now;
    this.#waitedMs = Math.max(0, this.#waitedMs + passedMs - (this.#bytes * slowMs) / leastBytes);
    this.#bytes = 0;
    if (this.#waitedMs < slowMs) return;
    const seconds = slowMs / 1000;
    this.giveUp(`kept the build waiting for ${seconds} s, at less than ${rateText(leastBytes / seconds)}`);
  }
}

function rateText(bytesPerSecond: number): string {
  return `${Math.max(1, Math.round(bytesPerSecond / 1024))} KiB/s`;
}
