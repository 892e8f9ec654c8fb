import { gzipSync } from 'node:zlib';

/** Bytes compressed as gzip, without name and time: the same input gives the same bytes. */
export function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 6 });
}
