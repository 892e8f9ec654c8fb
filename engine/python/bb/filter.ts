import { native } from '../values/native.ts';
import { sortedTexts, textOf, words } from '../values/text-methods.ts';
import { iterate, PythonCallable, PythonModule, type Value } from '../values/value.ts';

const functions = [
  native('suffix', 'val suffix', (text, suffix) =>
    words(textOf(text))
      .map((each) => each + textOf(suffix))
      .join(' '),
  ),
  native('prefix', 'val prefix', (text, prefix) =>
    words(textOf(text))
      .map((each) => textOf(prefix) + each)
      .join(' '),
  ),
  native('sort', 'val', (text) => sortWords(textOf(text)).join(' ')),
  native('remove', 'val remove sep?', (text, gone = null, separator = null) => {
    const between = separator === null ? undefined : textOf(separator);
    const split = (each: string): readonly string[] => (between === undefined ? words(each) : each.split(between));
    const removed = new Set(typeof gone === 'string' ? split(gone) : [...iterate(gone)].map((each) => textOf(each)));
    return split(textOf(text))
      .filter((each) => !removed.has(each))
      .join(between ?? ' ');
  }),
];

/** Words in order, repeated ones kept. */
function sortWords(text: string): readonly string[] {
  const all = words(text);
  return sortedTexts(new Set(all)).flatMap((word) => all.filter((each) => each === word));
}

/** Functions that modules of layers made known with `@bb.filter.filter_proc()`. */
const fromLayers = new Map<string, Value>();

/** `bb.filter`: makes functions known to the expressions of `d.setVarFilter`. */
export function filterModule(): PythonModule {
  const decorator = native('filter_proc', 'name?', (name = null) =>
    native('inner', 'func', (made = null) => {
      if (made instanceof PythonCallable) fromLayers.set(name === null ? made.name : textOf(name), made);
      return made;
    }),
  );
  return new PythonModule('bb.filter', { filter_proc: decorator });
}

/** What the expression of `d.setVarFilter` sees: the value as `val`, and the functions made for it. */
export function filterNames(value: string): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ...functions.map((each) => [each.name, each] as const),
    ...fromLayers,
    ['val', value],
  ]);
}

/** Whether every function that an expression calls by its bare name is known so far. */
export function namesFilters(expression: string): boolean {
  const called = [...expression.matchAll(/(?<![\w.])([a-zA-Z_]\w*)\s*\(/g)].map(([, name = '']) => name);
  return called.every((name) => fromLayers.has(name) || functions.some((each) => each.name === name));
}
