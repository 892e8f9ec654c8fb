/** What packaging needs to know of an ELF file: for which machine it is, what it is called, and what it needs. */
export interface ElfFile {
  readonly bits: 32 | 64;
  readonly endianness: 'little' | 'big';
  /** `e_machine` of the header. */
  readonly machine: number;
  readonly needed: readonly string[];
  readonly soname: string | undefined;
}

/** What `DT_NEEDED` may bind to: only files of the same class, byte order and machine. */
export function elfAbi(elf: Pick<ElfFile, 'bits' | 'endianness' | 'machine'>): string {
  return `${elf.bits}-${elf.endianness}-${elf.machine}`;
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_SONAME = 14;

/** Whether bytes begin as an ELF file does. */
export function hasElfMagic(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** Reads an ELF executable or shared object; `undefined` for anything else, truncated and damaged files included. */
export function parseElf(bytes: Uint8Array): ElfFile | undefined {
  if (!hasElfMagic(bytes)) return undefined;
  try {
    return readElf(bytes);
  } catch (error) {
    // DataView throws RangeError past the end of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Reads numbers in the file's own width and byte order. */
interface Reader {
  readonly wide: boolean;
  half(offset: number): number;
  word(offset: number): number;
  /** An address or offset: 8 bytes in 64-bit files, else 4. */
  native(offset: number): number;
}

function readElf(bytes: Uint8Array): ElfFile | undefined {
  const bits = bytes[4] === 1 ? 32 : bytes[4] === 2 ? 64 : undefined;
  const endianness = bytes[5] === 1 ? 'little' : bytes[5] === 2 ? 'big' : undefined;
  if (bits === undefined || endianness === undefined) return undefined;
  const reader = makeReader(bytes, bits === 64, endianness === 'little');
  const segments = readSegments(reader);
  const dynamic = segments.find((each) => each.type === PT_DYNAMIC);
  const entries = dynamic === undefined ? [] : readDynamic(reader, dynamic);
  const nameAt = nameReader(bytes, segments, entries);
  const names = (tag: number) => entries.filter((each) => each.tag === tag).map((each) => nameAt(each.value));
  return {
    bits,
    endianness,
    machine: reader.half(18),
    needed: names(DT_NEEDED),
    soname: names(DT_SONAME)[0],
  };
}

function makeReader(bytes: Uint8Array, wide: boolean, little: boolean): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (offset: number) => view.getUint32(offset, little);
  return {
    wide,
    half: (offset) => view.getUint16(offset, little),
    word,
    native: (offset) => (wide ? Number(view.getBigUint64(offset, little)) : word(offset)),
  };
}

function readSegments(reader: Reader): readonly Segment[] {
  const { wide } = reader;
  const table = reader.native(wide ? 32 : 28);
  const entrySize = reader.half(wide ? 54 : 42);
  const count = reader.half(wide ? 56 : 44);
  const segments: Segment[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = table + index * entrySize;
    segments.push({
      type: reader.word(at),
      offset: reader.native(at + (wide ? 8 : 4)),
      address: reader.native(at + (wide ? 16 : 8)),
      size: reader.native(at + (wide ? 32 : 16)),
    });
  }
  return segments;
}

interface DynamicEntry {
  readonly tag: number;
  readonly value: number;
}

function readDynamic(reader: Reader, segment: Segment): readonly DynamicEntry[] {
  const step = reader.wide ? 8 : 4;
  const entries: DynamicEntry[] = [];
  for (let at = segment.offset; at < segment.offset + segment.size; at += 2 * step) {
    const tag = reader.native(at);
    if (tag === DT_NULL) break;
    entries.push({ tag, value: reader.native(at + step) });
  }
  return entries;
}

/** Names are offsets into the string table, which is found by its address in memory. */
function nameReader(bytes: Uint8Array, segments: readonly Segment[], entries: readonly DynamicEntry[]) {
  const address = entries.find((each) => each.tag === DT_STRTAB)?.value ?? 0;
  const load = segments.find(
    (each) => each.type === PT_LOAD && address >= each.address && address < each.address + each.size,
  );
  const table = load === undefined ? Number.POSITIVE_INFINITY : address - load.address + load.offset;
  return (offset: number): string => {
    const start = table + offset;
    const end = start < bytes.length ? bytes.indexOf(0, start) : -1;
    if (end === -1) throw new RangeError('name outside of the file');
    return Buffer.from(bytes.subarray(start, end)).toString('utf8');
  };
}
