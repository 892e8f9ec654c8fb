import type { Digest } from '../base/digest.ts';
import { UrlError } from '../net/download-error.ts';
import type { ActionResult } from '../sstate/action-cache.ts';
import { blobFileState } from '../sstate/blob-state.ts';
import { inParallel } from '../sstate/in-parallel.ts';
import type { LocalStore } from '../sstate/local-store.ts';
import { decodeActionResult, encodeActionResult } from '../sstate/reapi/action-result.ts';
import { namedBlobs, treeFiles } from '../sstate/result-blobs.ts';
import { type SigningKey, signResult } from '../sstate/result-signature.ts';
import { withContentSize } from '../sstate/result-size.ts';
import { findBlobFile, readResultFile, writeResultFile } from '../sstate/store-files.ts';
import type { MirrorHealth } from './mirror-health.ts';
import { publishLists } from './publish-lists.ts';
import type { PublishPlace, SoundBlob } from './publish-place.ts';
import type { ListCache } from './published-lists.ts';

/** What results are published with. */
export interface PublisherSettings {
  readonly directory: string;
  readonly store: LocalStore;
  readonly targets: readonly { readonly place: PublishPlace; readonly health: MirrorHealth }[];
  readonly publisher: string;
  readonly lists: ListCache;
  readonly signer: SigningKey | undefined;
  /** Results may have been published before. */
  readonly isSweep: boolean;
  /** Hashes of blobs that are sent although the target says that it has them. */
  readonly seenWrong: ReadonlySet<string>;
}

const blobsAtOnce = 8;
/** Up to this size a blob is sent from memory. */
const inMemoryBytes = 1 << 20;

/** What servers answer that know `/ac` and `/cas` alone. */
const noPlace: readonly number[] = [400, 404, 405, 501];

interface Published {
  readonly key: string;
  readonly digests: readonly Digest[];
  readonly bytes: Uint8Array;
}

/** The local store lacks something of a result: no reason to leave a target. */
class NotWhole extends Error {
  constructor() {
    super('the local store has no whole result');
  }
}

/** Brings results of the local store to servers: signed, blobs first, the result after, lists of plain servers last. */
export class Publisher {
  readonly #settings: PublisherSettings;
  readonly #published: ReadonlyMap<PublishPlace, Map<string, Uint8Array>>;
  readonly #there: ReadonlyMap<PublishPlace, Set<string>>;

  constructor(settings: PublisherSettings) {
    this.#settings = settings;
    this.#published = new Map(settings.targets.map(({ place }) => [place, new Map()]));
    this.#there = new Map(settings.targets.map(({ place }) => [place, new Set()]));
  }

  /**
   * Publishes the result of a key to every target; says what was sent. A target that fails is told and left. Throws when
   * the local store does not have all of the result, as it should be: then nothing of it goes anywhere.
   */
  async publish(key: string): Promise<{ readonly bytes: number; readonly isNew: boolean }> {
    const result = await this.#signed(key);
    const files = result && (await treeFiles(result, this.#settings.store.blobs));
    if (result === undefined || files === undefined) throw new NotWhole();
    const digests = [...new Map([...namedBlobs(result), ...files].map((each) => [each.hash, each])).values()];
    const published: Published = { key, digests, bytes: encodeActionResult(withContentSize(result, sum(digests))) };
    let sent = 0;
    let isNew = false;
    for (const target of this.#settings.targets) {
      const { place, health } = target;
      if (health.isGivenUp) continue;
      try {
        const publish = async (): Promise<void> => {
          const count = await this.#sendBlobs(place, digests);
          sent += count.bytes;
          isNew = (await this.#sendResult(place, published, count.blobs === 0)) || isNew;
        };
        await (place.url.startsWith('file:') ? publish() : health.watch(publish));
      } catch (error) {
        if (error instanceof NotWhole) throw error;
        health.failed(asTrouble(error));
      }
    }
    return { bytes: sent, isNew };
  }

  /** What a target lacks, and what it was seen to have wrong. */
  async #sendBlobs(place: PublishPlace, digests: readonly Digest[]): Promise<{ bytes: number; blobs: number }> {
    const { seenWrong } = this.#settings;
    const there = this.#there.get(place) ?? new Set();
    const unknown = digests.filter(({ hash }) => !there.has(hash));
    const missing = new Set((await place.findMissing(unknown)).map(({ hash }) => hash));
    let bytes = 0;
    let blobs = 0;
    await inParallel(
      unknown.filter(({ hash }) => missing.has(hash) || seenWrong.has(hash)),
      blobsAtOnce,
      async (digest) => {
        bytes += await place.putBlob(digest, await this.#soundBlob(digest));
        blobs += 1;
      },
    );
    for (const { hash } of unknown) there.add(hash);
    return { bytes, blobs };
  }

  /** Whether it was sent: in a sweep what is there already is left alone. */
  async #sendResult(place: PublishPlace, { key, bytes }: Published, isAllThere: boolean): Promise<boolean> {
    const isThere = this.#settings.isSweep && isAllThere && (await place.holds(`ac/${key}`, bytes));
    if (!isThere) await place.write(`ac/${key}`, bytes);
    this.#published.get(place)?.set(key, bytes);
    return !isThere;
  }

  /** A blob of the local store that was read and has its digest; a damaged one is set aside, and its task runs again. */
  async #soundBlob(digest: Digest): Promise<SoundBlob> {
    const { directory, store } = this.#settings;
    const file = await findBlobFile(directory, digest.hash);
    if (file === undefined) throw new NotWhole();
    if (digest.sizeBytes <= inMemoryBytes) {
      const bytes = await store.blobs.read(digest);
      if (bytes === undefined) throw new NotWhole();
      return { ...file, bytes };
    }
    if ((await blobFileState(file.path)) === 'whole') return file;
    await store.blobs.quarantine(file.path);
    throw new NotWhole();
  }

  /** Leaves lists on the plain servers. */
  async finish(): Promise<void> {
    const { publisher, lists, targets, isSweep } = this.#settings;
    for (const { place, health } of targets) {
      const results = this.#published.get(place) ?? new Map();
      if (health.isGivenUp || !place.needsLists()) continue;
      await publishLists(place, results, { publisher, cache: lists, isSweep }).catch((error: unknown) => {
        // bazel-remote and others have no place for lists: they are asked for each key.
        if (error instanceof UrlError && noPlace.includes(error.status ?? 0)) return;
        health.failed(asTrouble(error));
      });
    }
  }

  /** The local result, which from now on carries our signature. */
  async #signed(key: string): Promise<ActionResult | undefined> {
    const { directory, signer } = this.#settings;
    const bytes = await readResultFile(directory, key);
    const result = bytes && decodeActionResult(bytes);
    if (bytes === undefined || result === undefined || signer === undefined) return result;
    // Anew, whatever it carries: the same signature when ours is there, and the right one when another has our name.
    const signed = signResult(key, result, signer);
    const text = encodeActionResult(signed);
    if (Buffer.compare(text, bytes) !== 0) await writeResultFile(directory, key, text);
    return signed;
  }
}

function sum(digests: readonly Digest[]): number {
  return digests.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

function asTrouble(error: unknown): UrlError {
  if (error instanceof UrlError) return error;
  return new UrlError('refused', error instanceof Error ? error.message : String(error));
}
