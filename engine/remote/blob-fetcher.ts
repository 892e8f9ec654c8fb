import { constants, copyFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Digest } from '../base/digest.ts';
import { digestOf } from '../base/sha256.ts';
import { UrlError } from '../net/download-error.ts';
import type { HttpAnswer, HttpSession } from '../net/http-session.ts';
import { contentHash, unpackFrame } from '../sstate/blob-state.ts';
import type { BlobStore } from '../sstate/blob-store.ts';
import { temporaryPath } from '../sstate/local-blob-store.ts';
import { makeStoreFolder } from '../sstate/shared-folder.ts';
import { adoptBlobFile } from '../sstate/store-files.ts';
import { type FolderLayout, folderLayout, shelf } from './file-source.ts';
import { type MirrorAddress, mirrorHeaders } from './mirror-address.ts';
import { bytesOfAnswer, type MirrorHealth } from './mirror-health.ts';
import { type BlobRequest, isPassing, receiveBlob, statusError } from './receive-blob.ts';
import { Turns } from './turns.ts';

/** A mirror that blobs can be taken from, with its health. */
export interface BlobMirror {
  readonly address: MirrorAddress;
  readonly health: MirrorHealth;
}

/** What blobs are fetched with. */
export interface FetcherSettings {
  readonly mirrors: readonly BlobMirror[];
  readonly session: HttpSession;
  readonly directory: string;
  readonly store: BlobStore;
  /** Gets the hashes of blobs that a mirror gave with other content. */
  readonly seenWrong: Set<string>;
}

/** Below this a blob is received in memory, in one piece. */
const smallBytes = 1 << 20;
const transfersAtOnce = 24;
const backoffMs = 250;

/** Takes blobs from mirrors into the local store, verified, several at once; each blob is under way once. */
export class BlobFetcher {
  readonly #settings: FetcherSettings;
  readonly #underWay = new Map<string, Promise<string | undefined>>();
  readonly #layouts = new Map<string, Promise<FolderLayout>>();
  readonly #turns = new Turns(transfersAtOnce);

  constructor(settings: FetcherSettings) {
    this.#settings = settings;
  }

  /** `undefined` when the blob is in the local store, else why no mirror gave it. `onBytes` counts what came. */
  fetch(digest: Digest, sources: readonly number[], onBytes: (count: number) => void): Promise<string | undefined> {
    const present = this.#underWay.get(digest.hash);
    if (present !== undefined) return present;
    const coming = this.#turns
      .run(() => this.#tryMirrors(digest, sources, onBytes))
      .finally(() => this.#underWay.delete(digest.hash));
    this.#underWay.set(digest.hash, coming);
    return coming;
  }

  async #tryMirrors(
    digest: Digest,
    sources: readonly number[],
    onBytes: (count: number) => void,
  ): Promise<string | undefined> {
    const { mirrors } = this.#settings;
    const order = [...new Set([...sources, ...mirrors.keys()])];
    const reasons: string[] = [];
    for (const mirror of order.flatMap((index) => mirrors[index] ?? [])) {
      const { health } = mirror;
      if (health.isGivenUp) continue;
      try {
        const count = (bytes: number): void => {
          health.moved(bytes);
          onBytes(bytes);
        };
        const take = (): Promise<void> => this.#take(digest, mirror, count);
        await (mirror.address.url.startsWith('file:') ? take() : health.watch(take));
        return undefined;
      } catch (error) {
        if (!(error instanceof UrlError)) throw error;
        if (error.kind === 'wrong-content') this.#settings.seenWrong.add(digest.hash);
        reasons.push(`${health.url}: ${error.message}`);
        health.failed(error);
      }
    }
    return reasons.join(', ') || 'no mirror is left that could be asked';
  }

  #take(digest: Digest, mirror: BlobMirror, onBytes: (count: number) => void): Promise<void> {
    const { address, health } = mirror;
    if (address.url.startsWith('file:')) return this.#copy(digest, fileURLToPath(address.url), onBytes);
    const { session, directory } = this.#settings;
    const request = {
      digest,
      session,
      directory,
      onBytes,
      onAnswer: () => health.moved(bytesOfAnswer),
      url: `${address.url}/cas/${digest.hash}`,
      headers: mirrorHeaders(address),
      signal: health.signal,
    };
    return digest.sizeBytes > smallBytes ? receiveBlob(request) : this.#receiveSmall(request);
  }

  async #receiveSmall(request: BlobRequest & { onAnswer(): void }): Promise<void> {
    const { url, signal, digest } = request;
    const headers = { ...request.headers, 'accept-encoding': 'zstd' };
    const once = async (): Promise<HttpAnswer> => {
      const answer = await request.session.send({ method: 'GET', url, headers, signal }, 2 * smallBytes);
      if (answer.status !== 200) throw statusError(answer.status);
      return answer;
    };
    const answer = await once().catch(async (error: unknown) => {
      if (!isPassing(error)) throw error;
      await sleep(backoffMs, undefined, { signal });
      return once();
    });
    request.onBytes(answer.body.byteLength);
    request.onAnswer();
    const bytes =
      answer.headers['content-encoding'] === 'zstd' ? unpackFrame(answer.body, digest.sizeBytes) : answer.body;
    if (bytes === undefined || digestOf(bytes).hash !== digest.hash) throw wrongContent();
    await this.#settings.store.putBytes(bytes);
  }

  async #copy(digest: Digest, folder: string, onBytes: (count: number) => void): Promise<void> {
    const { directory } = this.#settings;
    const layout = await this.#layout(folder);
    for (const compressed of [true, false]) {
      const name = compressed ? `${digest.hash}.zst` : digest.hash;
      const temporary = temporaryPath(directory);
      makeStoreFolder(directory, dirname(temporary));
      try {
        if (!copied(join(folder, 'cas', shelf(layout, digest.hash), name), temporary)) continue;
        onBytes(digest.sizeBytes);
        if ((await contentHash(temporary, compressed)) !== digest.hash) throw wrongContent();
        await adoptBlobFile(directory, { temporary, hash: digest.hash, compressed });
        return;
      } finally {
        await rm(temporary, { force: true });
      }
    }
    throw new UrlError('not-found', 'no such file');
  }

  #layout(folder: string): Promise<FolderLayout> {
    const layout = this.#layouts.get(folder) ?? folderLayout(folder);
    this.#layouts.set(folder, layout);
    return layout.catch((error: NodeJS.ErrnoException) => {
      throw new UrlError('unreachable', `cannot be read (${error.code})`);
    });
  }
}

function wrongContent(): UrlError {
  return new UrlError('wrong-content', 'sends other content than its name says');
}

/** Copies without a second set of blocks where the file system can; false when there is no such file. */
function copied(source: string, target: string): boolean {
  try {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw error;
    throw new UrlError('refused', `cannot be read (${code ?? syscall})`);
  }
}
