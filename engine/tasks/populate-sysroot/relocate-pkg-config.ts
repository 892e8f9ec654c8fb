import { posix } from 'node:path';

/**
 * The text of a `.pc` file for a sysroot: its compiler and linker flags lead into the tree that the file itself lies in
 * (by `pcfiledir`), wherever that is; its variables keep the values of the target system, which programs install by. `path` is the place of
 * the file below the tree. Flags that are relative to the file already stay. See pkg-config(1), pc(5).
 */
export function relocatePkgConfig(text: string, path: string): string {
  const folder = posix.dirname(posix.join('/', path));
  const root = `\${pcfiledir}${folder === '/' ? '' : folder.replaceAll(/\/[^/]+/g, '/..')}`;
  const variables = new Map<string, string>();
  return text.replaceAll(/^.*$/gm, (line) => {
    const [, name = '', value = ''] = /^\s*([A-Za-z0-9_.]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== '') variables.set(name, expand(value, variables));
    const [, field = '', flags = ''] = /^(\s*(?:Cflags|CFlags|Libs)(?:\.private)?\s*:)(.*)$/.exec(line) ?? [];
    if (field === '') return line;
    return (
      field +
      flags.replaceAll(/(^|\s)(-I|-L|-isystem\s+|)(\S+)/g, (word, space: string, option: string, place: string) =>
        leadsToRoot(place, option, variables) ? `${space}${option}${root}${place}` : word,
      )
    );
  });
}

/** An absolute path of the target system: of a flag that takes one, or of a library that is named by its file. */
function leadsToRoot(place: string, option: string, variables: ReadonlyMap<string, string>): boolean {
  const meant = expand(place, variables);
  return meant.startsWith('/') && (option !== '' || !place.startsWith('-'));
}

function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{([^}]+)\}/g, (word, name: string) => variables.get(name) ?? word);
}
