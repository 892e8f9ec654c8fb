/** Kinds of neutral names: pkg-config modules, projects of the Python package index, programs, words of ours. */
export const vendorNameKinds: readonly string[] = ['pc', 'py', 'cmd', 'pkg'];

/** Looks up what an operating system calls something: the value of `NAME[flag]`, `undefined` when it is not set. */
export type NameLookup = (table: string, name: string) => string | undefined;

/** The table with the names of a kind: `PACKAGE_NAME_PC`. */
export function nameTable(kind: string): string {
  return `PACKAGE_NAME_${kind.toUpperCase()}`;
}

/**
 * What the vendor calls it: words of packages or of what packages provide, none where its base has it. First the row of the
 * kind's table, then the pattern of PACKAGE_NAME_DEFAULT with `%s`; `undefined` when neither says.
 */
export function translateName(kind: string, name: string, lookup: NameLookup): readonly string[] | undefined {
  const wanted = kind === 'py' ? normalizedProject(name) : name;
  const row = lookup(nameTable(kind), wanted);
  if (row !== undefined) return words(row);
  const pattern = lookup('PACKAGE_NAME_DEFAULT', kind);
  return pattern === undefined || pattern.trim() === '' ? undefined : words(pattern.replaceAll('%s', wanted));
}

/** A project name of the Python package index in the one form that counts. Source: PEP 503. */
function normalizedProject(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
