import { type Digest, formatDigest } from '../../base/digest.ts';
import { StxError } from '../../base/stx-error.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { Artifact } from '../../messages/task-outcome.ts';
import type { ActionResult } from '../../sstate/action-cache.ts';
import { attributesName } from '../../sstate/attributes.ts';
import { outputDigest } from '../../sstate/capture-outputs.ts';
import { differingPaths } from '../../sstate/differing-paths.ts';
import { type LocalStore, openLocalStore } from '../../sstate/local-store.ts';
import { digestOfResult } from '../../sstate/reapi/action-result.ts';
import { decodeTree } from '../../sstate/reapi/tree.ts';
import { publishOutputs } from './publish-outputs.ts';
import { captureFor, restoreFor } from './store-call.ts';

/** A captured result: its digests, both absent for a task that captures nothing, and the files that it left. */
export interface StoredResult {
  readonly output: Digest | undefined;
  readonly result: Digest | undefined;
  readonly artifacts: readonly Artifact[];
  readonly warnings?: readonly StoredDiagnostic[];
  /** Of a restored one: the size of its files, and what the run took that made it. */
  readonly restored?: { readonly bytes: number; readonly ranMs: number } | undefined;
}

/** Captures what the task left in its `from` directories, publishes it and records the result under its key. */
export async function storeResult(order: TaskOrder, durationMs: number, signal: AbortSignal): Promise<StoredResult> {
  if (order.outputs.length === 0) return { output: undefined, result: undefined, artifacts: [] };
  const store = openLocalStore(order.storePath);
  const captured = await captureFor(order, signal);
  const { trees, output } = captured;
  const artifacts = await publishOutputs(order.outputs);
  if (order.actionKey === undefined) return { output, result: undefined, artifacts };
  const dependencies = order.dependencyDigests ?? {};
  const files = { ...captured.files, ...(await storeRecords(order, store)) };
  const found: ActionResult = { trees, files, output, dependencies, durationMs: Math.round(durationMs) };
  const kept = await store.actions.put(order.actionKey, found);
  await store.tasks.add(order.task, order.actionKey);
  const warnings = await differences(kept, found, store);
  return { output, result: digestOfResult(found), artifacts, warnings };
}

/** The texts behind the key, as blobs beside the trees: the key is the digest of the first one. */
async function storeRecords({ records }: TaskOrder, { blobs }: LocalStore): Promise<Readonly<Record<string, Digest>>> {
  if (records === undefined) return {};
  const put = (text: string): Promise<Digest> => blobs.putBytes(Buffer.from(text));
  const { signature, base, below } = records;
  const [first, second, third] = await Promise.all([put(signature), put(base), put(below)]);
  return { 'record/signature': first, 'record/base': second, 'record/below': third };
}

const shownPaths = 10;

/** A warning when the store keeps another output for the same work. */
async function differences(kept: ActionResult, found: ActionResult, store: LocalStore): Promise<StoredDiagnostic[]> {
  if (kept.output.hash === found.output.hash) return [];
  const paths = await differingPaths(kept, found, store.blobs);
  const more = paths.length > shownPaths ? `\nand ${paths.length - shownPaths} more` : '';
  return [
    {
      code: 'non-deterministic-output',
      severity: 'warning',
      message: 'the task gave another output than the one that the sstate store keeps for the same work',
      detail: `${paths.slice(0, shownPaths).join('\n')}${more}`,
      help: 'other checkouts restore the stored one; find what changes from run to run (times, order, random names)',
    },
  ];
}

/**
 * Puts a stored result in place. Throws StxError (`result-incomplete`) when the store cannot give all of it, or has
 * another output under the key by now than the plan counts on: dependants are named and built by that one.
 */
export async function restoreResult(order: TaskOrder, signal: AbortSignal): Promise<StoredResult> {
  const store = openLocalStore(order.storePath);
  const key = order.actionKey ?? '';
  const found = (await store.actions.find([key])).get(key);
  if (found === undefined || found.trees.length !== order.outputs.length)
    throw incomplete(`the sstate store has no usable result \`${key}\``);
  const planned = order.work.kind === 'restore' ? order.work.output.hash : undefined;
  if (planned !== outputDigest(found.trees, found.files ?? {}).hash)
    throw incomplete(`the sstate store has another result \`${key}\` by now than the one that was planned with`);
  const targets = order.outputs.flatMap(({ from }, index) => {
    const tree = found.trees[index];
    return tree ? [{ tree, attributes: found.files?.[attributesName(index)], directory: from }] : [];
  });
  const missing = await restoreFor(order, targets, signal);
  if (missing !== undefined) throw incomplete(`the blob ${formatDigest(missing)} is missing or damaged`);
  store.actions.markUsed(key);
  await store.tasks.add(order.task, key);
  const artifacts = await publishOutputs(order.outputs);
  const restored = { bytes: await sizeOf(found.trees, store), ranMs: found.durationMs };
  return { output: found.output, result: digestOfResult(found), artifacts, restored };
}

async function sizeOf(trees: readonly Digest[], { blobs }: LocalStore): Promise<number> {
  let sum = 0;
  for (const tree of trees) {
    const bytes = await blobs.read(tree);
    for (const entry of (bytes && decodeTree(bytes)?.entries) ?? [])
      if (entry.kind === 'file') sum += entry.digest.sizeBytes;
  }
  return sum;
}

function incomplete(message: string): StxError {
  return StxError.of('result-incomplete', message, { help: 'the task can run instead of being restored' });
}
