import type { Digest } from '../base/digest.ts';
import { batchPath, resultListType } from '../remote/http-source.ts';
import { missingBlobsPath, missingBlobsType } from '../remote/publish-place.ts';
import { encodeResultList } from '../remote/result-list.ts';
import { inParallel } from '../remote/result-source.ts';
import type { ActionResult } from '../sstate/action-cache.ts';
import { outputDigest } from '../sstate/capture-outputs.ts';
import { decodeActionResult, encodeActionResult } from '../sstate/reapi/action-result.ts';
import { readForeignResult } from '../sstate/reapi/foreign-result.ts';
import { decodeTree } from '../sstate/reapi/tree.ts';
import { isComplete } from '../sstate/result-blobs.ts';
import { findBlobFile, readResultFile, writeResultFile } from '../sstate/store-files.ts';
import { answer, type Exchange, readBody } from './request-context.ts';

const mostResultBytes = 16 << 20;
const mostNames = 100_000;
const mostBatchBytes = mostNames * 65;
const readsAtOnce = 64;
/** Results of other programs lie apart: what reads the store knows its own results alone. */
const foreignFolder = 'foreign';

/** GET and HEAD of `/ac/KEY`: only a result all of whose blobs are here. */
export async function sendResult(exchange: Exchange, key: string): Promise<void> {
  const bytes = (await ownResult(exchange, key)) ?? (await foreignResult(exchange, key));
  if (bytes === undefined) return answer(exchange, 404, 'not found');
  exchange.response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.byteLength });
  exchange.response.end(exchange.request.method === 'HEAD' ? undefined : bytes);
}

async function ownResult({ directory, store }: Exchange, key: string): Promise<Buffer | undefined> {
  const bytes = await readResultFile(directory, key);
  const result = bytes && decodeActionResult(bytes);
  return result !== undefined && (await isComplete(result, store.blobs)) ? bytes : undefined;
}

async function foreignResult(exchange: Exchange, key: string): Promise<Buffer | undefined> {
  const bytes = await readResultFile(`${exchange.directory}/${foreignFolder}`, key);
  return bytes !== undefined && (await isForeignComplete(exchange, bytes)) ? bytes : undefined;
}

async function isForeignComplete({ directory, store }: Exchange, bytes: Uint8Array): Promise<boolean> {
  const named = readForeignResult(bytes);
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

/** PUT of `/ac/KEY`: kept when it is an ActionResult all of whose blobs are here. A complete one is never replaced. */
export async function takeResult(exchange: Exchange, key: string): Promise<void> {
  const bytes = await readBody(exchange, mostResultBytes);
  if (bytes === undefined) return;
  const result = decodeActionResult(bytes);
  if (result !== undefined) return takeOwnResult(exchange, key, result);
  if (readForeignResult(bytes) === undefined) return answer(exchange, 400, 'the body is no ActionResult');
  if (bytes.includes('stxbake.v1.TaskFacts')) return answer(exchange, 400, 'the result is damaged');
  if (!(await isForeignComplete(exchange, bytes))) return answer(exchange, 422, 'blobs of the result are missing');
  if ((await foreignResult(exchange, key)) === undefined) {
    await writeResultFile(`${exchange.directory}/${foreignFolder}`, key, bytes);
  }
  answer(exchange, 200, '');
}

async function takeOwnResult(exchange: Exchange, key: string, result: ActionResult): Promise<void> {
  const { store, directory } = exchange;
  if (outputDigest(result.trees, result.files ?? {}).hash !== result.output.hash) {
    return answer(exchange, 400, 'the output digest is not that of the trees');
  }
  if (!(await isComplete(result, store.blobs))) return answer(exchange, 422, 'blobs of the result are missing');
  const kept = await store.actions.put(key, result);
  const isLess = (kept.auxiliary ?? []).length < (result.auxiliary ?? []).length;
  // The same result with a signature more: that is worth keeping.
  if (kept.output.hash === result.output.hash && isLess) {
    await writeResultFile(directory, key, encodeActionResult({ ...kept, auxiliary: result.auxiliary ?? [] }));
  }
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
  await inParallel(keys, readsAtOnce, async (key) => {
    const bytes = await readResultFile(exchange.directory, key);
    if (bytes === undefined) return;
    const result = decodeActionResult(bytes);
    // Blobs of trees are looked at when they are fetched; a result without its trees was given up by a clean-up.
    const trees = result?.trees ?? [];
    const present = await Promise.all(trees.map(({ hash }) => findBlobFile(exchange.directory, hash)));
    if (result !== undefined && !present.includes(undefined)) found.set(key, bytes);
  });
  send(exchange, resultListType, encodeResultList(found));
}

async function sendMissing(exchange: Exchange): Promise<void> {
  const hashes = await readNames(exchange);
  if (hashes === undefined) return;
  const missing: string[] = [];
  await inParallel(hashes, readsAtOnce, async (hash) => {
    if ((await findBlobFile(exchange.directory, hash)) === undefined) missing.push(hash);
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
