/** How a server ends what it passes on of a program: this character, its mark, the exit code in three digits, a newline. */
export const markBegin = '\u001e';
const digits = 3;

/** Parts the output of a program from the mark behind it, however the pieces come. */
export class EndMark {
  readonly #begin: string;
  readonly #length: number;
  #held = Buffer.alloc(0);
  #status: number | undefined;

  constructor(mark: string) {
    this.#begin = markBegin + mark;
    this.#length = this.#begin.length + digits + 1;
  }

  /** The exit code that the mark told; undefined: it has not come. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Takes the next piece; gives what of it, and of what was held back, belongs to the program. */
  take(chunk: Buffer): Buffer {
    const all = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const at = this.#markAt(all);
    this.#held = Buffer.from(all.subarray(at));
    if (this.#held.length === this.#length) {
      this.#status = Number(this.#held.toString('latin1').slice(this.#begin.length, -1));
      this.#held = Buffer.alloc(0);
    }
    return all.subarray(0, at);
  }

  /** Where the end of a text is the mark, or the first part of it; else its length. */
  #markAt(all: Buffer): number {
    const first = Math.max(0, all.length - this.#length);
    for (let at = all.indexOf(markBegin, first); at !== -1; at = all.indexOf(markBegin, at + 1))
      if (this.#canBecomeMark(all.toString('latin1', at))) return at;
    return all.length;
  }

  #canBecomeMark(text: string): boolean {
    const length = this.#begin.length;
    if (text.length <= length) return this.#begin.startsWith(text);
    return text.startsWith(this.#begin) && /^(\d{1,2}|\d{3}\n?)$/.test(text.slice(length));
  }
}
