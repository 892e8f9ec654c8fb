import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { expandText } from '../datastore/expand.ts';
import { pythonReferences } from '../python/variable-references.ts';

/** What a text names. */
export interface TextUses {
  readonly variables: ReadonlySet<string>;
  /** Variables all of whose flags count. */
  readonly flagsOf: ReadonlySet<string>;
  /** Names called from inline Python. */
  readonly functions: ReadonlySet<string>;
  /** Variable -> items that inline Python tests with `contains`, `contains_any` or `filter`. */
  readonly contains: ReadonlyMap<string, ReadonlySet<string>>;
  /** The text with everything expanded: only for finding names. */
  readonly expanded: string;
}

/** A text that names nothing. */
export const noUses: TextUses = {
  variables: new Set(),
  flagsOf: new Set(),
  functions: new Set(),
  contains: new Map(),
  expanded: '',
};

/** What a value or shell text refers to by `${NAME}` and `${@expression}`; names may be made of references; `where` is named in errors. */
export function textUses(text: string, datastore: Datastore, where: string): TextUses {
  if (!text.includes('${')) return { ...noUses, expanded: text };
  const variables = new Set<string>();
  const flagsOf = new Set<string>();
  const functions = new Set<string>();
  const contains = new Map<string, Set<string>>();
  const seenCode = new Set<string>();
  const expanded = expandText(text, {
    reference: (name) => {
      variables.add(name);
      return datastore.get(name);
    },
    inline: (code) => {
      if (!seenCode.has(code)) collect(pythonUses(code), { variables, flagsOf, functions, contains });
      seenCode.add(code);
      return inlineValue(code, datastore, where);
    },
  });
  return { variables, flagsOf, functions, contains, expanded };
}

/** The value only helps to find names made of values; an expression outside our subset fails when its value is needed. */
function inlineValue(code: string, datastore: Datastore, where: string): string {
  try {
    return datastore.expand(`\${@${code}}`, where);
  } catch (error) {
    // A quoted word: it names nothing, and a shell text with it can still be read.
    if (error instanceof StxError && error.diagnostics.every((each) => each.code === 'unsupported-python'))
      return "'?'";
    throw error;
  }
}

/** What Python code refers to, read from its tree. */
export function pythonUses(code: string): TextUses {
  const { variables, flagsOf, functions, contains } = pythonReferences(code);
  const items = new Map([...contains].map(([name, tested]) => [name, new Set(tested)] as const));
  return { variables, flagsOf, functions, contains: items, expanded: code };
}

interface Collected {
  readonly variables: Set<string>;
  readonly flagsOf: Set<string>;
  readonly functions: Set<string>;
  readonly contains: Map<string, Set<string>>;
}

function collect(uses: TextUses, into: Collected): void {
  for (const name of uses.variables) into.variables.add(name);
  for (const name of uses.flagsOf) into.flagsOf.add(name);
  for (const name of uses.functions) into.functions.add(name);
  for (const [name, items] of uses.contains) {
    into.contains.set(name, new Set([...(into.contains.get(name) ?? []), ...items]));
  }
}
