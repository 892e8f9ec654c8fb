import { type ElfReader, readVersions, type SymbolVersions } from './elf-versions.ts';

/** What packaging needs to know of an ELF file: for which machine it is, what it is called, what it needs, how it was linked. */
export interface ElfFile {
  readonly bits: 32 | 64;
  readonly endianness: 'little' | 'big';
  /** `e_machine` of the header. */
  readonly machine: number;
  /** `e_type`: 1 relocatable, 2 executable, 3 shared object or position independent program. */
  readonly type: number;
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  readonly versions: SymbolVersions;
  /** The dynamic linker that the file asks for: it is a program. */
  readonly interpreter: string | undefined;
  /** Folders of DT_RPATH and DT_RUNPATH. */
  readonly runPaths: readonly string[];
  /** Whether the file has a dynamic section at all. */
  readonly isDynamic: boolean;
  readonly hasTextRelocations: boolean;
  /** A segment that is read-only after relocation (`-z relro`). */
  readonly hasRelro: boolean;
  /** All symbols are bound at start (`-z now`). */
  readonly bindsNow: boolean;
  readonly hasGnuHash: boolean;
  /** Whether a symbol table (`.symtab`) is still there. */
  readonly hasSymbolTable: boolean;
}

/** What `DT_NEEDED` may bind to: only files of the same class, byte order and machine. */
export function elfAbi(elf: Pick<ElfFile, 'bits' | 'endianness' | 'machine'>): string {
  return `${elf.bits}-${elf.endianness}-${elf.machine}`;
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_GNU_RELRO = 0x6474e552;
const SHT_SYMTAB = 2;
const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_SONAME = 14;
const DT_RPATH = 15;
const DT_TEXTREL = 22;
const DT_BIND_NOW = 24;
const DT_RUNPATH = 29;
const DT_FLAGS = 30;
const DT_GNU_HASH = 0x6ffffef5;
const DT_FLAGS_1 = 0x6ffffffb;
/** Bits of DT_FLAGS and DT_FLAGS_1. */
const DF_TEXTREL = 4;
const DF_BIND_NOW = 8;
const DF_1_NOW = 1;

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

function readElf(bytes: Uint8Array): ElfFile | undefined {
  const bits = bytes[4] === 1 ? 32 : bytes[4] === 2 ? 64 : undefined;
  const endianness = bytes[5] === 1 ? 'little' : bytes[5] === 2 ? 'big' : undefined;
  if (bits === undefined || endianness === undefined) return undefined;
  const reader = makeReader(bytes, bits === 64, endianness === 'little');
  const segments = readSegments(reader);
  const dynamic = segments.find((each) => each.type === PT_DYNAMIC);
  const entries = dynamic === undefined ? [] : readDynamic(reader, dynamic);
  const offsetOf = addressMap(segments);
  const nameAt = nameReader(bytes, offsetOf, entries);
  const values = (tag: number) => entries.filter((each) => each.tag === tag).map((each) => each.value);
  const names = (tag: number) => values(tag).map(nameAt);
  const has = (tag: number) => entries.some((each) => each.tag === tag);
  const flags = values(DT_FLAGS)[0] ?? 0;
  return {
    bits,
    endianness,
    machine: reader.half(18),
    type: reader.half(16),
    needed: names(DT_NEEDED),
    soname: names(DT_SONAME)[0],
    versions: readVersions(reader, { values, offsetOf, nameAt }),
    interpreter: interpreterOf(bytes, segments),
    runPaths: [...names(DT_RPATH), ...names(DT_RUNPATH)].flatMap((each) => each.split(':')),
    isDynamic: dynamic !== undefined,
    hasTextRelocations: has(DT_TEXTREL) || (flags & DF_TEXTREL) !== 0,
    hasRelro: segments.some((each) => each.type === PT_GNU_RELRO),
    bindsNow: has(DT_BIND_NOW) || (flags & DF_BIND_NOW) !== 0 || ((values(DT_FLAGS_1)[0] ?? 0) & DF_1_NOW) !== 0,
    hasGnuHash: has(DT_GNU_HASH),
    hasSymbolTable: hasSymbolTable(reader),
  };
}

function interpreterOf(bytes: Uint8Array, segments: readonly Segment[]): string | undefined {
  const found = segments.find((each) => each.type === PT_INTERP);
  if (found === undefined) return undefined;
  const text = Buffer.from(bytes.subarray(found.offset, found.offset + found.size)).toString('utf8');
  return text.replace(/\0.*$/s, '');
}

/** Section headers may be missing, or lie outside of a file that was cut: then there is no symbol table either. */
function hasSymbolTable(reader: ElfReader): boolean {
  const { wide } = reader;
  const table = reader.native(wide ? 40 : 32);
  const entrySize = reader.half(wide ? 58 : 46);
  const count = reader.half(wide ? 60 : 48);
  if (table === 0 || table + count * entrySize > reader.size) return false;
  for (let index = 0; index < count; index += 1) {
    if (reader.word(table + index * entrySize + 4) === SHT_SYMTAB) return true;
  }
  return false;
}

function makeReader(bytes: Uint8Array, wide: boolean, little: boolean): ElfReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (offset: number) => view.getUint32(offset, little);
  return {
    wide,
    size: bytes.byteLength,
    half: (offset) => view.getUint16(offset, little),
    word,
    native: (offset) => (wide ? Number(view.getBigUint64(offset, little)) : word(offset)),
  };
}

function readSegments(reader: ElfReader): readonly Segment[] {
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

function readDynamic(reader: ElfReader, segment: Segment): readonly DynamicEntry[] {
  const step = reader.wide ? 8 : 4;
  const entries: DynamicEntry[] = [];
  for (let at = segment.offset; at < segment.offset + segment.size; at += 2 * step) {
    const tag = reader.native(at);
    if (tag === DT_NULL) break;
    entries.push({ tag, value: reader.native(at + step) });
  }
  return entries;
}

/** Address in memory -> offset in the file; infinity for what no segment loads. */
function addressMap(segments: readonly Segment[]): (address: number) => number {
  return (address) => {
    const load = segments.find(
      (each) => each.type === PT_LOAD && address >= each.address && address < each.address + each.size,
    );
    return load === undefined ? Number.POSITIVE_INFINITY : address - load.address + load.offset;
  };
}

/** Names are offsets into the string table, which is found by its address in memory. */
function nameReader(bytes: Uint8Array, offsetOf: (address: number) => number, entries: readonly DynamicEntry[]) {
  const table = offsetOf(entries.find((each) => each.tag === DT_STRTAB)?.value ?? 0);
  return (offset: number): string => {
    const start = table + offset;
    const end = start < bytes.length ? bytes.indexOf(0, start) : -1;
    if (end === -1) throw new RangeError('name outside of the file');
    return Buffer.from(bytes.subarray(start, end)).toString('utf8');
  };
}
