import { Worker } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { UrlError } from '../net/download-error.ts';
import { redactUrl } from '../net/redact.ts';
import type { ActionResult } from '../sstate/action-cache.ts';
import { outputDigest } from '../sstate/capture-outputs.ts';
import { decodeActionResult, encodeActionResult } from '../sstate/reapi/action-result.ts';
import { isTrusted, type TrustedKeys } from '../sstate/result-signature.ts';
import { contentSize } from '../sstate/result-size.ts';
import type { KnownResults } from './known-results.ts';
import { questionMs } from './patience.ts';
import type { ResultSource } from './result-source.ts';
import type { TransferAnswer, TransferCall, TransferSettings } from './transfer-messages.ts';
import { Turns } from './turns.ts';

/** Something about a mirror that a person should hear, once per build. */
export interface MirrorTrouble {
  /** Fit to be shown; of `not-whole` the folder of the local store. */
  readonly url: string;
  readonly kind: 'unusable' | 'untrusted' | 'damaged' | 'unpublished' | 'not-whole';
  readonly reason: string;
}

/** What a TeamCache works with. */
export interface TeamCacheSettings {
  /** One per mirror of `transfer`, in its order; made when the first question is asked. */
  openSources(): Promise<readonly ResultSource[]>;
  readonly transfer: TransferSettings;
  /** What these mirrors gave before, to builds that trusted the same keys. */
  readonly before: KnownResults;
  /** Empty: results count without a signature. */
  readonly trusted: TrustedKeys;
  tell(trouble: MirrorTrouble): void;
}

/** How fetching a result went; it is in the local store when there is no problem. */
export interface Fetched {
  readonly bytes: number;
  readonly problem: string | undefined;
}

/** What was published in a build. */
export interface Published {
  readonly results: number;
  readonly bytes: number;
}

interface KnownRemote {
  readonly result: ActionResult;
  readonly sources: readonly number[];
}

const fetchesAtOnce = 32;
const publishedAtOnce = 4;

/**
 * The mirrors of a build: finds results that the local store lacks, brings them there when they are wanted, and
 * publishes what the build made. Nothing is asked, and no thread started, before it is needed.
 */
export class TeamCache implements AsyncDisposable {
  readonly #settings: TeamCacheSettings;
  readonly #known = new Map<string, KnownRemote>();
  readonly #fetched = new Map<string, Promise<Fetched>>();
  readonly #givenUp = new Set<string>();
  /** For how long planning has waited for a mirror. */
  readonly #waited = new Map<ResultSource, number>();
  /** URLs of mirrors that nothing is fetched from any more. */
  readonly #unfetchable = new Set<string>();
  /** Keys whose results were fetched. */
  readonly #isHere = new Set<string>();
  readonly #told = new Set<string>();
  readonly #publishing = new Set<Promise<void>>();
  readonly #fetchTurns = new Turns(fetchesAtOnce);
  readonly #publishTurns = new Turns(publishedAtOnce);
  #sources: Promise<readonly ResultSource[]> | undefined;
  #thread: TransferThread | undefined;
  #published: Published = { results: 0, bytes: 0 };

  constructor(settings: TeamCacheSettings) {
    this.#settings = settings;
  }

