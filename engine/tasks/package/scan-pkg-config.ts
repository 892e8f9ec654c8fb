import type { Operator } from './dependency.ts';
import type { NamedThing } from './package-record.ts';

/** What a `.pc` file says of itself and of the modules that it needs, the private ones included. */
export interface PkgConfigFile {
  readonly version: string;
  readonly requires: readonly NamedThing[];
}

const operators: Readonly<Record<string, Operator>> = { '<': '<<', '>': '>>', '<=': '<=', '>=': '>=', '=': '=' };

/** Reads a `.pc` file (pc(5)): variables are put in, lines joined at `\`, comments left out. */
export function parsePkgConfig(text: string): PkgConfigFile {
  const variables = new Map<string, string>();
  const fields = new Map<string, string>();
  const expand = (value: string): string =>
    value.replace(/\$\{([^}]+)\}/g, (_whole, name: string) => variables.get(name) ?? '');
  for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const found = /^\s*([A-Za-z0-9_.]+)\s*([:=])\s*(.*?)\s*$/.exec(line.replace(/(^|\s)#.*$/, ''));
    if (found === null) continue;
    const [, name = '', kind, value = ''] = found;
    if (kind === '=') variables.set(name, expand(value));
    else fields.set(name, expand(value));
  }
  const lists = ['Requires', 'Requires.private'].map((each) => fields.get(each) ?? '');
  return { version: fields.get('Version') ?? '', requires: lists.flatMap(parseModules) };
}

/** `a b >= 1, c = 2`: a name, perhaps an operator and a version. */
function parseModules(text: string): readonly NamedThing[] {
  const words = text.split(/[\s,]+/).filter((each) => each !== '');
  const result: NamedThing[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const name = words[at] ?? '';
    const operator = operators[words[at + 1] ?? ''];
    const version = words[at + 2];
    if (operator === undefined || version === undefined) result.push({ name });
    else {
      result.push({ name, operator, version });
      at += 2;
    }
  }
  return result;
}
