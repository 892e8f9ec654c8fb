import type { Digest } from '../base/digest.ts';
import { UrlError } from '../net/download-error.ts';
import type { ActionResult } from '../sstate/action-cache.ts';
import type { LocalStore } from '../sstate/local-store.ts';
import { decodeActionResult, encodeActionResult } from '../sstate/reapi/action-result.ts';
import { namedBlobs, treeFiles } from '../sstate/result-blobs.ts';
import { isSignedBy, type SigningKey, signResult } from '../sstate/result-signature.ts';
import { withContentSize } from '../sstate/result-size.ts';
import { findBlobFile, readResultFile, writeResultFile } from '../sstate/store-files.ts';
import type { MirrorHealth } from './mirror-health.ts';
import { publishLists } from './publish-lists.ts';
import type { PublishPlace } from './publish-place.ts';
import type { ListCache } from './published-lists.ts';
import { inParallel } from './result-source.ts';

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
}

const blobsAtOnce = 8;

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

  /** Publishes the result of a key to every target; says what was sent. A target that fails is told and left. */
  async publish(key: string): Promise<{ readonly bytes: number; readonly isNew: boolean }> {
    const result = await this.#signed(key);
    const files = result && (await treeFiles(result, this.#settings.store.blobs));
    if (result === undefined || files === undefined) throw new Error('the local store has no whole result');
    const digests = [...new Map([...namedBlobs(result), ...files].map((each) => [each.hash, each])).values()];
    let sent = 0;
    let isNew = false;
    for (const { place, health } of this.#settings.targets) {
      if (health.isGivenUp) continue;
      try {
        const publish = async (): Promise<void> => {
          const there = this.#there.get(place) ?? new Set();
          const missing = await place.findMissing(digests.filter(({ hash }) => !there.has(hash)));
          await inParallel(missing, blobsAtOnce, async (digest) => {
            const file = await findBlobFile(this.#settings.directory, digest.hash);
            if (file === undefined) throw new Error('the local store has no whole result');
            const count = await place.putBlob(digest, file);
            sent += count;
          });
          for (const { hash } of digests) there.add(hash);
          const bytes = encodeActionResult(withContentSize(result, sum(digests)));
          const isThere = this.#settings.isSweep && missing.length === 0 && (await place.holds(`ac/${key}`, bytes));
          if (!isThere) await place.write(`ac/${key}`, bytes);
          isNew ||= !isThere;
          this.#published.get(place)?.set(key, bytes);
        };
        await (place.url.startsWith('file:') ? publish() : health.watch(publish));
      } catch (error) {
        health.failed(asTrouble(error));
      }
    }
    return { bytes: sent, isNew };
  }

  /** Leaves lists on the plain servers. */
  async finish(): Promise<void> {
    const { publisher, lists, targets, isSweep } = this.#settings;
    for (const { place, health } of targets) {
      const results = this.#published.get(place) ?? new Map();
      if (health.isGivenUp || !place.needsLists()) continue;
      await publishLists(place, results, { publisher, cache: lists, isSweep }).catch((error: unknown) => {
        // bazel-remote and others have no place for lists: they are asked for each key.
        if (error instanceof UrlError && error.kind === 'refused') return;
        health.failed(asTrouble(error));
      });
    }
  }

  /** The local result, which from now on carries our signature. */
  async #signed(key: string): Promise<ActionResult | undefined> {
    const { directory, signer } = this.#settings;
    const bytes = await readResultFile(directory, key);
    const result = bytes && decodeActionResult(bytes);
    if (result === undefined || signer === undefined || isSignedBy(result, signer.name)) return result;
    const signed = signResult(key, result, signer);
    await writeResultFile(directory, key, encodeActionResult(signed));
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
