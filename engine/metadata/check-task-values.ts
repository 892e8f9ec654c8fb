import type { Diagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { locateError } from '../datastore/datastore-messages.ts';
import { shellFailure } from '../functions/check-shell.ts';
import { isExported, isFunction, isPython, words } from '../functions/function-flags.ts';
import { shellCommands } from '../functions/shell-commands.ts';
import { parseExpansion } from '../language/expansion.ts';
import { checkPythonSyntax } from '../python/check-python.ts';
import { pythonReferences } from '../python/variable-references.ts';
import { taskTypeTable } from '../task-types/task-type-table.ts';
import { bodyOf } from './python-code.ts';
import { readRevisions } from './source-revisions.ts';
import { textReferences } from './text-references.ts';

/** What tasks take in, and who is told of a problem. */
export interface TaskTexts {
  readonly tasks: Iterable<string>;
  /** Variables that shell functions find in their environment, if they are exported in the end. */
  readonly exported: Iterable<string>;
  readonly report: (diagnostic: Diagnostic) => void;
}

/**
 * Expands all that the tasks of a recipe take in, and reports each value that cannot be had and each function that bash or
 * Python cannot read. It follows the rules of signatures, but names as they are written: what it misses shows when signatures are made.
 * BitBake: data.generate_dependencies, when a recipe is parsed. An expression outside of our Python fails when it is needed.
 */
export function checkTaskValues(datastore: Datastore, texts: TaskTexts): void {
  new TaskValueChecker(datastore, texts).check();
}

const nothing: ReadonlySet<string> = new Set();

class TaskValueChecker {
  readonly #datastore: Datastore;
  readonly #texts: TaskTexts;
  readonly #ignored: ReadonlySet<string>;
  readonly #excludedFlags: ReadonlySet<string>;
  readonly #seen = new Set<string>();
  readonly #pending: string[] = [];
  readonly #reported = new Set<string>();
  #exported: readonly string[] | undefined;
  #hasReadSources = false;

  constructor(datastore: Datastore, texts: TaskTexts) {
    this.#datastore = datastore;
    this.#texts = texts;
    this.#ignored = new Set(words(datastore.get('BB_BASEHASH_IGNORE_VARS')));
    this.#excludedFlags = new Set(words(datastore.get('BB_SIGNATURE_EXCLUDE_FLAGS')));
  }

  check(): void {
    this.#add([...this.#texts.tasks].reverse(), nothing);
    for (let name = this.#pending.pop(); name !== undefined; name = this.#pending.pop()) {
      const flagged = /^(.+)\[([^\]]+)\]$/.exec(name);
      const variable = flagged?.[1] ?? name;
      const flag = flagged?.[2];
      this.#attempt(variable, () => (flag === undefined ? this.#variable(name) : this.#flag(variable, flag)));
    }
  }

  #attempt(name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StxError)) throw error;
      const hasPlace = error.diagnostics[0]?.span !== undefined;
      const located = hasPlace ? error : locateError(error, name, this.#datastore.definition(name));
      for (const each of (located as StxError).diagnostics) this.#report(each);
    }
  }

  #report(diagnostic: Diagnostic): void {
    const { code, span, message } = diagnostic;
    if (code === 'unsupported-python') return;
    const key = `${code} ${span?.source.path} ${span?.start} ${message}`;
    if (!this.#reported.has(key)) this.#texts.report(diagnostic);
    this.#reported.add(key);
  }

  #add(names: Iterable<string>, exclusions: ReadonlySet<string>): void {
    for (const name of names) {
      if (this.#seen.has(name) || exclusions.has(name) || this.#ignored.has(name)) continue;
      this.#seen.add(name);
      this.#pending.push(name);
    }
  }

  #flag(name: string, flag: string): void {
    const text = this.#datastore.flagUnexpanded(name, flag);
    if (text === undefined) return;
    this.#follow(text, nothing);
    if (text.includes('${')) this.#datastore.flag(name, flag);
  }

  #variable(name: string): void {
    const flags = this.#datastore.flags(name);
    if (flags.size === 0) this.#value(name, nothing);
    else this.#flagged(name, flags);
  }

  #value(name: string, exclusions: ReadonlySet<string>): void {
    const text = this.#datastore.getUnexpanded(name);
    if (text === undefined || !text.includes('${')) return;
    this.#follow(text, exclusions);
    this.#expanded(name, text);
  }

  /** The final value; when it cannot be had, each expression of the text by itself tells why. */
  #expanded(name: string, text: string): string | undefined {
    let value: string | undefined;
    this.#attempt(name, () => {
      value = this.#datastore.get(name) ?? '';
    });
    if (value !== undefined) return value;
    for (const part of parseExpansion(text)) {
      if (part.kind === 'inline') this.#attempt(name, () => this.#datastore.expand(`\${@${part.code}}`, name));
    }
    return undefined;
  }

  #flagged(name: string, flags: ReadonlyMap<string, string>): void {
    const datastore = this.#datastore;
    const list = (flag: string): readonly string[] => (flags.has(flag) ? words(datastore.flag(name, flag)) : []);
    const exclusions = new Set(list('vardepsexclude'));
    this.#add(list('vardeps'), exclusions);
    // Flags count themselves when the configuration lists those that do not.
    for (const flag of this.#excludedFlags.size === 0 ? [] : flags.keys()) {
      if (!this.#excludedFlags.has(flag)) this.#add([`${name}[${flag}]`], exclusions);
    }
    const builtin = taskTypeTable.get(flags.get('builtin') ?? '');
    if (builtin?.readsLocalSources) this.#sources();
    if (builtin !== undefined) this.#add(builtin.variables, exclusions);
    else if (flags.has('vardepvalue')) datastore.flag(name, 'vardepvalue');
    else if (isFunction(datastore, name))
      this.#code(name, [...list('prefuncs'), ...list('postfuncs'), ...list('exports')], exclusions);
    else this.#value(name, exclusions);
  }

  /** Revisions of sources are named by variables that no text names. */
  #sources(): void {
    if (this.#hasReadSources) return;
    this.#hasReadSources = true;
    this.#attempt('SRC_URI', () => readRevisions(this.#datastore));
  }

  #code(name: string, around: readonly string[], exclusions: ReadonlySet<string>): void {
    this.#add(around, exclusions);
    const text = this.#datastore.getUnexpanded(name);
    if (text === undefined) return;
    if (isPython(this.#datastore, name)) this.#python(name, text, exclusions);
    else {
      this.#follow(text, exclusions);
      const expanded = this.#expanded(name, text);
      if (expanded !== undefined) this.#shell(name, expanded, exclusions);
    }
  }

  #python(name: string, text: string, exclusions: ReadonlySet<string>): void {
    const body = bodyOf(name, this.#datastore);
    if (body !== undefined && text.trim() !== '') checkPythonSyntax(body);
    this.#addReferences(pythonReferences(text), exclusions);
  }

  #shell(name: string, expanded: string, exclusions: ReadonlySet<string>): void {
    this.#exported ??= [...this.#texts.exported].filter((each) => isExported(this.#datastore, each));
    this.#add(this.#exported, exclusions);
    const failure = shellFailure(name, expanded, this.#datastore);
    if (failure !== undefined) throw failure;
    this.#addFunctions(shellCommands(expanded), exclusions);
  }

  #follow(text: string, exclusions: ReadonlySet<string>): void {
    this.#addReferences(textReferences(text), exclusions);
  }

  #addReferences(
    found: {
      readonly variables: Iterable<string>;
      readonly functions: Iterable<string>;
      readonly flagsOf: Iterable<string>;
    },
    exclusions: ReadonlySet<string>,
  ): void {
    for (const each of found.variables)
      this.#add([each.includes('${') ? this.#datastore.expand(each) : each], exclusions);
    this.#addFunctions(found.functions, exclusions);
    for (const each of found.flagsOf) {
      if (this.#ignored.has(each)) continue;
      this.#add(
        [...this.#datastore.flags(each).keys()].map((flag) => `${each}[${flag}]`),
        exclusions,
      );
    }
  }

  #addFunctions(names: Iterable<string>, exclusions: ReadonlySet<string>): void {
    for (const each of names)
      if (!this.#seen.has(each) && isFunction(this.#datastore, each)) this.#add([each], exclusions);
  }
}
