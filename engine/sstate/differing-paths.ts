import { canonicalJson, compareCodePoints, type Json } from '../base/canonical-json.ts';
import type { Digest } from '../base/digest.ts';
import type { BlobStore } from './blob-store.ts';
import { decodeTreeManifest } from './tree-manifest.ts';

/** Paths that two captured results do not have alike, sorted; trees are compared by their place. */
export async function differingPaths(
  one: readonly Digest[],
  other: readonly Digest[],
  store: BlobStore,
): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const [before, after] = await Promise.all([entriesOf(one[index], store), entriesOf(other[index], store)]);
    for (const path of [...before.keys(), ...after.keys()]) if (before.get(path) !== after.get(path)) paths.add(path);
  }
  return [...paths].sort(compareCodePoints);
}

async function entriesOf(tree: Digest | undefined, store: BlobStore): Promise<ReadonlyMap<string, string>> {
  const bytes = tree && (await store.read(tree));
  const entries = (bytes && decodeTreeManifest(bytes)?.entries) ?? [];
  return new Map(entries.map((entry) => [entry.path, canonicalJson(entry as unknown as Json)]));
}
