import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { sha256 } from '../base/sha256.ts';
import { systemError } from '../base/system-error.ts';
import type { ActionCache, ActionResult } from './action-cache.ts';
import type { BlobStore } from './blob-store.ts';
import { temporaryPath } from './local-blob-store.ts';
import { decodeTreeManifest } from './tree-manifest.ts';

/**
 * Results below `directory/ac`, one file each: the SHA-256 of the second line, then the result as canonical JSON.
 * A file that does not hold together is a miss and is replaced by the next put.
 */
export class LocalActionCache implements ActionCache {
  readonly #directory: string;
  readonly #blobs: BlobStore;

  constructor(directory: string, blobs: BlobStore) {
    this.#directory = directory;
    this.#blobs = blobs;
  }

  async find(keys: readonly string[]): Promise<ReadonlyMap<string, ActionResult>> {
    const found = await Promise.all(keys.map(async (key) => [key, await this.#read(key)] as const));
    const results = new Map<string, ActionResult>();
    for (const [key, result] of found) if (result !== undefined) results.set(key, result);
    return results;
  }

  async put(key: string, result: ActionResult): Promise<ActionResult> {
    const existing = await this.#read(key);
    if (existing?.output.hash === result.output.hash) return existing;
    if (existing && (await this.#isRestorable(existing))) return existing;
    const text = canonicalJson(result as unknown as Json);
    const temporary = temporaryPath(this.#directory);
    const target = this.#path(key);
    try {
      await mkdir(dirname(temporary), { recursive: true });
      await mkdir(dirname(target), { recursive: true });
      await writeFile(temporary, `${sha256(text)}\n${text}\n`);
      await rename(temporary, target);
      return result;
    } catch (error) {
      throw systemError(error, 'writing to the sstate store', this.#directory);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async #isRestorable({ trees }: ActionResult): Promise<boolean> {
    for (const tree of trees) {
      const bytes = await this.#blobs.read(tree);
      const manifest = bytes && decodeTreeManifest(bytes);
      if (manifest === undefined) return false;
      const files = manifest.entries.flatMap((entry) => (entry.kind === 'file' ? [entry.digest] : []));
      if ((await this.#blobs.findMissing(files)).length > 0) return false;
    }
    return true;
  }

  async #read(key: string): Promise<ActionResult | undefined> {
    const content = await readFile(this.#path(key), 'utf8').catch(() => undefined);
    if (content === undefined) return undefined;
    const [sum, text = ''] = content.split('\n');
    if (sum !== sha256(text)) return undefined;
    return JSON.parse(text) as ActionResult;
  }

  #path(key: string): string {
    return join(this.#directory, 'ac', key.slice(0, 2), key);
  }
}