  /** Results that mirrors have; all mirrors are asked at once, and the first in the list counts. */
  async find(keys: readonly string[]): Promise<ReadonlyMap<string, ActionResult>> {
    if (keys.length === 0 || this.#settings.transfer.mirrors.length === 0) return new Map();
    const found = await this.#findBefore(keys);
    const unknown = keys.filter((key) => !found.has(key));
    if (unknown.length === 0) return found;
    this.#sources ??= this.#settings.openSources();
    const sources = await this.#sources;
    const answers = await Promise.all(sources.map((source) => this.#ask(source, unknown)));
    for (const key of unknown) {
      const [first, ...others] = answers.flatMap((answer, index) => {
        const result = answer.get(key);
        return result === undefined ? [] : [{ result, index }];
      });
      if (first === undefined) continue;
      const same = others.filter(({ result }) => result.output.hash === first.result.output.hash);
      this.#known.set(key, { result: first.result, sources: [first, ...same].map(({ index }) => index) });
      found.set(key, first.result);
      this.#settings.before.add(key, encodeActionResult(first.result));
    }
    return found;
  }

  async #findBefore(keys: readonly string[]): Promise<Map<string, ActionResult>> {
    const found = new Map<string, ActionResult>();
    for (const [key, bytes] of await this.#settings.before.find(keys)) {
      const result = decodeActionResult(bytes);
      if (result === undefined) continue;
      found.set(key, result);
      this.#known.set(key, { result, sources: [] });
    }
    return found;
  }

  /** Whether the result of a key was found, and cannot be had any more: no mirror is left. */
  isLost(key: string): boolean {
    const { mirrors } = this.#settings.transfer;
    return this.knows(key) && !this.#isHere.has(key) && mirrors.every(({ url }) => this.#unfetchable.has(url));
  }

  /** Whether a mirror has the result of a key, as far as was asked. */
  knows(key: string): boolean {
    return this.#known.has(key);
  }

  /** Bytes of all blobs of a known result, as its publisher noted them. */
  sizeOf(key: string): number | undefined {
    const known = this.#known.get(key);
    return known && contentSize(known.result);
  }

  /** Brings the result of a known key into the local store. `onProgress` is called with bytes. Never rejects. */
  fetch(key: string, onProgress?: (done: number, total: number) => void): Promise<Fetched> {
    const known = this.#known.get(key);
    if (known === undefined) return Promise.resolve({ bytes: 0, problem: undefined });
    const coming = this.#fetched.get(key);
    if (coming !== undefined) {
      if (onProgress) this.#transfers().listen(key, onProgress);
      return coming;
    }
    const { result, sources } = known;
    const fetched = this.#fetchTurns
      .run(() => this.#transfers().fetch({ key, result, sources }, onProgress))
      .then((end) => {
        if (end.problem === undefined) this.#isHere.add(key);
        return end;
      });
    this.#fetched.set(key, fetched);
    return fetched;
  }

  /** Publishes the result of a key that the local store has; failures are told, not thrown. */
  publish(key: string): void {
    if (this.#settings.transfer.publishing === undefined) return;
    const publishing: Promise<void> = this.#publishTurns
      .run(() => this.#transfers().publish(key))
      .then(({ bytes, isNew, problem }) => {
        if (problem !== undefined)
          this.#tell({ url: this.#settings.transfer.directory, kind: 'not-whole', reason: problem });
        const { results, bytes: before } = this.#published;
        if (isNew) this.#published = { results: results + 1, bytes: before + bytes };
      })
      .finally(() => this.#publishing.delete(publishing));
    this.#publishing.add(publishing);
  }

  /** Waits for what is being published, and leaves lists on plain servers. */
  async finish(): Promise<Published> {
    while (this.#publishing.size > 0) await Promise.all(this.#publishing);
    if (this.#thread !== undefined && this.#settings.transfer.publishing) await this.#thread.finish();
    return this.#published;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#settings.before.save();
    await this.#thread?.close();
    const sources = await this.#sources?.catch(() => []);
    for (const source of sources ?? []) await source.close?.();
  }

  async #ask(source: ResultSource, keys: readonly string[]): Promise<ReadonlyMap<string, ActionResult>> {
    if (this.#givenUp.has(source.url)) return new Map();
    const { answerMs } = this.#settings.transfer.patience;
    const waited = this.#waited.get(source) ?? 0;
    const startMs = systemClock.monotonicMs();
    try {
      const leftMs = answerMs - waited + questionMs;
      const found = await withinTime(leftMs, answerMs, (signal) => source.find(keys, signal));
      this.#waited.set(source, Math.max(waited, waited + systemClock.monotonicMs() - startMs - questionMs));
      return await this.#check(source, found);
    } catch (error) {
      this.#givenUp.add(source.url);
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell({ url: source.url, kind: 'unusable', reason });
      return new Map();
    }
  }

  /** What can be believed of an answer. */
  async #check(
    source: ResultSource,
    found: ReadonlyMap<string, Uint8Array>,
  ): Promise<ReadonlyMap<string, ActionResult>> {
    const { trusted } = this.#settings;
    const results = new Map<string, ActionResult>();
    let damaged = 0;
    let untrusted = 0;
    await Promise.all(
      [...found].map(async ([key, bytes]) => {
        const result = decodeActionResult(bytes);
        if (result === undefined || !isConsistent(result)) damaged++;
        else if (trusted.size > 0 && !(await isTrusted(key, result, trusted))) untrusted++;
        else results.set(key, result);
      }),
    );
    if (damaged > 0) this.#tell({ url: source.url, kind: 'damaged', reason: `${damaged}` });
    if (untrusted > 0) this.#tell({ url: source.url, kind: 'untrusted', reason: `${untrusted}` });
    return results;
  }

  #transfers(): TransferThread {
    this.#thread ??= new TransferThread(
      this.#settings.transfer,
      (url, kind, reason) => this.#tell({ url, kind, reason }),
      (url) => this.#unfetchable.add(url),
    );
    return this.#thread;
  }

  #tell(trouble: MirrorTrouble): void {
    const shown = { ...trouble, url: redactUrl(trouble.url) };
    const once = `${shown.kind} ${shown.url}`;
    if (this.#told.has(once)) return;
    this.#told.add(once);
    this.#settings.tell(shown);
  }
}

/** The output digest of a result must be that of its trees, or dependants would be told of a content that is not there. */
function isConsistent(result: ActionResult): boolean {
  return outputDigest(result.trees, result.files ?? {}).hash === result.output.hash;
}

async function withinTime<Result>(
  ms: number,
  allMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const timer = setTimeout(() => {
    stop.abort(new UrlError('cut-off', `did not answer within ${allMs / 1000} s`));
  }, ms);
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
  try {
    return await Promise.race([work(stop.signal), promise]);
  } finally {
    clearTimeout(timer);
  }
}

type Trouble = (url: string, kind: MirrorTrouble['kind'], reason: string) => void;

/** The main thread's side of the transfer thread. */
class TransferThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: TransferAnswer | undefined) => void>();
  readonly #listeners = new Map<number, ((done: number, total: number) => void)[]>();
  readonly #ids = new Map<string, number>();
  #last = 0;
  #isGone = false;

  constructor(settings: TransferSettings, tell: Trouble, onGivenUp: (url: string) => void) {
    this.#worker = new Worker(new URL('./transfer-thread.ts', import.meta.url), { workerData: settings });
    this.#worker.on('message', (answer: TransferAnswer) => {
      if (answer.kind === 'trouble') {
        tell(answer.url, answer.while === 'fetching' ? 'unusable' : 'unpublished', answer.reason);
      } else if (answer.kind === 'given-up') onGivenUp(answer.url);
      else if (answer.kind === 'progress') {
        for (const listener of this.#listeners.get(answer.id) ?? []) listener(answer.done, answer.total);
      } else this.#settle(answer.id, answer);
    });
    this.#worker.on('error', () => this.#lose());
    this.#worker.on('exit', () => this.#lose());
  }

  async fetch(
    what: Pick<Extract<TransferCall, { kind: 'fetch' }>, 'key' | 'result' | 'sources'>,
    onProgress: ((done: number, total: number) => void) | undefined,
  ): Promise<Fetched> {
    const id = ++this.#last;
    this.#ids.set(what.key, id);
    if (onProgress) this.listen(what.key, onProgress);
    const answer = await this.#call({ kind: 'fetch', id, ...what });
    this.#listeners.delete(id);
    return answer?.kind === 'fetched' ? answer : lost;
  }

  listen(key: string, onProgress: (done: number, total: number) => void): void {
    const id = this.#ids.get(key) ?? 0;
    this.#listeners.set(id, [...(this.#listeners.get(id) ?? []), onProgress]);
  }

  async publish(key: string): Promise<Omit<Extract<TransferAnswer, { kind: 'published' }>, 'kind' | 'id'>> {
    const answer = await this.#call({ kind: 'publish', id: ++this.#last, key });
    return answer?.kind === 'published' ? answer : { bytes: 0, isNew: false, problem: lost.problem };
  }

  async finish(): Promise<void> {
    await this.#call({ kind: 'finish', id: ++this.#last });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #call(call: TransferCall): Promise<TransferAnswer | undefined> {
    if (this.#isGone) return Promise.resolve(undefined);
    this.#worker.postMessage(call);
    return new Promise((resolve) => this.#waiting.set(call.id, resolve));
  }

  #settle(id: number, answer: TransferAnswer | undefined): void {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  #lose(): void {
    this.#isGone = true;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined);
  }
}

const lost: Fetched = { bytes: 0, problem: 'the thread that transfers results ended' };
