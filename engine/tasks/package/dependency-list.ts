import { StxError } from '../../base/stx-error.ts';

const operators: Readonly<Record<string, string>> = {
  '<': '<<',
  '>': '>>',
  '<<': '<<',
  '>>': '>>',
  '<=': '<=',
  '>=': '>=',
  '=': '=',
};

/** A name, perhaps `(op version)`, perhaps `|` when an alternative follows. */
const element = /\s*([^\s,()|]+)(?:\s*\(\s*(<<|>>|<=|>=|=|<|>)\s*([^\s()]+)\s*\))?(?:\s*(\|)|[\s,]*)/y;

/**
 * Takes apart a run-time dependency list (`a b (>= 1.2) c | d`, commas allowed) into one element per dependency;
 * `rename` gives the name that the package manager sees.
 */
export function parseDependencyList(text: string, rename: (name: string) => string, variable: string): string[] {
  const list = text.trim();
  const result: string[] = [];
  let alternatives: string[] = [];
  let at = 0;
  while (at < list.length) {
    element.lastIndex = at;
    const found = element.exec(list);
    if (found === null) throw badList(variable, list);
    at = element.lastIndex;
    const [, name = '', operator, version, more] = found;
    alternatives.push(rename(name) + (operator === undefined ? '' : ` (${operators[operator]} ${version})`));
    if (more !== undefined) continue;
    result.push(alternatives.join(' | '));
    alternatives = [];
  }
  if (alternatives.length > 0) throw badList(variable, list);
  return [...new Set(result)];
}

function badList(variable: string, text: string): StxError {
  return StxError.of('bad-package-metadata', `\`${variable}\` is not a list of packages: \`${text}\``, {
    setting: { variable },
    help: 'write `name`, `name (>= version)` or `name | name`, blanks between them',
  });
}
