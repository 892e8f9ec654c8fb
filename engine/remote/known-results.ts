import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeResultList, encodeResultList, type ResultList } from './result-list.ts';

/**
 * Results that mirrors gave in the last build and that were verified then: a result never changes, so nobody is asked for
 * them again. One file, made anew by each build that asks; one that cannot be read or written is only slower.
 */
export class KnownResults {
  readonly #path: string;
  readonly #used = new Map<string, Uint8Array>();
  #list: Promise<ResultList | undefined> | undefined;
  #hasNews = false;

  constructor(path: string) {
    this.#path = path;
  }

  async find(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    this.#list ??= readFile(this.#path).then(
      (bytes) => decodeResultList(bytes),
      () => undefined,
    );
    const list = await this.#list;
    const found = new Map<string, Uint8Array>();
    for (const key of keys) {
      const bytes = this.#used.get(key) ?? list?.get(key);
      if (bytes === undefined) continue;
      found.set(key, bytes);
      this.#used.set(key, bytes);
    }
    return found;
  }

  add(key: string, bytes: Uint8Array): void {
    this.#used.set(key, bytes);
    this.#hasNews = true;
  }

  /** Keeps what was asked for in this build. */
  async save(): Promise<void> {
    if (!this.#hasNews) return;
    const temporary = `${this.#path}.${randomBytes(4).toString('hex')}`;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(temporary, encodeResultList(this.#used));
      await rename(temporary, this.#path);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}
