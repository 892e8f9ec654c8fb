import type { Sha256Hex } from '../base/brands.ts';
import { canonicalJson, compareCodePoints, type Json } from '../base/canonical-json.ts';
import type { Digest } from '../base/digest.ts';

/** One entry of a captured directory; `path` is relative, with `/`, and never leaves the directory. */
export type TreeEntry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly digest: Digest }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** What a captured directory holds: sorted entries, permission bits, no owners and no times. */
export interface TreeManifest {
  readonly entries: readonly TreeEntry[];
}

const format = 'stx-tree-1';

/** The canonical bytes of a manifest: the same tree gives the same bytes on every machine. */
export function encodeTreeManifest(manifest: TreeManifest): Uint8Array {
  const entries = [...manifest.entries].sort((a, b) => compareCodePoints(a.path, b.path)).map(encodeEntry);
  return Buffer.from(canonicalJson({ format, entries }));
}

function encodeEntry(entry: TreeEntry): Json {
  switch (entry.kind) {
    case 'directory':
      return { path: entry.path, mode: entry.mode, kind: entry.kind };
    case 'file':
      return {
        path: entry.path,
        mode: entry.mode,
        kind: entry.kind,
        hash: entry.digest.hash,
        size: entry.digest.sizeBytes,
      };
    case 'link':
      return { path: entry.path, kind: entry.kind, target: entry.target };
  }
}

/**
 * Reads what `encodeTreeManifest` wrote; `undefined` when the bytes are not a sound manifest: a path that leaves the
 * directory, comes twice, or does not lie in a directory that was named before it.
 */
export function decodeTreeManifest(bytes: Uint8Array): TreeManifest | undefined {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString()) as { format?: string; entries?: unknown[] };
    if (value.format !== format || !Array.isArray(value.entries)) return undefined;
    const entries = value.entries.map(decodeEntry);
    return entries.every((entry) => entry !== undefined) && isTree(entries) ? { entries } : undefined;
  } catch {
    return undefined;
  }
}

function decodeEntry(value: unknown): TreeEntry | undefined {
  const entry = value as Record<string, unknown>;
  const { path, kind, mode, hash, size, target } = entry as Partial<Record<string, string | number>>;
  if (typeof path !== 'string' || !isInside(path)) return undefined;
  if (kind === 'link' && typeof target === 'string') return { kind, path, target };
  if (typeof mode !== 'number') return undefined;
  if (kind === 'directory') return { kind, path, mode };
  if (kind !== 'file' || typeof hash !== 'string' || typeof size !== 'number') return undefined;
  if (!/^[0-9a-f]{64}$/.test(hash)) return undefined;
  return { kind, path, mode, digest: { hash: hash as Sha256Hex, sizeBytes: size } };
}

function isTree(entries: readonly TreeEntry[]): boolean {
  const paths = new Set<string>();
  const directories = new Set(['']);
  for (const { path, kind } of entries) {
    if (paths.has(path) || !directories.has(path.slice(0, Math.max(0, path.lastIndexOf('/'))))) return false;
    paths.add(path);
    if (kind === 'directory') directories.add(path);
  }
  return true;
}

function isInside(path: string): boolean {
  return (
    path !== '' &&
    !path.startsWith('/') &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
