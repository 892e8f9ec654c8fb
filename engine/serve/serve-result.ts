import { existsSync, readFileSync, statSync } from 'node:fs';
import { systemClock } from '../base/clock.ts';
import type { Digest } from '../base/digest.ts';
import { batchPath, resultListType } from '../remote/http-source.ts';
import { missingBlobsPath, missingBlobsType } from '../remote/publish-place.ts';
import { encodeResultList } from '../remote/result-list.ts';
import type { ActionResult } from '../sstate/action-cache.ts';
import { outputDigest } from '../sstate/capture-outputs.ts';
import { markAsUsed } from '../sstate/mark-as-used.ts';
import { decodeActionResult, encodeActionResult } from '../sstate/reapi/action-result.ts';
import { readForeignResult } from '../sstate/reapi/foreign-result.ts';
import { decodeTree } from '../sstate/reapi/tree.ts';
import { isComplete } from '../sstate/result-blobs.ts';
import { withSignatures } from '../sstate/result-signature.ts';
import { blobFilePath, findBlobFile, readResultFile, resultFilePath, writeResultFile } from '../sstate/store-files.ts';
import { answer, type Exchange, readBody } from './request-context.ts';

const mostResultBytes = 16 << 20;
const mostNames = 100_000;
const mostBatchBytes = mostNames * 65;
/** How exactly the last use of a result is noted. */
const useMs = 3_600_000;
/** GET and HEAD of `/ac/KEY`: only a result all of whose blobs are here. */
export async function sendResult(exchange: Exchange, key: string): Promise<void> {
  const bytes = await wholeResult(exchange, key);
  if (bytes === undefined) return answer(exchange, 404, 'not found');
  await exchange.store.actions.markUsed(key);
  exchange.response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.byteLength });
  exchange.response.end(exchange.request.method === 'HEAD' ? undefined : bytes);
}

/** Ours or another program's. */
async function wholeResult(exchange: Exchange, key: string): Promise<Buffer | undefined> {
  const bytes = await readResultFile(exchange.directory, key);
  if (bytes === undefined) return undefined;
  const result = decodeActionResult(bytes);
  if (result === undefined) return (await isForeignComplete(exchange, bytes)) ? bytes : undefined;
  return (await isComplete(result, exchange.store.blobs)) ? bytes : undefined;
}

async function isForeignComplete({ directory, store }: Exchange, bytes: Uint8Array): Promise<boolean> {
  const named = isDamaged(bytes) ? undefined : readForeignResult(bytes);
  if (named === undefined) return false;
  const files: Digest[] = [...named.files];
  for (const tree of named.trees) {
    const content = await store.blobs.read(tree);
    const manifest = content && decodeTree(content);
    if (manifest === undefined) return false;
    files.push(...manifest.entries.flatMap((entry) => (entry.kind === 'file' ? [entry.digest] : [])));
  }
  for (const { hash, sizeBytes } of files) {
    if (sizeBytes > 0 && (await findBlobFile(directory, hash)) === undefined) return false;
  }
  return true;
}

/** PUT of `/ac/KEY`: kept when it is an ActionResult all of whose blobs are here; `withSignatures` says which of two stays. */
export async function takeResult(exchange: Exchange, key: string): Promise<void> {
  const bytes = await readBody(exchange, mostResultBytes);
  if (bytes === undefined) return;
  const result = decodeActionResult(bytes);
  if (result !== undefined) return takeOwnResult(exchange, key, result);
  if (isDamaged(bytes)) return answer(exchange, 400, 'the result is damaged');
  if (readForeignResult(bytes) === undefined) return answer(exchange, 400, 'the body is no ActionResult');
  if (!(await isForeignComplete(exchange, bytes))) return answer(exchange, 422, 'blobs of the result are missing');
  if ((await wholeResult(exchange, key)) === undefined) await writeResultFile(exchange.directory, key, bytes);
  answer(exchange, 200, '');
}

