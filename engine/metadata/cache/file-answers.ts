import type { FileCache, FileQuestion } from '../file-cache.ts';
import type { FileStamp } from './cache-ports.ts';
import { Numbering } from './numbering.ts';

/** Questions and answers as they are stored. */
export interface StoredAnswers {
  readonly questions: readonly string[];
  /** By number of the question; empty for one that nothing depends on. */
  readonly answers: readonly string[];
  /** Path -> stamp for which the answers hold. */
  readonly stamps: Readonly<Record<string, string>>;
}

/** Clock steps of file systems: a change this soon after another may leave the same stamp. */
const clockStepMs = 50;
const coarseClockStepMs = 2100;

/**
 * Questions to the file system with their answers, by number. Which stored answers still hold is found out by stamps; a
 * path without a stamp that can be trusted is read.
 */
export class FileAnswers {
  readonly questions: Numbering<FileQuestion>;
  readonly #files: FileCache;
  readonly #stamp: (path: string) => FileStamp | undefined;
  readonly #answers: string[];
  readonly #changed = new Set<number>();
  /** Stamps that were found as they are stored. */
  readonly #confirmed = new Map<string, string>();
  readonly #startedMs = Date.now();
  #unconfirmed = 0;

  constructor(files: FileCache, stamp: (path: string) => FileStamp | undefined, stored?: StoredAnswers) {
    this.#files = files;
    this.#stamp = stamp;
    this.questions = new Numbering(() => (stored?.questions ?? []) as readonly FileQuestion[]);
    this.#answers = [...(stored?.answers ?? [])];
    if (stored !== undefined) this.#compare(stored);
  }

  /** Paths whose stamps could not be trusted, or have changed. */
  get unconfirmed(): number {
    return this.#unconfirmed;
  }

  /** The questions that have another answer than when it was stored. */
  get changed(): readonly number[] {
    return [...this.#changed];
  }

  /** Whether one of these questions has another answer than when it was stored. */
  haveChanged(numbers: readonly number[]): boolean {
    return this.#changed.size > 0 && numbers.some((each) => this.#changed.has(each));
  }

  /** Notes the answer to a question that was asked now; its number. */
  note(question: FileQuestion): number {
    const number = this.questions.of(question);
    this.#answers[number] ||= this.#files.answer(question);
    return number;
  }

  /** Notes an answer that somebody else was given; false when we were given another one. */
  noteAs(question: FileQuestion, answer: string): boolean {
    const number = this.questions.of(question);
    this.#answers[number] ||= answer;
    return this.#answers[number] === answer;
  }

  /** Everything for the next invocation, and how many stamps in it are new. */
  store(): { readonly stored: StoredAnswers; readonly newStamps: number } {
    const questions = this.questions.texts;
    const answers = questions.map((_, number) => this.#answers[number] ?? '');
    const { stamps, newStamps } = this.#stamps(answers);
    return { stored: { questions, answers, stamps }, newStamps };
  }

  #compare(stored: StoredAnswers): void {
    const checked = new Set<string>();
    for (const [number, question] of this.questions.texts.entries()) {
      const path = question.slice(1);
      if (!checked.has(path)) {
        checked.add(path);
        const now = this.#stampText(path);
        if (stored.stamps[path] === now) this.#confirmed.set(path, now);
        else this.#unconfirmed++;
      }
      if (this.#confirmed.has(path) || this.#answers[number] === '') continue;
      const answer = this.#files.answer(question);
      if (answer !== this.#answers[number]) this.#changed.add(number);
      this.#answers[number] = answer;
    }
  }

  #stamps(answers: readonly string[]): {
    readonly stamps: Readonly<Record<string, string>>;
    readonly newStamps: number;
  } {
    const stamps: Record<string, string> = Object.fromEntries(this.#confirmed);
    const refused = new Set<string>();
    let newStamps = 0;
    for (const [number, question] of this.questions.texts.entries()) {
      const path = question.slice(1);
      if (answers[number] === '' || refused.has(path)) continue;
      if (stamps[path] === undefined) {
        const stamp = this.#stamp(path);
        if (stamp !== undefined && !this.#isOld(stamp)) {
          refused.add(path);
          continue;
        }
        stamps[path] = stamp?.text ?? missing;
        newStamps++;
      }
      // A file that was there when it was read and is gone now.
      if (stamps[path] === missing && answers[number] !== missing && !question.startsWith('l')) {
        delete stamps[path];
        refused.add(path);
      }
    }
    return { stamps, newStamps };
  }

  #stampText(path: string): string {
    return this.#stamp(path)?.text ?? missing;
  }

  /** Whether the last change lies so far back that it must have been there before we began to read. */
  #isOld({ changedMs }: FileStamp): boolean {
    const step = changedMs % 1000 === 0 ? coarseClockStepMs : clockStepMs;
    return changedMs < this.#startedMs - step;
  }
}

const missing = 'missing';
