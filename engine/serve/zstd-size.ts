/** The first bytes of a file that hold the head of a zstd frame. */
export const zstdHeadBytes = 18;

const magic = 0xfd2fb528;

/** Size of the content that a zstd frame announces (RFC 8878, 3.1.1.1); `undefined` when it does not, or is no frame. */
export function zstdContentSize(head: Buffer): number | undefined {
  if (head.byteLength < 6 || head.readUInt32LE(0) !== magic) return undefined;
  const descriptor = head.readUInt8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + (isSingle ? 0 : 1) + dictionaryBytes;
  const flag = descriptor >> 6;
  if (flag === 0 && !isSingle) return undefined;
  const bytes = [1, 2, 4, 8][flag] ?? 1;
  if (head.byteLength < at + bytes) return undefined;
  if (bytes === 8) return Number(head.readBigUInt64LE(at));
  return head.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}
