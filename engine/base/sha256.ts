import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Sha256Hex } from './brands.ts';
import type { Digest } from './digest.ts';

/** SHA-256 of a text (as UTF-8) or of bytes. */
export function sha256(data: string | Uint8Array): Sha256Hex {
  return createHash('sha256').update(data).digest('hex') as Sha256Hex;
}

/** Digest of bytes in memory. */
export function digestOf(data: string | Uint8Array): Digest {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  return { hash: sha256(bytes), sizeBytes: bytes.byteLength };
}

/** Digest of a file's content, streamed. Rejects with the file system's error. */
export async function digestOfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), async (chunks) => {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.byteLength;
    }
  });
  return { hash: hash.digest('hex') as Sha256Hex, sizeBytes };
}