/** One of ours that does not hold together must not pass for one of another program. */
function isDamaged(bytes: Uint8Array): boolean {
  return bytes.byteLength === 0 || Buffer.from(bytes).includes('stxbake.v1.TaskFacts');
}

async function takeOwnResult(exchange: Exchange, key: string, result: ActionResult): Promise<void> {
  const { store, directory } = exchange;
  if (outputDigest(result.trees, result.files ?? {}).hash !== result.output.hash) {
    return answer(exchange, 400, 'the output digest is not that of the trees');
  }
  if (!(await isComplete(result, store.blobs))) return answer(exchange, 422, 'blobs of the result are missing');
  const kept = await store.actions.put(key, result);
  const wanted = encodeActionResult(withSignatures(kept, result));
  if (Buffer.compare(wanted, encodeActionResult(kept)) !== 0) await writeResultFile(directory, key, wanted);
  answer(exchange, 200, '');
}

/** The batch calls by their paths: names in, one a line; what is there, or what is missing, out. */
export const batchCalls: ReadonlyMap<string, (exchange: Exchange) => Promise<void>> = new Map([
  [`/${batchPath}`, sendResults],
  [`/${missingBlobsPath}`, sendMissing],
]);

async function sendResults(exchange: Exchange): Promise<void> {
  const keys = await readNames(exchange);
  if (keys === undefined) return;
  const found = new Map<string, Uint8Array>();
  await eachInTurn(keys, (key) => {
    const bytes = presentResult(exchange.directory, key);
    if (bytes !== undefined) found.set(key, bytes);
  });
  send(exchange, resultListType, encodeResultList(found));
}

/** Files in trees are looked at when the result is fetched; one without its trees was given up by a clean-up. */
function presentResult(directory: string, key: string): Buffer | undefined {
  const file = readIfThere(resultFilePath(directory, key));
  const result = file && decodeActionResult(file.bytes);
  if (file === undefined || result === undefined || !result.trees.every(({ hash }) => isBlobThere(directory, hash)))
    return undefined;
  if (systemClock.nowMs() - file.mtimeMs > useMs) markAsUsed(resultFilePath(directory, key));
  return file.bytes;
}

function readIfThere(path: string): { readonly bytes: Buffer; readonly mtimeMs: number } | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && { bytes: readFileSync(path), mtimeMs: stats.mtimeMs };
  } catch {
    return undefined;
  }
}

function isBlobThere(directory: string, hash: string): boolean {
  return [true, false].some((compressed) => existsSync(blobFilePath(directory, hash, compressed)));
}

/** Small files of the page cache: several times faster than through libuv's threads, if others get their turn. */
async function eachInTurn(names: readonly string[], work: (name: string) => void): Promise<void> {
  for (const [index, name] of names.entries()) {
    if (index % 100 === 99) await new Promise(setImmediate);
    work(name);
  }
}

async function sendMissing(exchange: Exchange): Promise<void> {
  const hashes = await readNames(exchange);
  if (hashes === undefined) return;
  const missing: string[] = [];
  await eachInTurn(hashes, (hash) => {
    const present = [true, false].map((compressed) => blobFilePath(exchange.directory, hash, compressed));
    const path = present.find((each) => existsSync(each));
    if (path === undefined) missing.push(hash);
    // What a publisher hears to be there, it does not send: it counts as put now.
    else if (exchange.user !== undefined) markAsUsed(path);
  });
  send(exchange, missingBlobsType, Buffer.from(missing.join('\n')));
}

function send({ response }: Exchange, type: string, bytes: Buffer): void {
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.byteLength });
  response.end(bytes);
}

async function readNames(exchange: Exchange): Promise<readonly string[] | undefined> {
  const body = await readBody(exchange, mostBatchBytes);
  if (body === undefined) return undefined;
  const names = [
    ...new Set(
      body
        .toString('latin1')
        .split('\n')
        .filter((line) => line !== ''),
    ),
  ];
  if (names.every((name) => /^[0-9a-f]{64}$/.test(name))) return names;
  answer(exchange, 400, 'each line must be 64 hexadecimal digits');
  return undefined;
}
