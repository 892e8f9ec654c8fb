import { StxError } from '../../base/stx-error.ts';

/** How a version must compare; `<<` and `>>` are the strict ones. */
export type Operator = '<<' | '<=' | '=' | '>=' | '>>';

/** A package by the recipe's word for it (`libx`, `vendor:py:six`), perhaps with a bound on its version. */
export interface Relation {
  readonly name: string;
  readonly operator?: Operator | undefined;
  readonly version?: string | undefined;
}

/** One dependency: any of its alternatives will do, the first is preferred. */
export type Dependency = readonly Relation[];

const operators: Readonly<Record<string, Operator>> = {
  '<': '<<',
  '>': '>>',
  '<<': '<<',
  '>>': '>>',
  '<=': '<=',
  '>=': '>=',
  '=': '=',
};

/** A name, also of rpm's form `python3dist(six)`, perhaps `(op version)`, perhaps `|` when an alternative follows. */
const element =
  /\s*([^\s,()|]+(?:\([^\s,()|<>=]*\))*)(?:\s*\(\s*(<<|>>|<=|>=|=|<|>)\s*([^\s()]+)\s*\))?(?:\s*(\|)|[\s,]*)/y;

/** Takes apart a run-time dependency list (`a b (>= 1.2) c | d`, commas allowed); throws `bad-package-metadata`. */
export function parseDependencyList(text: string, variable: string): readonly Dependency[] {
  const list = text.trim();
  const result = new Map<string, Dependency>();
  let alternatives: Relation[] = [];
  let at = 0;
  while (at < list.length) {
    element.lastIndex = at;
    const found = element.exec(list);
    if (found === null) throw badList(variable, list);
    at = element.lastIndex;
    const [, name = '', operator, version, more] = found;
    alternatives.push(operator === undefined ? { name } : { name, operator: operators[operator], version });
    if (more !== undefined) continue;
    result.set(dependencyText(alternatives), alternatives);
    alternatives = [];
  }
  if (alternatives.length > 0) throw badList(variable, list);
  return [...result.values()];
}

function badList(variable: string, text: string): StxError {
  return StxError.of('bad-package-metadata', `\`${variable}\` is not a list of packages: \`${text}\``, {
    setting: { variable },
    help: 'write `name`, `name (>= version)` or `name | name`, blanks between them',
  });
}

/** `name (op version) | name`, as a recipe writes it and as deb does. */
export function dependencyText(dependency: Dependency): string {
  return dependency.map(relationText).join(' | ');
}

function relationText({ name, operator, version }: Relation): string {
  return operator === undefined ? name : `${name} (${operator} ${version})`;
}
