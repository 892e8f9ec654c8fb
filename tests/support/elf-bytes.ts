/** What a made-up ELF file says. */
export interface ElfSpec {
  readonly bits?: 32 | 64;
  readonly endianness?: 'little' | 'big';
  readonly machine?: number;
  readonly needed?: readonly string[];
  readonly soname?: string | undefined;
  /** DT_RUNPATH. */
  readonly runPath?: string | undefined;
  /** DT_TEXTREL. */
  readonly textRelocations?: boolean | undefined;
}

/** The smallest shared object with these entries: header, one PT_LOAD, one PT_DYNAMIC, dynamic section, string table. */
export function elfBytes(spec: ElfSpec = {}): Buffer {
  const { bits = 64, endianness = 'little', machine = 62, needed = [], soname, runPath } = spec;
  const wide = bits === 64;
  const word = wide ? 8 : 4;
  const headerSize = wide ? 64 : 52;
  const segmentSize = wide ? 56 : 32;
  const names = [...needed, ...[soname, runPath].filter((each) => each !== undefined)];
  const strings = Buffer.from(`\0${names.map((each) => `${each}\0`).join('')}`);
  const dynamicAt = headerSize + 2 * segmentSize;
  const dynamicSize = (names.length + 2 + (spec.textRelocations ? 1 : 0)) * 2 * word;
  const stringsAt = dynamicAt + dynamicSize;
  const base = 0x10000;
  const bytes = Buffer.alloc(stringsAt + strings.length);
  strings.copy(bytes, stringsAt);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = endianness === 'little';
  const half = (at: number, value: number) => view.setUint16(at, value, little);
  const int = (at: number, value: number) => view.setUint32(at, value, little);
  const native = (at: number, value: number) => (wide ? view.setBigUint64(at, BigInt(value), little) : int(at, value));
  bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1]);
  half(16, 3);
  half(18, machine);
  native(wide ? 32 : 28, headerSize);
  half(wide ? 54 : 42, segmentSize);
  half(wide ? 56 : 44, 2);
  const segment = (index: number, type: number, offset: number, size: number) => {
    const at = headerSize + index * segmentSize;
    int(at, type);
    native(at + (wide ? 8 : 4), offset);
    native(at + (wide ? 16 : 8), base + offset);
    native(at + (wide ? 32 : 16), size);
  };
  segment(0, 1, 0, bytes.length);
  segment(1, 2, dynamicAt, dynamicSize);
  let entry = dynamicAt;
  const dynamic = (tag: number, value: number) => {
    native(entry, tag);
    native(entry + word, value);
    entry += 2 * word;
  };
  let name = 1;
  for (const each of needed) {
    dynamic(1, name);
    name += Buffer.byteLength(each) + 1;
  }
  if (soname !== undefined) {
    dynamic(14, name);
    name += Buffer.byteLength(soname) + 1;
  }
  if (runPath !== undefined) dynamic(29, name);
  if (spec.textRelocations) dynamic(22, 0);
  dynamic(5, base + stringsAt);
  dynamic(0, 0);
  return bytes;
}
