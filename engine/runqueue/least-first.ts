/** Values with a rank; the one with the least rank comes out first (a binary heap). */
export class LeastFirst<T extends { readonly rank: number }> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    for (let above = (at - 1) >> 1; at > 0 && this.#rank(above) > item.rank; above = (at - 1) >> 1) {
      this.#move(above, at);
      at = above;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (let below = this.#lesserBelow(at); this.#rank(below) < last.rank; below = this.#lesserBelow(at)) {
      this.#move(below, at);
      at = below;
    }
    items[at] = last;
    return first;
  }

  clear(): void {
    this.#items.length = 0;
  }

  #lesserBelow(at: number): number {
    const left = 2 * at + 1;
    return this.#rank(left + 1) < this.#rank(left) ? left + 1 : left;
  }

  #rank(at: number): number {
    return this.#items[at]?.rank ?? Number.POSITIVE_INFINITY;
  }

  #move(from: number, to: number): void {
    const item = this.#items[from];
    if (item !== undefined) this.#items[to] = item;
  }
}
