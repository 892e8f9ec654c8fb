import type { Sha256Hex } from './brands.ts';

/** Names a blob by content: SHA-256 and size in bytes (Remote Execution API, `Digest`). */
export interface Digest {
  readonly hash: Sha256Hex;
  readonly sizeBytes: number;
}

/** Text form `hash/size`, as the Remote Execution API writes it in resource names. */
export function formatDigest(digest: Digest): string {
  return `${digest.hash}/${digest.sizeBytes}`;
}
