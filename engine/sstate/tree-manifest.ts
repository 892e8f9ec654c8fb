import type { Digest } from '../base/digest.ts';

/** One entry of a captured directory; `path` is relative, with `/`, and never leaves the directory. */
export type TreeEntry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly digest: Digest }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** What a captured directory holds: every directory before what lies in it; permission bits, no owners and no times. */
export interface TreeManifest {
  readonly entries: readonly TreeEntry[];
}
