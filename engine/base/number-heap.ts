/** Numbers, the one of the least rank first; a rank must not change while its number is in (a binary heap). */
export class NumberHeap {
  readonly #rank: (index: number) => number;
  readonly #items: number[] = [];

  constructor(rank: (index: number) => number) {
    this.#rank = rank;
  }

  add(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#isBefore(parent, at)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  take(): number | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return first;
    items[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= items.length) return first;
      const child = left + 1 < items.length && !this.#isBefore(left, left + 1) ? left + 1 : left;
      if (this.#isBefore(at, child)) return first;
      this.#swap(at, child);
      at = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#items[a] ?? 0, this.#items[b] ?? 0];
    const difference = this.#rank(one) - this.#rank(other);
    return difference < 0 || (difference === 0 && one <= other);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#items[a] ?? 0, this.#items[b] ?? 0];
    this.#items[a] = other;
    this.#items[b] = one;
  }
}
