const magic = 0xfd2fb528;
/** Without its content size a head has up to 10 bytes, with it up to 18 (RFC 8878, 3.1.1.1). */
const mostHead = 18;
const rle = 1;
const reserved = 3;

interface Head {
  readonly bytes: number;
  readonly hasChecksum: boolean;
  /** What the frame says of its content; absent when it says nothing. */
  readonly contentSize: number | undefined;
}

/**
 * Walks over bytes as they come and says whether they are one zstd frame and nothing else (RFC 8878, 3.1.1): decoders
 * differ in what they make of several frames, skippable ones, and bytes behind. Contents are not looked at.
 */
export class FrameScan {
  #state: 'head' | 'block' | 'content' | 'end' | 'broken' = 'head';
  /** The head of the frame or of a block, as far as it has come. */
  #head = Buffer.alloc(0);
  /** Bytes of the present block, or of the checksum, that are still to come. */
  #left = 0;
  #isLast = false;
  #hasChecksum = false;

  take(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.byteLength && this.#state !== 'broken') {
      if (this.#state === 'end') this.#state = 'broken';
      else if (this.#state === 'content') at += this.#skip(chunk.byteLength - at);
      else at += this.#collect(chunk.subarray(at));
    }
  }

  /** The frame has ended, and nothing came behind it. */
  get isWhole(): boolean {
    return this.#state === 'end';
  }

  /** Whatever else comes, this is not one frame. */
  get isBroken(): boolean {
    return this.#state === 'broken';
  }

  #skip(most: number): number {
    const count = Math.min(most, this.#left);
    this.#left -= count;
    if (this.#left === 0) this.#ended();
    return count;
  }

  /** What follows the content of a block: another block, the checksum, or nothing. */
  #ended(): void {
    if (!this.#isLast) this.#state = 'block';
    else if (this.#hasChecksum) {
      this.#hasChecksum = false;
      this.#state = 'content';
      this.#left = 4;
    } else this.#state = 'end';
  }

  /** Takes bytes of a head; how many of these belong to it. */
  #collect(chunk: Uint8Array): number {
    const before = this.#head.byteLength;
    const most = this.#state === 'head' ? mostHead : 3;
    const head = Buffer.concat([this.#head, chunk.subarray(0, most - before)]);
    const size = this.#state === 'head' ? this.#takeHead(head) : this.#takeBlock(head);
    this.#head = size === undefined ? head : Buffer.alloc(0);
    return (size ?? head.byteLength) - before;
  }

  #takeHead(bytes: Buffer): number | undefined {
    const head = readHead(bytes);
    if (head === 'none') this.#state = 'broken';
    if (head === 'none' || head === 'short') return undefined;
    this.#hasChecksum = head.hasChecksum;
    this.#state = 'block';
    return head.bytes;
  }

  #takeBlock(bytes: Buffer): number | undefined {
    if (bytes.byteLength < 3) return undefined;
    const head = bytes.readUIntLE(0, 3);
    const type = (head >> 1) & 3;
    this.#isLast = (head & 1) === 1;
    this.#left = type === rle ? 1 : head >> 3;
    if (type === reserved) this.#state = 'broken';
    else if (this.#left === 0) this.#ended();
    else this.#state = 'content';
    return 3;
  }
}

/** Whether bytes are one zstd frame and nothing else. */
export function isOneFrame(bytes: Uint8Array): boolean {
  const scan = new FrameScan();
  scan.take(bytes);
  return scan.isWhole;
}

/** Size of the content that a zstd frame announces, from its first 18 bytes; `undefined` when it does not, or is no frame. */
export function frameContentSize(bytes: Buffer): number | undefined {
  const head = readHead(bytes);
  return typeof head === 'string' ? undefined : head.contentSize;
}

/** `short`: it may be one, but more bytes must come. */
function readHead(bytes: Buffer): Head | 'short' | 'none' {
  if (bytes.byteLength < 5) return 'short';
  const descriptor = bytes.readUInt8(4);
  if (bytes.readUInt32LE(0) !== magic || (descriptor & 8) !== 0) return 'none';
  const isSingle = (descriptor & 0x20) !== 0;
  const at = 5 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const flag = descriptor >> 6;
  const size = flag === 0 && !isSingle ? 0 : ([1, 2, 4, 8][flag] ?? 1);
  if (bytes.byteLength < at + size) return 'short';
  return { bytes: at + size, hasChecksum: (descriptor & 4) !== 0, contentSize: readSize(bytes, at, size) };
}

function readSize(bytes: Buffer, at: number, size: number): number | undefined {
  if (size === 0) return undefined;
  if (size === 8) return Number(bytes.readBigUInt64LE(at));
  return bytes.readUIntLE(at, size) + (size === 2 ? 256 : 0);
}
