import { useStore } from '../sstate/store-users.ts';

const idleMs = 600_000;

/**
 * Tells the collection of garbage while somebody publishes: blobs come before the result that needs them, and some are
 * there already.
 */
export class Writers implements Disposable {
  readonly #directory: string;
  #use: Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Somebody who may write is at work. */
  seen(): void {
    this.#use ??= useStore(this.#directory);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this[Symbol.dispose](), idleMs).unref();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#use?.[Symbol.dispose]();
    this.#use = undefined;
  }
}
