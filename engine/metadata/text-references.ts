import { type ExpansionPart, parseExpansion } from '../language/expansion.ts';
import { type PythonReferences, pythonReferences } from '../python/variable-references.ts';

/** What a text names, as it is written. */
export interface TextReferences {
  /** Names of variables, and `VAR[flag]` for flags; a name that is itself made of references is a text to expand. */
  readonly variables: readonly string[];
  readonly functions: readonly string[];
  /** Variables all of whose flags count. */
  readonly flagsOf: readonly string[];
}

const nothing: TextReferences = { variables: [], functions: [], flagsOf: [] };
const cache = new Map<string, TextReferences>();
const maxCached = 50_000;

/** The names in the references and the inline code of a value. Throws StxError (`python-syntax`). */
export function textReferences(text: string): TextReferences {
  if (!text.includes('${')) return nothing;
  const known = cache.get(text);
  if (known !== undefined) return known;
  const found = { variables: new Set<string>(), functions: new Set<string>(), flagsOf: new Set<string>() };
  const add = ({ variables, functions, flagsOf }: PythonReferences | TextReferences): void => {
    for (const each of variables) found.variables.add(each);
    for (const each of functions) found.functions.add(each);
    for (const each of flagsOf) found.flagsOf.add(each);
  };
  const visit = (part: ExpansionPart): void => {
    if (part.kind === 'inline') {
      // With references inside it is code only when they are expanded.
      if (!part.code.includes('${')) add(pythonReferences(part.code));
    } else if (part.kind === 'reference') {
      found.variables.add(part.name);
      add(textReferences(part.name));
    }
  };
  for (const part of parseExpansion(text)) visit(part);
  const made = { variables: [...found.variables], functions: [...found.functions], flagsOf: [...found.flagsOf] };
  if (cache.size >= maxCached) cache.clear();
  cache.set(text, made);
  return made;
}
