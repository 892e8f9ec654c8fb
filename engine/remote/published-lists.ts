import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../base/sha256.ts';
import { decodeResultList, type ResultList } from './result-list.ts';

/** One list of results that a publisher left on a plain server: name (SHA-256 of its bytes) and number of results. */
export interface ListEntry {
  readonly hash: string;
  readonly count: number;
}

/** Where the lists of a plain server lie, below its URL. */
export const listPaths = {
  /** Names of all publishers, one a line. */
  publishers: 'stx/publishers',
  head: (publisher: string): string => `stx/heads/${publisher}`,
  list: (hash: string): string => `stx/lists/${hash}`,
};

const headMark = 'stx-head-1';
const publisherName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const hashForm = /^[0-9a-f]{64}$/;

/** Whether a publisher may be called so: its name is a file name on servers. */
export function isPublisherName(name: string): boolean {
  return publisherName.test(name);
}

/** The publishers that a server names; what is no name is left out. */
export function decodePublishers(text: string): readonly string[] {
  return [...new Set(text.split('\n').filter(isPublisherName))];
}

/** The file with the names of all publishers. */
export function encodePublishers(names: readonly string[]): string {
  return `${[...new Set(names)].sort().join('\n')}\n`;
}

/** What a publisher's head says; `undefined` when it is none. */
export function decodeHead(text: string): readonly ListEntry[] | undefined {
  const [mark, ...lines] = text.trim().split('\n');
  if (mark !== headMark) return undefined;
  const entries = lines.map((line) => line.split(' ')).map(([hash = '', count]) => ({ hash, count: Number(count) }));
  return entries.every(({ hash, count }) => hashForm.test(hash) && Number.isSafeInteger(count)) ? entries : undefined;
}

/** The file that names a publisher's lists. */
export function encodeHead(entries: readonly ListEntry[]): string {
  return [headMark, ...entries.map(({ hash, count }) => `${hash} ${count}`), ''].join('\n');
}

/**
 * How many of the last lists a new one of `count` results takes in, so that a publisher has few lists and each result is
 * written few times: those that are not at least twice as large.
 */
export function listsToMerge(entries: readonly ListEntry[], count: number): number {
  let merged = 0;
  let size = count;
  for (const entry of entries.toReversed()) {
    if (entry.count >= 2 * size) break;
    size += entry.count;
    merged++;
  }
  return merged;
}

/** Lists that were fetched before: they never change, so each is fetched once. */
export class ListCache {
  readonly #directory: string;
  readonly #read = new Map<string, ResultList>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The list, from here or by `fetch`; `undefined` when it is gone or not what its name says. */
  async get(
    hash: string,
    fetch: () => Promise<Uint8Array | undefined>,
    decode: (packed: Uint8Array) => Promise<ResultList | undefined> = decodeResultList,
  ): Promise<ResultList | undefined> {
    const known = this.#read.get(hash);
    if (known !== undefined) return known;
    const path = join(this.#directory, hash);
    const kept = await readFile(path).catch(() => undefined);
    const isSound = kept !== undefined && sha256(kept) === hash;
    const bytes = isSound ? kept : await fetch();
    if (bytes === undefined || (!isSound && sha256(bytes) !== hash)) return undefined;
    if (!isSound) await this.#keep(path, bytes);
    const list = await decode(bytes);
    if (list !== undefined) this.#read.set(hash, list);
    return list;
  }

  /** A cache that cannot be written is only slower. */
  async #keep(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = `${path}.${randomBytes(4).toString('hex')}`;
    try {
      await mkdir(this.#directory, { recursive: true });
      await writeFile(temporary, bytes);
      await rename(temporary, path);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}
