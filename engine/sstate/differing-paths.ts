import { canonicalJson, compareCodePoints, type Json } from '../base/canonical-json.ts';
import type { ActionResult } from './action-cache.ts';
import { attributesName, decodeAttributes } from './attributes.ts';
import type { BlobStore } from './blob-store.ts';
import { decodeTree } from './reapi/tree.ts';

type Captured = Pick<ActionResult, 'trees' | 'files'>;

/** Paths that two captured results do not have alike, sorted; trees are compared by their place. */
export async function differingPaths(one: Captured, other: Captured, store: BlobStore): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (let index = 0; index < Math.max(one.trees.length, other.trees.length); index++) {
    const [before, after] = await Promise.all([describe(one, index, store), describe(other, index, store)]);
    for (const path of [...before.keys(), ...after.keys()]) if (before.get(path) !== after.get(path)) paths.add(path);
  }
  return [...paths].sort(compareCodePoints);
}

/** Path -> all that is known of it, as text. */
async function describe(result: Captured, index: number, store: BlobStore): Promise<ReadonlyMap<string, string>> {
  const tree = result.trees[index];
  const attributes = result.files?.[attributesName(index)];
  const bytes = tree && (await store.read(tree));
  const more = attributes && (await store.read(attributes));
  const entries = (bytes && decodeTree(bytes)?.entries) ?? [];
  const described = new Map(entries.map((entry) => [entry.path, canonicalJson(entry as unknown as Json)]));
  for (const [path, each] of (more && decodeAttributes(more)?.paths) ?? [])
    described.set(path, `${described.get(path) ?? ''}${canonicalJson(each as unknown as Json)}`);
  return described;
}
