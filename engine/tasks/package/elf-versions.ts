/** Reads numbers in the file's own width and byte order. */
export interface ElfReader {
  readonly wide: boolean;
  /** Of the file, in bytes. */
  readonly size: number;
  half(offset: number): number;
  word(offset: number): number;
  /** An address or offset: 8 bytes in 64-bit files, else 4. */
  native(offset: number): number;
}

/** Symbol versions that an ELF file needs of each library, and those that it defines itself. */
export interface SymbolVersions {
  /** One element per library, in the order of the file. */
  readonly needed: readonly { readonly soname: string; readonly versions: readonly string[] }[];
  /** Without the base version, which is the name of the library. */
  readonly defined: readonly string[];
}

const DT_VERDEF = 0x6ffffffc;
const DT_VERDEFNUM = 0x6ffffffd;
const DT_VERNEED = 0x6ffffffe;
const DT_VERNEEDNUM = 0x6fffffff;
const VER_FLG_BASE = 1;

/** The dynamic section as far as versions need it. */
interface DynamicView {
  values(tag: number): readonly number[];
  offsetOf(address: number): number;
  nameAt(offset: number): string;
}

/** Reads the sections .gnu.version_r and .gnu.version_d by their entries in the dynamic section (LSB, symbol versioning). */
export function readVersions(reader: ElfReader, view: DynamicView): SymbolVersions {
  return { needed: readNeeded(reader, view), defined: readDefined(reader, view) };
}

function readNeeded(reader: ElfReader, view: DynamicView): SymbolVersions['needed'] {
  const result: { soname: string; versions: readonly string[] }[] = [];
  for (const at of chain(reader, { view, table: DT_VERNEED, count: DT_VERNEEDNUM, next: 12 })) {
    const versions: string[] = [];
    let aux = at + reader.word(at + 8);
    for (let left = reader.half(at + 2); left > 0; left -= 1) {
      versions.push(view.nameAt(reader.word(aux + 8)));
      const step = reader.word(aux + 12);
      if (step === 0) break;
      aux += step;
    }
    result.push({ soname: view.nameAt(reader.word(at + 4)), versions });
  }
  return result;
}

function readDefined(reader: ElfReader, view: DynamicView): readonly string[] {
  const result: string[] = [];
  for (const at of chain(reader, { view, table: DT_VERDEF, count: DT_VERDEFNUM, next: 16 })) {
    if ((reader.half(at + 2) & VER_FLG_BASE) !== 0) continue;
    result.push(view.nameAt(reader.word(at + reader.word(at + 12))));
  }
  return result;
}

/** Places of the entries of a list whose entries hold, at `next`, how far the following one is. */
function* chain(
  reader: ElfReader,
  list: { readonly view: DynamicView; readonly table: number; readonly count: number; readonly next: number },
): Generator<number> {
  const address = list.view.values(list.table)[0];
  if (address === undefined) return;
  let at = list.view.offsetOf(address);
  for (let left = list.view.values(list.count)[0] ?? 0; left > 0; left -= 1) {
    yield at;
    const step = reader.word(at + list.next);
    if (step === 0) return;
    at += step;
  }
}
