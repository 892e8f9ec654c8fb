import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { StxError } from '../base/stx-error.ts';
import { openHttpSession } from '../net/http-session.ts';
import { openLocalStore } from '../sstate/local-store.ts';
import { forgetPartialBlobs } from '../sstate/partial-blobs.ts';
import { namedBlobs, treeFiles } from '../sstate/result-blobs.ts';
import { parseSigningKey } from '../sstate/result-signature.ts';
import { BlobFetcher } from './blob-fetcher.ts';
import type { MirrorAddress } from './mirror-address.ts';
import { MirrorHealth } from './mirror-health.ts';
import { FolderPlace, HttpPlace } from './publish-place.ts';
import { ListCache } from './published-lists.ts';
import { Publisher } from './publisher.ts';
import type { TransferAnswer, TransferCall, TransferSettings } from './transfer-messages.ts';

const settings = workerData as TransferSettings;
const { directory, patience, publishing } = settings;
const store = openLocalStore(directory);
const { connectMs, stallMs } = patience;
const session = openHttpSession({ connections: 24, connectMs, stallMs, proxies: settings.proxies });
const progressMs = 250;
const weekMs = 7 * 24 * 3_600_000;

const say = (answer: TransferAnswer): void => parentPort?.postMessage(answer);

function health(address: MirrorAddress, doing: 'fetching' | 'publishing'): MirrorHealth {
  const { url } = address;
  return new MirrorHealth(
    url,
    patience,
    (reason) => say({ kind: 'trouble', url, while: doing, reason }),
    () => doing === 'fetching' && say({ kind: 'given-up', url }),
  );
}

forgetPartialBlobs(directory, weekMs);
/** What a mirror has wrong, a server that is published to may have wrong: these blobs are sent again. */
const seenWrong = new Set<string>();
const fetcher = new BlobFetcher({
  mirrors: settings.mirrors.map((address) => ({ address, health: health(address, 'fetching') })),
  session,
  directory,
  store: store.blobs,
  seenWrong,
});

const publisher =
  publishing &&
  new Publisher({
    directory,
    store,
    targets: publishing.targets.map((address) => {
      const state = health(address, 'publishing');
      const isFolder = address.url.startsWith('file:');
      const place = isFolder
        ? new FolderPlace(address.url, fileURLToPath(address.url))
        : new HttpPlace(address, session, state);
      return { place, health: state };
    }),
    publisher: publishing.publisher,
    isSweep: publishing.isSweep,
    seenWrong,
    lists: new ListCache(publishing.listDirectory),
    signer:
      (publishing.signingKeyFile && parseSigningKey(readFileSync(publishing.signingKeyFile, 'utf8'))) || undefined,
  });

async function fetchResult(call: Extract<TransferCall, { kind: 'fetch' }>): Promise<void> {
  const { id, key, result, sources } = call;
  let bytes = 0;
  let told = 0;
  let total = 0;
  const onBytes = (count: number): void => {
    bytes += count;
    if (systemClock.monotonicMs() - told < progressMs) return;
    told = systemClock.monotonicMs();
    say({ kind: 'progress', id, done: bytes, total: Math.max(total, bytes) });
  };
  const fetchMissing = async (digests: Parameters<typeof store.blobs.findMissing>[0]): Promise<string | undefined> => {
    const missing = await store.blobs.claim(digests);
    total += missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const problems = await Promise.all(missing.map((digest) => fetcher.fetch(digest, sources, onBytes)));
    return problems.find((each) => each !== undefined);
  };
  let problem = await fetchMissing(namedBlobs(result));
  if (problem === undefined) {
    const files = await treeFiles(result, store.blobs);
    problem = files === undefined ? 'its tree is not a sound one' : await fetchMissing(files);
  }
  if (problem === undefined && (await store.actions.put(key, result)).output.hash !== result.output.hash)
    problem = 'the local store has another result of the same work by now';
  say({ kind: 'fetched', id, bytes, problem });
}

async function publish(call: Extract<TransferCall, { kind: 'publish' }>): Promise<void> {
  const { bytes, isNew } = (await publisher?.publish(call.key)) ?? { bytes: 0, isNew: false };
  say({ kind: 'published', id: call.id, bytes, isNew, problem: undefined });
}

async function carryOut(call: TransferCall): Promise<void> {
  const { id } = call;
  try {
    if (call.kind === 'fetch') await fetchResult(call);
    else if (call.kind === 'publish') await publish(call);
    else {
      await publisher?.finish();
      say({ kind: 'finished', id });
    }
  } catch (error) {
    const problem = error instanceof StxError ? (error.diagnostics[0]?.message ?? '') : String(error);
    if (call.kind === 'fetch') say({ kind: 'fetched', id, bytes: 0, problem });
    else if (call.kind === 'publish') say({ kind: 'published', id, bytes: 0, isNew: false, problem });
    else say({ kind: 'finished', id });
  }
}

parentPort?.on('message', (call: TransferCall) => void carryOut(call));
