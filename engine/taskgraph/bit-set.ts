/** A set of numbers from 0 to a fixed limit. */
export class BitSet {
  readonly #words: Uint32Array;

  constructor(limit: number) {
    this.#words = new Uint32Array((limit + 31) >>> 5);
  }

  has(value: number): boolean {
    return ((this.#words[value >>> 5] ?? 0) & (1 << (value & 31))) !== 0;
  }

  add(value: number): void {
    this.#words[value >>> 5] = (this.#words[value >>> 5] ?? 0) | (1 << (value & 31));
  }

  /** Adds the values of another set, with `within` only those that are in it too; whether something was new. */
  addAll(other: BitSet, within?: BitSet): boolean {
    const words = this.#words;
    let isChanged = false;
    for (let index = 0; index < words.length; index++) {
      const own = words[index] ?? 0;
      const given = (other.#words[index] ?? 0) & (within === undefined ? -1 : (within.#words[index] ?? 0));
      const joined = (own | given) >>> 0;
      if (joined === own) continue;
      words[index] = joined;
      isChanged = true;
    }
    return isChanged;
  }

  /** The values, smallest first. */
  *values(): Generator<number> {
    for (const [index, word] of this.#words.entries()) {
      for (let rest = word; rest !== 0; rest = (rest & (rest - 1)) >>> 0) {
        yield index * 32 + 31 - Math.clz32(rest & -rest);
      }
    }
  }
}
