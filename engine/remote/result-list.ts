import { promisify } from 'node:util';
import { constants, zstdCompressSync, zstdDecompress } from 'node:zlib';

/** A list of results as bytes: key -> bytes of an ActionResult. */
export interface ResultList {
  /** What it takes of memory, in bytes. */
  readonly sizeBytes: number;
  readonly keys: readonly string[];
  /** Bytes of the result of a key. */
  get(key: string): Uint8Array | undefined;
}

const magic = Buffer.from('stx-results-1\n');
const keyBytes = 32;
/** Of all lists of one mirror together, unpacked: some hundred thousand results. */
export const mostListBytes = 256 << 20;
const unpack = promisify(zstdDecompress);

/**
 * Encodes results: the line `stx-results-1`, their number (32 bits), all keys (32 bytes each, sorted), where each result
 * ends behind the table (32 bits each), the results; numbers are big-endian; the whole is one zstd frame.
 */
export function encodeResultList(results: ReadonlyMap<string, Uint8Array>): Buffer {
  const sorted = [...results].sort(([a], [b]) => (a < b ? -1 : 1));
  const head = Buffer.alloc(magic.byteLength + 4 + sorted.length * (keyBytes + 4));
  magic.copy(head);
  head.writeUInt32BE(sorted.length, magic.byteLength);
  const keysAt = magic.byteLength + 4;
  const endsAt = keysAt + sorted.length * keyBytes;
  let end = 0;
  sorted.forEach(([key, bytes], index) => {
    head.write(key, keysAt + index * keyBytes, 'hex');
    end += bytes.byteLength;
    head.writeUInt32BE(end, endsAt + index * 4);
  });
  const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };
  return zstdCompressSync(Buffer.concat([head, ...sorted.map(([, bytes]) => bytes)]), { params });
}

/**
 * Reads what `encodeResultList` wrote; `undefined` when the bytes are none, or unfold to more than `most` bytes. Unpacks on
 * libuv's threads. Results are not looked at.
 */
export async function decodeResultList(packed: Uint8Array, most = mostListBytes): Promise<ResultList | undefined> {
  try {
    return readList(await unpack(packed, { maxOutputLength: Math.max(1, most) }));
  } catch {
    return undefined;
  }
}

function readList(bytes: Buffer): ResultList | undefined {
  if (!bytes.subarray(0, magic.byteLength).equals(magic)) return undefined;
  const count = bytes.readUInt32BE(magic.byteLength);
  const keysAt = magic.byteLength + 4;
  const endsAt = keysAt + count * keyBytes;
  const dataAt = endsAt + count * 4;
  const endOf = (index: number): number => (index < 0 ? 0 : bytes.readUInt32BE(endsAt + index * 4));
  if (dataAt > bytes.byteLength || dataAt + endOf(count - 1) !== bytes.byteLength) return undefined;
  const keyAt = (index: number): Buffer => bytes.subarray(keysAt + index * keyBytes, keysAt + (index + 1) * keyBytes);
  const find = (key: string): number => {
    const wanted = Buffer.from(key, 'hex');
    let low = 0;
    let high = count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = Buffer.compare(keyAt(middle), wanted);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  };
  return {
    sizeBytes: bytes.byteLength,
    get keys() {
      return Array.from({ length: count }, (_, index) => keyAt(index).toString('hex'));
    },
    get: (key) => {
      const index = find(key);
      const [from, to] = [endOf(index - 1), endOf(index)];
      return index < 0 || from > to ? undefined : bytes.subarray(dataAt + from, dataAt + to);
    },
  };
}
