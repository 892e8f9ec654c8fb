import type { FileReader } from '../base/file-reader.ts';
import { SourceText } from '../base/source-text.ts';
import { parseRecipeFile } from '../language/parse-recipe-file.ts';
import type { FileKind, ParsedFile } from '../language/statements.ts';

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

/** Parsed files by path, so that a class is read and parsed once however many recipes and configurations inherit it. */
export class FileCache {
  readonly reader: FileReader;
  readonly #parsed = new Map<string, ParsedFile | undefined>();
  readonly #exists = new Map<string, boolean>();
  readonly #listings = new Map<string, readonly string[]>();

  constructor(reader: FileReader) {
    this.reader = reader;
  }

  /** The statements of a file; `undefined` when there is no such file. */
  parse(path: string, kind: FileKind): ParsedFile | undefined {
    if (this.#parsed.has(path)) return this.#parsed.get(path);
    const text = this.reader.readText(path);
    const parsed = text === undefined ? undefined : parseRecipeFile(new SourceText(path, text), kind);
    this.#parsed.set(path, parsed);
    return parsed;
  }

  /** Whether a file (not a directory) lies at the path. */
  isFile(path: string): boolean {
    const known = this.#exists.get(path);
    if (known !== undefined) return known;
    const exists = this.reader.kind(path) === 'file';
    this.#exists.set(path, exists);
    return exists;
  }

  /** Names in a directory; empty when there is none. */
  list(directory: string): readonly string[] {
    const known = this.#listings.get(directory);
    if (known) return known;
    const names = this.reader.list(directory);
    this.#listings.set(directory, names);
    return names;
  }
}
