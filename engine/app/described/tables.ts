/** Texts by number, each kept once. */
export class TextTable {
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }

  get size(): number {
    return this.#numbers.size;
  }

  /** In the order of their numbers: where each ends, and their bytes. */
  sections(): { readonly ends: Int32Array; readonly bytes: Uint8Array } {
    const texts = [...this.#numbers.keys()];
    const ends = new Int32Array(texts.length);
    let end = 0;
    for (const [number, text] of texts.entries()) {
      end += Buffer.byteLength(text);
      ends[number] = end;
    }
    return { ends, bytes: Buffer.from(texts.join('')) };
  }
}

/** The texts again, each decoded when it is asked for. */
export class KeptTexts {
  readonly #ends: Int32Array;
  readonly #bytes: Buffer;
  readonly #known: (string | undefined)[] = [];

  constructor(ends: Int32Array, bytes: Buffer) {
    this.#ends = ends;
    this.#bytes = bytes;
  }

  /** The text of a number. */
  at(number: number): string {
    const known = this.#known[number];
    if (known !== undefined) return known;
    const start = number === 0 ? 0 : (this.#ends[number - 1] ?? 0);
    const text = this.#bytes.toString('utf8', start, this.#ends[number]);
    this.#known[number] = text;
    return text;
  }
}

/** Lists of numbers by number, each kept once; the empty one is 0. */
export class ListTable {
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #lists: (readonly number[])[] = [[]];

  of(list: readonly number[]): number {
    const key = list.join(',');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#lists.length;
    this.#lists.push(list);
    this.#numbers.set(key, number);
    return number;
  }

  sections(): { readonly ends: Int32Array; readonly items: Int32Array } {
    const ends = new Int32Array(this.#lists.length);
    let end = 0;
    for (const [number, list] of this.#lists.entries()) {
      end += list.length;
      ends[number] = end;
    }
    const items = new Int32Array(end);
    let at = 0;
    for (const list of this.#lists) for (const item of list) items[at++] = item;
    return { ends, items };
  }
}

/** The lists again. */
export class KeptLists {
  readonly #ends: Int32Array;
  readonly #items: Int32Array;

  constructor(ends: Int32Array, items: Int32Array) {
    this.#ends = ends;
    this.#items = items;
  }

  /** The list of a number. */
  at(number: number): Int32Array {
    return this.#items.subarray(number === 0 ? 0 : this.#ends[number - 1], this.#ends[number]);
  }
}
