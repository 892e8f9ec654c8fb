import type { Digest } from '../base/digest.ts';

/** Content-addressed blobs (SHA-256 of the plain content; compression is the store's own affair). */
export interface BlobStore {
  findMissing(digests: readonly Digest[]): Promise<readonly Digest[]>;
  /** Content in memory, for trees. `undefined` when it is missing or damaged (damaged ones are set aside). */
  read(digest: Digest): Promise<Uint8Array | undefined>;
  /** Writes content to a new file at `path`; false when it is missing or damaged. The digest is verified. */
  copyTo(digest: Digest, path: string, mode: number): Promise<boolean>;
  putBytes(bytes: Uint8Array): Promise<Digest>;
  /** Adds a file's content; the file is only read. */
  putFile(path: string): Promise<Digest>;
}
