import { createHash, hash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Sha256Hex } from './brands.ts';
import type { Digest } from './digest.ts';

/** SHA-256 of a text (as UTF-8) or of bytes. */
export function sha256(data: string | Uint8Array): Sha256Hex {
  return hash('sha256', data, 'hex') as Sha256Hex;
}

/** Digest of bytes in memory. */
export function digestOf(data: string | Uint8Array): Digest {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  return { hash: sha256(bytes), sizeBytes: bytes.byteLength };
}

/** A stream reserves a buffer of this size; a smaller file is read at once. */
const pieceBytes = 1 << 20;

/** Digest of a file's content, read in pieces. Rejects with the file system's error. */
export async function digestOfFile(path: string): Promise<Digest> {
  // To hand these calls to another thread takes longer than they do.
  const found = statSync(path);
  if (found.isFile() && found.size < pieceBytes) return digestOf(readFileSync(path));
  const content = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(createReadStream(path, { highWaterMark: pieceBytes }), async (chunks) => {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      content.update(chunk);
      sizeBytes += chunk.byteLength;
    }
  });
  return { hash: content.digest('hex') as Sha256Hex, sizeBytes };
}
