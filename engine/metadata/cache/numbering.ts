/** Texts by number, each once, in the order in which they came. */
export class Numbering<T extends string = string> {
  readonly #given: () => readonly T[];
  #texts: T[] | undefined;
  #numbers: Map<T, number> | undefined;

  /** Starts with texts that are asked for when they are needed. */
  constructor(given: () => readonly T[] = () => []) {
    this.#given = given;
  }

  get texts(): readonly T[] {
    return this.#list();
  }

  /** The number of a text, a new one for a new text. */
  of(text: T): number {
    const texts = this.#list();
    this.#numbers ??= new Map(texts.map((each, number) => [each, number]));
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = texts.push(text) - 1;
    this.#numbers.set(text, number);
    return number;
  }

  /** The text of a number that was given out. */
  text(number: number): T {
    const text = this.#list()[number];
    if (text === undefined) throw new RangeError(`no text has the number ${number}`);
    return text;
  }

  #list(): T[] {
    this.#texts ??= [...this.#given()];
    return this.#texts;
  }
}
