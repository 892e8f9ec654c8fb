import { StxError } from '../../base/stx-error.ts';
import { customaryName } from '../package/package-order.ts';
import type { PackageRecord } from '../package/package-record.ts';
import { normalizedPythonName } from '../package/scan-python.ts';

/** The kinds of neutral names, with the table that translates each. */
const tables = {
  pc: 'PACKAGE_NAME_PC',
  py: 'PACKAGE_NAME_PY',
  cmd: 'PACKAGE_NAME_CMD',
  pkg: 'PACKAGE_NAME_PKG',
} as const;

/** A kind of name that is the same on every system: pkg-config module, Python distribution, program, our own word. */
export type NameKind = keyof typeof tables;

/** What packages are called on the system that is built for. */
export interface PackageNames {
  /** A word of a dependency list -> package names, all of which are needed. Throws `unmapped-name`. */
  namesOf(word: string): readonly string[];
  /** The vendor's names for a neutral name; `undefined` when neither a row nor a pattern gives one. */
  vendor(kind: NameKind, name: string): readonly string[] | undefined;
  /** The same, from a row alone. */
  row(kind: NameKind, name: string): readonly string[] | undefined;
}

/** Names by the packages known here, then by the tables of the system's layer. `variable` reads `NAME` or `NAME[flag]`. */
export function packageNames(variable: (name: string) => string, records: readonly PackageRecord[]): PackageNames {
  const known = new Map(records.map((each) => [each.name, each.package]));
  const row = (kind: NameKind, name: string) => words(variable(`${tables[kind]}[${tableKey(kind, name)}]`));
  const vendor = (kind: NameKind, name: string) => {
    const own = row(kind, name);
    const pattern = variable(`PACKAGE_NAME_DEFAULT[${kind}]`).trim();
    return own ?? (pattern === '' ? undefined : [pattern.replace('%s', tableKey(kind, name))]);
  };
  return {
    row,
    vendor,
    namesOf(word) {
      const neutral = /^vendor:(?:(pc|py|cmd|pkg):)?(.+)$/.exec(word);
      if (neutral === null) return [known.get(word) ?? customaryName(word, variable)];
      const [, kind, name = ''] = neutral;
      if (kind === undefined) return [name];
      const found = vendor(kind as NameKind, name);
      if (found === undefined) throw unmapped(kind as NameKind, name);
      return found;
    },
  };
}

function tableKey(kind: NameKind, name: string): string {
  return kind === 'py' ? normalizedPythonName(name) : name;
}

function words(text: string): readonly string[] | undefined {
  const found = text.split(/\s+/).filter((each) => each !== '');
  return found.length === 0 ? undefined : found;
}

function unmapped(kind: NameKind, name: string): StxError {
  const setting = `${tables[kind]}[${tableKey(kind, name)}]`;
  return StxError.of('unmapped-name', `the system's layer does not say what \`${kind}:${name}\` is called`, {
    setting: { variable: setting },
    help: `add \`${setting} = "PACKAGE"\` to conf/package-names of the layer`,
  });
}
