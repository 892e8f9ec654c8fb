import type { FileCache, FileQuestion } from '../file-cache.ts';
import {
  type CacheContent,
  decodeCache,
  encodeCache,
  inputsText,
  type StoredBase,
  type StoredConfiguration,
  type StoredEntry,
  type StoredInputs,
} from './cache-file.ts';
import type { ParseCachePorts } from './cache-ports.ts';
import { compactCache } from './compact-cache.ts';
import type { EvaluatedFile, Tables } from './evaluated-file.ts';
import { FileAnswers } from './file-answers.ts';
import { Numbering } from './numbering.ts';

/** With more new stamps than this the cache is written although nothing else has changed. */
const manyStamps = 20;

/** Tables of somebody who evaluated files elsewhere, with the answers that were given there. */
export interface ForeignTables {
  readonly questions: readonly FileQuestion[];
  readonly answers: readonly string[];
  readonly names: readonly string[];
}

/** What earlier invocations found out, as far as the files still say so; and what this one leaves to the next. */
export class ParseCache {
  readonly tables: Tables;
  readonly files: FileAnswers;
  readonly #ports: ParseCachePorts | undefined;
  readonly #stored: CacheContent | undefined;
  readonly #next = new Map<string, StoredConfiguration>();

  /** Without ports nothing is read, noted or written. */
  constructor(ports: ParseCachePorts | undefined, files: FileCache) {
    this.#ports = ports;
    this.#stored = ports && readContent(ports);
    this.files = new FileAnswers(files, (path) => ports?.stamp(path), this.#stored?.files);
    this.tables = { questions: this.files.questions, names: new Numbering(this.#stored?.names) };
  }

  /** What was stored for a configuration, whether or not it still holds. */
  stored(name: string): StoredConfiguration | undefined {
    return this.#stored?.configurations.get(name);
  }

  /** Number of a question that was asked now. */
  note(question: FileQuestion): number {
    return this.#ports === undefined ? this.tables.questions.of(question) : this.files.note(question);
  }

  /** A result whose numbers are of `tables` as an entry; `undefined` when it must not be kept. */
  entryOf({ stored, inputs }: EvaluatedFile): StoredEntry | undefined {
    if (inputs === undefined || this.#ports === undefined) return undefined;
    for (const number of inputs.questions) this.files.note(this.tables.questions.text(number));
    return { recipes: JSON.stringify(stored), inputs: inputsText(inputs) };
  }

  /** A result with numbers of other tables, with those of ours; not to be kept when a file was seen otherwise there. */
  adopt({ file, stored, inputs }: EvaluatedFile, foreign: ForeignTables): EvaluatedFile {
    const questions = (list: readonly number[]): readonly number[] =>
      list.map((each) => this.tables.questions.of(at(foreign.questions, each)));
    const agrees = inputs?.questions.every((each) =>
      this.files.noteAs(at(foreign.questions, each), at(foreign.answers, each)),
    );
    return {
      file,
      stored: { ...stored, files: stored.files.map(([read, lookedFor]) => [questions(read), questions(lookedFor)]) },
      inputs: inputs && agrees ? this.#adoptInputs(inputs, questions, foreign.names) : undefined,
    };
  }

  /** What the next invocation will find for a configuration. */
  put(base: StoredBase, entries: ReadonlyMap<string, StoredEntry>): void {
    this.#next.set(base.name, { base, entries });
  }

  /** Writes the cache when it differs from what was read. */
  save(): void {
    if (this.#ports === undefined) return;
    const differs = this.#differs();
    if (!differs && this.files.unconfirmed <= manyStamps) return;
    const { stored, newStamps } = this.files.store();
    if (!differs && newStamps <= manyStamps) return;
    const content: CacheContent = {
      files: stored,
      names: () => this.tables.names.texts,
      compactSize: this.#stored?.compactSize ?? 0,
      configurations: this.#configurations(),
    };
    this.#ports.write(encodeCache(compactCache(content), this.#ports.version));
  }

  #adoptInputs(
    inputs: StoredInputs,
    questions: (list: readonly number[]) => readonly number[],
    foreign: readonly string[],
  ): StoredInputs {
    const names = (list: readonly number[]): readonly number[] =>
      list.map((each) => this.tables.names.of(at(foreign, each)));
    return {
      questions: questions(inputs.questions),
      names: names(inputs.names),
      overwritten: names(inputs.overwritten),
      all: inputs.all,
    };
  }

  #differs(): boolean {
    return [...this.#next].some(([name, { base, entries }]) => {
      const before = this.stored(name);
      if (before?.base !== base || before.entries.size !== entries.size) return true;
      return [...entries].some(([file, entry]) => before.entries.get(file) !== entry);
    });
  }

  /** With those that were not asked for this time, as long as nothing has changed. */
  #configurations(): ReadonlyMap<string, StoredConfiguration> {
    const before = this.files.changed.length > 0 ? [] : (this.#stored?.configurations ?? []);
    return new Map([...before, ...this.#next]);
  }
}

function readContent(ports: ParseCachePorts): CacheContent | undefined {
  const text = ports.read();
  return text === undefined ? undefined : decodeCache(text, ports.version);
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`no entry has the number ${index}`);
  return found;
}
