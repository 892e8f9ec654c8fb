import { LimitReached } from '../values/python-error.ts';

/** Counts what an evaluation costs. */
export class Limits {
  readonly #maxSteps: number;
  readonly #maxDepth: number;
  #steps = 0;
  #depth = 0;

  constructor(maxSteps: number, maxDepth = 400) {
    this.#maxSteps = maxSteps;
    this.#maxDepth = maxDepth;
  }

  /** Before a node is evaluated. Throws LimitReached. */
  enter(): void {
    this.#steps += 1;
    if (this.#steps > this.#maxSteps) throw new LimitReached(`takes more than ${this.#maxSteps} steps`);
    this.#depth += 1;
    if (this.#depth > this.#maxDepth) throw new LimitReached(`nests deeper than ${this.#maxDepth} levels`);
  }

  /** After a node was evaluated. */
  leave(): void {
    this.#depth -= 1;
  }
}
