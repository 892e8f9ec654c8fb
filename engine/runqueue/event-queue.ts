/** Values pushed at one end and iterated at the other, in order, by one reader. */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  #wake: () => void = () => undefined;
  #isEnded = false;
  #error: { readonly cause: unknown } | undefined;

  push(value: T): void {
    this.#values.push(value);
    this.#wake();
  }

  /** The iteration ends after the values that were pushed. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** The iteration rejects after the values that were pushed. */
  fail(cause: unknown): void {
    this.#error = { cause };
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      for (let value = this.#values.shift(); value !== undefined; value = this.#values.shift()) yield value;
      if (this.#isEnded) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#error) throw this.#error.cause;
  }
}
