import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type LayerDifference, parentOf } from './layer-difference.ts';
import { readRange } from './tar-index.ts';
import { tarEnd, tarHeader } from './tar-write.ts';

/** A layer as it lies in a layout. */
export interface Layer {
  /** SHA-256 of the compressed bytes, its name below `blobs/sha256`. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** SHA-256 of the plain tar. */
  readonly diffId: string;
}

/** What a layer is made of: a whole tar file, or what is new in one, with marks for what is gone. */
export interface LayerSource {
  readonly tar: string;
  readonly difference?: LayerDifference | undefined;
}

/** Writes a layer into the folder of blobs; the bytes depend on the tar files and the time alone. */
export async function writeLayer(source: LayerSource, blobs: string, time: number): Promise<Layer> {
  const plain = createHash('sha256');
  const packed = createHash('sha256');
  let sizeBytes = 0;
  const count = (hash: (chunk: Buffer) => void) =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash(chunk);
        done(null, chunk);
      },
    });
  const temporary = join(blobs, 'layer.part');
  await pipeline(
    Readable.from(layerBytes(source, time)),
    count((chunk) => plain.update(chunk)),
    createGzip({ level: 6 }),
    count((chunk) => {
      packed.update(chunk);
      sizeBytes += chunk.length;
    }),
    createWriteStream(temporary),
  );
  const sha256 = packed.digest('hex');
  await rename(temporary, join(blobs, sha256));
  return { sha256, sizeBytes, diffId: plain.digest('hex') };
}

async function* layerBytes({ tar, difference }: LayerSource, time: number): AsyncGenerator<Buffer> {
  const file = await open(tar);
  try {
    if (difference === undefined) {
      const { size } = await file.stat();
      yield* readRange(file, 0, size);
      return;
    }
    for (const path of difference.gone) yield tarHeader({ path: whiteout(path), sizeBytes: 0 }, time);
    for (const { start, end } of difference.members) yield* readRange(file, start, end - start);
    yield tarEnd;
  } finally {
    await file.close();
  }
}

/** The mark of a path that is gone. Source: OCI image specification, layer, whiteouts. */
function whiteout(path: string): string {
  const parent = parentOf(path);
  const name = path.slice(parent === '' ? 0 : parent.length + 1);
  return parent === '' ? `.wh.${name}` : `${parent}/.wh.${name}`;
}
