import { UrlError } from '../net/download-error.ts';
import { redactUrl } from '../net/redact.ts';
import type { Patience } from './patience.ts';

const mostWrongBlobs = 3;

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
    this.#timer ??= setInterval(() => this.#checkSpeed(), this.#patience.slowMs).unref();
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

  #checkSpeed(): void {
    const seconds = this.#patience.slowMs / 1000;
    if (this.#bytes < this.#patience.leastBytes) this.giveUp(`moved only ${this.#bytes} bytes in ${seconds} s`);
    this.#bytes = 0;
  }
}
