import { createRequire } from 'node:module';
import type { FileReader } from '../base/file-reader.ts';
import { sha256 } from '../base/sha256.ts';
import { SourceText } from '../base/source-text.ts';
import type * as Parser from '../language/parse-recipe-file.ts';
import type { FileKind, ParsedFile } from '../language/statements.ts';
import { checkEncoding } from './check-encoding.ts';

const load = createRequire(import.meta.url);

/** The parser is loaded when the first file is parsed: a start that finds everything in the cache needs none. */
function parse(source: SourceText, kind: FileKind): ParsedFile {
  const { parseRecipeFile } = load('../language/parse-recipe-file.ts') as typeof Parser;
  return parseRecipeFile(source, kind);
}

const kinds: Readonly<Record<string, FileKind>> = {
  '.conf': 'configuration',
  '.bbclass': 'class',
  '.inc': 'include',
  '.bb': 'recipe',
  '.bbappend': 'recipe',
};

/** What a file may hold, by its ending; `undefined` when files of that ending cannot be read as metadata. */
export function fileKindOf(path: string): FileKind | undefined {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? kinds[path.slice(dot)] : undefined;
}

/** A question to the file system: its kind (`t`ext, `k`ind, `l`ist) and the path in one text, so that sets are cheap. */
export type FileQuestion = `${'t' | 'k' | 'l'}${string}`;

/** What one invocation has read; answers stay as they were first given. */
class FileMemory {
  readonly parsed = new Map<string, ParsedFile | undefined>();
  readonly texts = new Map<string, string | undefined>();
  readonly kinds = new Map<string, ReturnType<FileReader['kind']>>();
  readonly answers = new Map<FileQuestion, string>();
  readonly listings = new Map<string, readonly string[]>();
}

/**
 * Files as the evaluation sees them: parsed once for all recipes and configurations, each question to the file system
 * asked once. A view made by `recording` also notes every question, so that the result can be kept by what it was made from.
 */
export class FileCache {
  /** The questions of this view; `undefined` when nobody wants to know. */
  readonly asked: Set<FileQuestion> | undefined;
  /** The file system through this view. */
  readonly reader: FileReader;
  readonly #source: FileReader;
  readonly #memory: FileMemory;

  constructor(source: FileReader, from?: { readonly memory: FileMemory; readonly asked: Set<FileQuestion> }) {
    this.#source = source;
    this.#memory = from?.memory ?? new FileMemory();
    this.asked = from?.asked;
    this.reader = {
      readText: (path) => this.#text(path),
      kind: (path) => this.#kind(path),
      list: (path) => this.list(path),
    };
  }

  /** A view of the same files that notes its questions in a set of its own. */
  recording(): FileCache & { readonly asked: Set<FileQuestion> } {
    const asked = new Set<FileQuestion>();
    return new FileCache(this.#source, { memory: this.#memory, asked }) as FileCache & { asked: Set<FileQuestion> };
  }

  /** The statements of a file; `undefined` when there is no such file. */
  parse(path: string, kind: FileKind): ParsedFile | undefined {
    const { parsed } = this.#memory;
    if (parsed.has(path)) {
      this.asked?.add(`t${path}`);
      return parsed.get(path);
    }
    const text = this.#text(path);
    const made = text === undefined ? undefined : this.#parse(new SourceText(path, text), kind);
    parsed.set(path, made);
    return made;
  }

  #parse(source: SourceText, kind: FileKind): ParsedFile {
    const made = parse(source, kind);
    const problems = checkEncoding(source, this.#source);
    return problems.length === 0 ? made : { ...made, diagnostics: [...problems, ...made.diagnostics] };
  }

  /** Whether a file (not a directory) lies at the path. */
  isFile(path: string): boolean {
    return this.#kind(path) === 'file';
  }

  /** Names in a directory; empty when there is none. */
  list(directory: string): readonly string[] {
    this.asked?.add(`l${directory}`);
    return remembered(this.#memory.listings, directory, () => this.#source.list(directory));
  }

  /** Whether a text is that of the file at its path. */
  holds(source: SourceText): boolean {
    return this.#memory.parsed.get(source.path)?.source === source;
  }

  /** The text at a path, empty when there is none any more; not noted as a question. */
  source(path: string): SourceText {
    const { parsed, texts } = this.#memory;
    return parsed.get(path)?.source ?? new SourceText(path, texts.get(path) ?? this.#source.readText(path) ?? '');
  }

  /** The answer to a question, short: equal answers mean equal contents. */
  answer(question: FileQuestion): string {
    const known = this.#memory.answers.get(question);
    if (known !== undefined) return known;
    const answer = this.#shortAnswer(question);
    this.#memory.answers.set(question, answer);
    return answer;
  }

  #shortAnswer(question: FileQuestion): string {
    const path = question.slice(1);
    if (question.startsWith('k')) return this.#kind(path);
    if (question.startsWith('l')) return shortDigest(this.list(path).join('\n'));
    const text = this.#text(path);
    return text === undefined ? 'missing' : shortDigest(text);
  }

  #text(path: string): string | undefined {
    this.asked?.add(`t${path}`);
    return remembered(this.#memory.texts, path, () => this.#source.readText(path));
  }

  #kind(path: string): ReturnType<FileReader['kind']> {
    this.asked?.add(`k${path}`);
    return remembered(this.#memory.kinds, path, () => this.#source.kind(path));
  }
}

/** Enough of a SHA-256 to tell contents apart that nobody made to collide. */
export function shortDigest(text: string): string {
  return sha256(text).slice(0, 32);
}

function remembered<T>(memory: Map<string, T>, path: string, ask: () => T): T {
  const known = memory.get(path);
  if (known !== undefined || memory.has(path)) return known as T;
  const answer = ask();
  memory.set(path, answer);
  return answer;
}
