/** A list of jobs that several threads take from, over shared memory: what is taken once is taken for all. */
export class SharedList {
  /** Crosses threads. */
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #size: number;

  constructor(size: number, memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
    this.#size = size;
  }

  /** Index of a job that nobody has taken yet. */
  next(): number | undefined {
    const index = Atomics.add(this.#cells, nextCell, 1);
    return index < this.#size ? index : undefined;
  }

  /** How often `signal` was called. */
  get signals(): number {
    return Atomics.load(this.#cells, signalCell);
  }

  /** Says that there is something to look at. */
  signal(): void {
    Atomics.add(this.#cells, signalCell, 1);
    Atomics.notify(this.#cells, signalCell);
  }

  /** Blocks until `signal` was called more often than `seen` times; false when that took too long. */
  wait(seen: number, limitMs: number): boolean {
    return Atomics.wait(this.#cells, signalCell, seen, limitMs) !== 'timed-out';
  }
}

const nextCell = 0;
const signalCell = 1;
