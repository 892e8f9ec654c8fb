import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../base/sha256.ts';
import { UrlError } from '../net/download-error.ts';
import type { PublishPlace } from './publish-place.ts';
import {
  decodeHead,
  decodePublishers,
  encodeHead,
  encodePublishers,
  type ListCache,
  type ListEntry,
  listPaths,
  listsToMerge,
} from './published-lists.ts';
import { encodeResultList } from './result-list.ts';

const attempts = 5;

/**
 * Brings a publisher's lists on a plain server up to date: the list first, the head that names it after, then the name
 * of the publisher if nobody knows it yet. A plain server locks nothing: what was written is read again, and written
 * again when another build with the same name came between. Throws UrlError when that does not succeed.
 */
export async function publishLists(
  place: PublishPlace,
  published: ReadonlyMap<string, Uint8Array>,
  as: { readonly publisher: string; readonly cache: ListCache; readonly isSweep: boolean },
): Promise<void> {
  const results = as.isSweep ? await unlisted(place, published, as) : published;
  if (results.size === 0) return;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const head = await readHead(place, as.publisher);
    const kept = head.slice(0, head.length - listsToMerge(head, results.size));
    const merged = head.slice(kept.length);
    const all = new Map<string, Uint8Array>();
    const unreadable: ListEntry[] = [];
    for (const entry of merged) if (!(await addList(place, { entry, all, cache: as.cache }))) unreadable.push(entry);
    for (const [key, bytes] of results) all.set(key, bytes);
    const bytes = encodeResultList(all);
    const own = { hash: sha256(bytes), count: all.size };
    await place.write(listPaths.list(own.hash), bytes);
    await place.write(listPaths.head(as.publisher), Buffer.from(encodeHead([...kept, ...unreadable, own])));
    if ((await readHead(place, as.publisher)).some(({ hash }) => hash === own.hash)) {
      await register(place, as.publisher);
      const gone = merged.filter((entry) => entry.hash !== own.hash && !unreadable.includes(entry));
      for (const { hash } of gone) await place.remove(listPaths.list(hash));
      return;
    }
    await sleep(Math.random() * 200 * 2 ** attempt);
  }
  throw overwritten(listPaths.head(as.publisher));
}

/** Others write the same file all the time, or the server does not show what was written. */
function overwritten(path: string): UrlError {
  return new UrlError('refused', `\`${path}\` does not hold what was written to it`);
}

/** Of these results those that none of the publisher's lists holds. */
async function unlisted(
  place: PublishPlace,
  results: ReadonlyMap<string, Uint8Array>,
  as: { readonly publisher: string; readonly cache: ListCache },
): Promise<ReadonlyMap<string, Uint8Array>> {
  const left = new Map(results);
  for (const entry of await readHead(place, as.publisher)) {
    const all = new Map<string, Uint8Array>();
    await addList(place, { entry, all, cache: as.cache });
    for (const [key, bytes] of all)
      if (Buffer.compare(bytes, left.get(key) ?? new Uint8Array()) === 0) left.delete(key);
  }
  return left;
}

async function readHead(place: PublishPlace, publisher: string): Promise<readonly ListEntry[]> {
  const bytes = await place.read(listPaths.head(publisher));
  return (bytes && decodeHead(Buffer.from(bytes).toString())) ?? [];
}

async function addList(
  place: PublishPlace,
  to: { readonly entry: ListEntry; readonly all: Map<string, Uint8Array>; readonly cache: ListCache },
): Promise<boolean> {
  const list = await to.cache.get(to.entry.hash, () => place.read(listPaths.list(to.entry.hash)));
  for (const key of list?.keys ?? []) {
    const bytes = list?.get(key);
    if (bytes !== undefined) to.all.set(key, bytes);
  }
  return list !== undefined;
}

async function register(place: PublishPlace, publisher: string): Promise<void> {
  for (let attempt = 0; attempt <= attempts; attempt++) {
    const bytes = await place.read(listPaths.publishers);
    const names = bytes === undefined ? [] : decodePublishers(Buffer.from(bytes).toString());
    if (names.includes(publisher)) return;
    if (attempt === attempts) break;
    await place.write(listPaths.publishers, Buffer.from(encodePublishers([...names, publisher])));
    await sleep(Math.random() * 50 * 2 ** attempt);
  }
  throw overwritten(listPaths.publishers);
}
