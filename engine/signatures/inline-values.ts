import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { isFunction, isPython, words } from '../functions/function-flags.ts';
import { parseExpansion } from '../language/expansion.ts';
import { isPureCode } from '../python/purity.ts';
import { type PythonReferences, pythonReferences } from '../python/variable-references.ts';

/** What one expression reads, as far as its text and the functions that it calls tell. */
interface Reads {
  readonly names: ReadonlySet<string>;
  /** It reads a variable whose name is computed, or does more than compute with variables. */
  readonly isOpen: boolean;
  /** What it gives may differ from call to call, or with the number of processors. */
  readonly isVolatile: boolean;
}

/** Names whose values say where a recipe is and how it is chosen: the same in every checkout once paths are taken out. */
const ofRecipe: ReadonlySet<string> = new Set(['FILE', 'OVERRIDES']);
const volatileCode = /\b(?:time|datetime|random|uuid)\.|strftime|gmtime|localtime|getpid|cpu_count|urandom/;

/**
 * Which inline expressions give values that the texts of a signature do not tell: PV that comes of the name of the recipe's
 * file, what a file or a computed name says. Such a value counts itself, unless something is in it that is left
 * out on purpose (BB_BASEHASH_IGNORE_VARS, `[vardepsexclude]`) or that differs from call to call.
 */
export class InlineValues {
  readonly #datastore: Datastore;
  readonly #ignored: ReadonlySet<string>;
  readonly #portable = new Map<string, boolean>();

  constructor(datastore: Datastore, ignored: ReadonlySet<string>) {
    this.#datastore = datastore;
    this.#ignored = ignored;
  }

  /** The values of such expressions in a text, one a line; `undefined` when its parts tell everything. */
  of(text: string, excluded: ReadonlySet<string>): string | undefined {
    if (!text.includes('${@')) return undefined;
    const values = codesOf(text).flatMap((code) => this.#hiddenValue(code, excluded) ?? []);
    return values.length === 0 ? undefined : values.join('\n');
  }

  #hiddenValue(code: string, excluded: ReadonlySet<string>): string | undefined {
    const reads = this.#reads(code);
    const isTold = !reads.isOpen && [...reads.names].every((name) => !excluded.has(name) && !this.#ignored.has(name));
    if (isTold || !this.#isPortable(reads, excluded)) return undefined;
    try {
      return this.#datastore.expand(`\${@${code}}`, 'an inline expression');
    } catch (error) {
      // What cannot be computed here is an error where the value is needed.
      if (error instanceof StxError) return undefined;
      throw error;
    }
  }

  #isPortable({ names, isVolatile }: Reads, excluded: ReadonlySet<string>): boolean {
    return !isVolatile && [...names].every((name) => !excluded.has(name) && this.#isPortableName(name));
  }

  /** Whether the value of a name is to count, and is the same on every machine with the same inputs. */
  #isPortableName(name: string): boolean {
    const known = this.#portable.get(name);
    if (known !== undefined) return known;
    this.#portable.set(name, true);
    const isPortable = this.#ignored.has(name) ? this.#isOfRecipe(name) : this.#isPortableText(name);
    this.#portable.set(name, isPortable);
    return isPortable;
  }

  #isPortableText(name: string): boolean {
    const datastore = this.#datastore;
    const [variable = name, flag] = name.split(/[[\]]/);
    const excluded = new Set(words(datastore.flag(variable, 'vardepsexclude')));
    const text = flag === undefined ? datastore.getUnexpanded(name) : datastore.flagUnexpanded(variable, flag);
    if (text === undefined) return true;
    if (flag === undefined && isFunction(datastore, name))
      return !isPython(datastore, name) || this.#isPortable(this.#reads(text), excluded);
    const plain = referencesOf(text).every((each) => !excluded.has(each) && this.#isPortableName(each));
    return plain && codesOf(text).every((code) => this.#isPortable(this.#reads(code), excluded));
  }

  /** Whether nothing is in the value but what says where the recipe is: FILE, FILE_DIRNAME, THISDIR. */
  #isOfRecipe(name: string): boolean {
    if (ofRecipe.has(name)) return true;
    const text = this.#datastore.getUnexpanded(name) ?? '';
    const reads = codesOf(text).map((code) => this.#reads(code));
    const names = [...referencesOf(text), ...reads.flatMap((each) => [...each.names])];
    const isClosed = reads.every((each) => !each.isVolatile);
    return isClosed && names.length > 0 && names.every((each) => each !== name && this.#isOfRecipe(each));
  }

  #reads(written: string, seen: Set<string> = new Set()): Reads {
    const names = new Set(referencesOf(written));
    const unreadable = { names, isOpen: true, isVolatile: true };
    const code = this.#withoutReferences(written);
    const found = code === undefined ? undefined : referencesIn(code);
    if (code === undefined || found === undefined) return unreadable;
    for (const name of [...found.variables, ...found.contains.keys(), ...found.flagsOf]) names.add(name);
    let isOpen = found.isComputed || !this.#onlyComputes(code, found);
    let isVolatile = volatileCode.test(code);
    for (const called of found.functions) {
      if (seen.has(called) || !isPython(this.#datastore, called)) continue;
      seen.add(called);
      const inner = this.#reads(this.#datastore.getUnexpanded(called) ?? '', seen);
      for (const name of inner.names) names.add(name);
      isOpen ||= inner.isOpen;
      isVolatile ||= inner.isVolatile;
    }
    return { names, isOpen, isVolatile };
  }

  /** The code as it is run: what stands in `${NAME}` becomes part of it. */
  #withoutReferences(code: string): string | undefined {
    if (!code.includes('${')) return code;
    try {
      return this.#datastore.expand(code, 'an inline expression');
    } catch (error) {
      if (error instanceof StxError) return undefined;
      throw error;
    }
  }

  #onlyComputes(code: string, { functions }: PythonReferences): boolean {
    const callsOwn = [...functions].some((name) => isFunction(this.#datastore, name));
    if (callsOwn) return isPureCode(code, this.#datastore);
    const known = computing.get(code) ?? isPureCode(code, this.#datastore);
    if (computing.size >= mostKept) computing.clear();
    computing.set(code, known);
    return known;
  }
}

/** Code that calls no function of a recipe -> whether it only computes. */
const computing = new Map<string, boolean>();
const mostKept = 50_000;

function referencesIn(code: string): PythonReferences | undefined {
  try {
    return pythonReferences(code);
  } catch (error) {
    if (error instanceof StxError) return undefined;
    throw error;
  }
}

/** The outermost expressions of a text, each once. */
function codesOf(text: string): readonly string[] {
  if (!text.includes('${@')) return [];
  return [...new Set(parseExpansion(text).flatMap((part) => (part.kind === 'inline' ? part.code : [])))];
}

/** The names that a text refers to outside and inside of expressions. */
function referencesOf(text: string): readonly string[] {
  return [...text.matchAll(/\$\{([\w\-+./~:]+)\}/g)].map((match) => match[1] ?? '');
}
