import { zstdDecompressSync } from 'node:zlib';
import { UrlError } from '../net/download-error.ts';
import type { HttpAnswer, HttpSession } from '../net/http-session.ts';
import { inParallel } from '../sstate/in-parallel.ts';
import { type MirrorAddress, mirrorHeaders } from './mirror-address.ts';
import { decodeHead, decodePublishers, type ListCache, type ListEntry, listPaths } from './published-lists.ts';
import { decodeResultList, mostListBytes, type ResultList } from './result-list.ts';
import type { ResultSource } from './result-source.ts';

/** What a server of results is asked with. */
export interface HttpSourceSettings {
  readonly address: MirrorAddress;
  readonly session: HttpSession;
  readonly lists: ListCache;
}

/** The batch call of `cache serve`: keys in, the results that are there out. */
export const batchPath = 'stx/results';
/** Type of the answer to the batch call. */
export const resultListType = 'application/x-stx-results';
/** More keys than this go into several calls at once. */
export const mostKeysPerCall = 20_000;

const mostResultBytes = 16 << 20;
const mostTextBytes = 4 << 20;
const mostPackedBytes = 64 << 20;
const mostPublishers = 1000;
const mostLists = 10_000;
const parallel = 32;

/**
 * A server over HTTP. What it can is found out with the first keys: the batch call of `cache serve`, the lists that
 * publishing builds leave on a plain server, or nothing but `/ac/KEY`.
 */
export class HttpSource implements ResultSource {
  readonly url: string;
  readonly #settings: HttpSourceSettings;
  #way: 'batch' | 'lists' | 'single' | undefined;
  #lists: readonly ResultList[] = [];
  /** Of the memory that lists may take. */
  #leftBytes = mostListBytes;
  #unpacking: Promise<unknown> = Promise.resolve();

  constructor(settings: HttpSourceSettings) {
    this.#settings = settings;
    this.url = settings.address.url;
  }

