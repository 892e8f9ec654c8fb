import type { Digest } from '../base/digest.ts';
import type { ActionResult } from './action-cache.ts';
import type { BlobStore } from './blob-store.ts';
import { decodeTree } from './reapi/tree.ts';

/** Blobs that a result names itself: its trees and what lies beside them. */
export function namedBlobs(result: ActionResult): readonly Digest[] {
  return [...result.trees, ...Object.values(result.files ?? {})];
}

/** Files of the result's trees, each once; `undefined` when a tree is not in the store or is no tree. */
export async function treeFiles(result: ActionResult, store: BlobStore): Promise<readonly Digest[] | undefined> {
  const files = new Map<string, Digest>();
  for (const tree of result.trees) {
    const bytes = await store.read(tree);
    const manifest = bytes && decodeTree(bytes);
    if (manifest === undefined) return undefined;
    for (const entry of manifest.entries) if (entry.kind === 'file') files.set(entry.digest.hash, entry.digest);
  }
  return [...files.values()];
}

/** Whether all that a result needs is in the store. */
export async function isComplete(result: ActionResult, store: BlobStore): Promise<boolean> {
  const files = await treeFiles(result, store);
  return files !== undefined && (await store.findMissing([...namedBlobs(result), ...files])).length === 0;
}