  async find(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    if (this.#way === undefined) return this.#findFirst(keys, signal);
    if (this.#way === 'batch') return (await this.#askBatch(keys, signal)) ?? new Map();
    return this.#way === 'lists' ? this.#searchLists(keys) : this.#askOneByOne(keys, signal);
  }

  async close(): Promise<void> {
    await this.#settings.session[Symbol.asyncDispose]();
  }

  async #findFirst(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    const [found, publishers] = await Promise.all([
      this.#askBatch(keys, signal),
      this.#get(listPaths.publishers, signal, mostTextBytes),
    ]);
    if (found !== undefined) {
      this.#way = 'batch';
      return found;
    }
    if (publishers === undefined) {
      this.#way = 'single';
      return this.#askOneByOne(keys, signal);
    }
    this.#lists = await this.#readLists(decodePublishers(publishers.toString()).slice(0, mostPublishers), signal);
    this.#way = 'lists';
    return this.#searchLists(keys);
  }

  async #askBatch(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    const calls: (readonly string[])[] = [];
    for (let from = 0; from < keys.length; from += mostKeysPerCall)
      calls.push(keys.slice(from, from + mostKeysPerCall));
    const answers = await Promise.all(calls.map((call) => this.#askCall(call, signal)));
    if (answers.includes(undefined)) return undefined;
    return new Map(answers.flatMap((answer) => [...(answer ?? [])]));
  }

  async #askCall(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    const body = Buffer.from(keys.join('\n'));
    const answer = await this.#send({ method: 'POST', path: batchPath, body }, signal, mostListBytes);
    const isList = answer?.status === 200 && answer.headers['content-type'] === resultListType;
    const list = isList ? await decodeResultList(answer.body) : undefined;
    if (isList && list === undefined) throw new UrlError('wrong-content', 'answers with a damaged list of results');
    // A plain server may answer 403 to any POST: what it means is seen from the GET beside it.
    if (list === undefined && this.#way === 'batch') throw new UrlError('refused', `HTTP ${answer?.status ?? 0}`);
    return list && pick(keys, [list]);
  }

  /** A plain server may end the connection instead of reading what it does not want: that is no for an answer. */
  async #send(
    call: { readonly method: 'POST' | 'GET'; readonly path: string; readonly body?: Uint8Array },
    signal: AbortSignal,
    most: number,
  ): Promise<HttpAnswer | undefined> {
    const { address, session } = this.#settings;
    const headers = { ...mirrorHeaders(address), ...(call.body && { 'content-type': 'text/plain' }) };
    const request = { method: call.method, url: `${this.url}/${call.path}`, headers, body: call.body, signal };
    try {
      return await session.send(request, most);
    } catch (error) {
      const isBroken =
        error instanceof UrlError && error.kind === 'cut-off' && error.message.startsWith('connection broke');
      if (call.method === 'POST' && isBroken && this.#way === undefined) return undefined;
      throw error;
    }
  }

  #searchLists(keys: readonly string[]): ReadonlyMap<string, Uint8Array> {
    return pick(keys, this.#lists);
  }

  async #readLists(publishers: readonly string[], signal: AbortSignal): Promise<readonly ResultList[]> {
    const lists = new Map<string, ResultList>();
    // A list may have been merged into a new one after its head was read: then the head names the new one.
    for (let attempt = 0; attempt < 2; attempt++) {
      const heads = await Promise.all(publishers.map((name) => this.#head(name, signal)));
      const hashes = [...new Set(heads.flat().map(({ hash }) => hash))].slice(0, mostLists);
      await this.#fetchLists(hashes, lists, signal);
      if (hashes.every((hash) => lists.has(hash))) break;
    }
    return [...lists.values()];
  }

  async #fetchLists(hashes: readonly string[], lists: Map<string, ResultList>, signal: AbortSignal): Promise<void> {
    await inParallel(hashes, parallel, async (hash) => {
      const fetch = (): Promise<Buffer | undefined> => this.#get(listPaths.list(hash), signal, mostPackedBytes);
      const list = await this.#settings.lists.get(hash, fetch, (packed) => this.#unpack(packed));
      if (list !== undefined) lists.set(hash, list);
    });
  }

  /** One after the other: what they take together is bounded. */
  #unpack(packed: Uint8Array): Promise<ResultList> {
    const unpacked = this.#unpacking.then(async () => {
      const list = await decodeResultList(packed, this.#leftBytes);
      if (list === undefined)
        throw new UrlError('wrong-content', `has a damaged list, or lists of more than ${mostListBytes} bytes`);
      this.#leftBytes -= list.sizeBytes;
      return list;
    });
    this.#unpacking = unpacked.catch(() => undefined);
    return unpacked;
  }

  async #head(publisher: string, signal: AbortSignal): Promise<readonly ListEntry[]> {
    const text = await this.#get(listPaths.head(publisher), signal, mostTextBytes);
    return (text && decodeHead(text.toString())) ?? [];
  }

  async #askOneByOne(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    await inParallel(keys, parallel, async (key) => {
      const bytes = await this.#get(`ac/${key}`, signal, mostResultBytes);
      if (bytes !== undefined) found.set(key, bytes);
    });
    return found;
  }

  /** The content at a path; `undefined` when there is none. */
  async #get(path: string, signal: AbortSignal, most: number): Promise<Buffer | undefined> {
    const answer = await this.#send({ method: 'GET', path }, signal, most);
    if (answer === undefined) return undefined;
    if (answer.status === 200) return decoded(answer, most);
    refuseAuthorization(answer);
    if (answer.status >= 500 || answer.status === 429) throw new UrlError('refused', `HTTP ${answer.status}`);
    return undefined;
  }
}

function decoded(answer: HttpAnswer, most: number): Buffer {
  if (answer.headers['content-encoding'] !== 'zstd') return answer.body;
  try {
    return zstdDecompressSync(answer.body, { maxOutputLength: most });
  } catch {
    throw new UrlError('wrong-content', 'sends content that is not what its header says');
  }
}

function refuseAuthorization(answer: HttpAnswer | undefined): void {
  if (answer?.status !== 401 && answer?.status !== 403) return;
  throw new UrlError('refused', `HTTP ${answer.status}: it wants other credentials`);
}

function pick(keys: readonly string[], lists: readonly ResultList[]): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const key of keys) {
    for (const list of lists) {
      const bytes = list.get(key);
      if (bytes !== undefined) found.set(key, bytes);
    }
  }
  return found;
}
