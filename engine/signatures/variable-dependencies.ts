import { compareCodePoints } from '../base/canonical-json.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { activeRemovals } from '../datastore/datastore-builder.ts';
import type { MetadataInputs } from '../messages/task-inputs.ts';
import type { TaskType } from '../task-types/task-type.ts';
import type { PathReplacer } from './project-paths.ts';
import { shellCommands } from './shell-commands.ts';
import { noUses, pythonUses, type TextUses, textUses } from './text-uses.ts';

/** What one variable, function or `VAR[flag]` contributes to a base hash. */
interface Contribution {
  readonly value: string | null;
  readonly dependencies: ReadonlySet<string>;
}

/** The value of a variable as it counts, with what it uses. */
interface Reading {
  readonly value: string | null;
  readonly uses: TextUses;
  readonly calls: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

/**
 * Finds what the tasks of one recipe take in (BitBake: build_dependencies in data.py): names are followed through
 * references, called functions, vardeps, prefuncs, postfuncs and flags. Results are kept per name.
 */
export class VariableDependencies {
  readonly #datastore: Datastore;
  readonly #replacePaths: PathReplacer;
  readonly #names: ReadonlySet<string>;
  readonly #ignored: ReadonlySet<string>;
  readonly #excludedFlags: ReadonlySet<string>;
  readonly #exported: readonly string[];
  readonly #known = new Map<string, Contribution>();

  constructor(datastore: Datastore, replacePaths: PathReplacer) {
    this.#datastore = datastore;
    this.#replacePaths = replacePaths;
    this.#names = new Set(datastore.names());
    this.#ignored = new Set(words(datastore.get('BB_BASEHASH_IGNORE_VARS')));
    this.#excludedFlags = new Set(words(datastore.get('BB_SIGNATURE_EXCLUDE_FLAGS')));
    this.#exported = exportedVariables(datastore);
  }

  /** What the text of a task says; `type` is the record of a built-in task. */
  task(name: string, type: TaskType | undefined): MetadataInputs {
    const own = type === undefined ? this.#contribution(name) : this.#builtin(name, type);
    const variables: Record<string, string | null> = {};
    const pending = [...own.dependencies, ...(type === undefined ? this.#surroundings(name) : [])];
    const seen = new Set(pending);
    for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
      const { value, dependencies } = this.#contribution(each);
      variables[each] = value;
      for (const next of dependencies) {
        if (seen.has(next)) continue;
        seen.add(next);
        pending.push(next);
      }
    }
    return { body: own.value, variables };
  }

  /** What a shell task runs in: its environment, its root, and the folder it starts in when `[dirs]` does not say. */
  #surroundings(task: string): ReadonlySet<string> {
    const datastore = this.#datastore;
    if (isSet(datastore.flag(task, 'noexec')) || datastore.getUnexpanded(task) === undefined) return nothing;
    const names = ['SANDBOX_ROOT'];
    if (words(datastore.flag(task, 'dirs')).length === 0) names.push('B');
    if (datastore.flagUnexpanded(task, 'vardepvalue') === undefined) names.push(...this.#exported);
    const exclusions = new Set(words(datastore.flag(task, 'vardepsexclude')));
    return this.#kept(new Set(names.filter((each) => this.#names.has(each))), exclusions);
  }

  #contribution(name: string): Contribution {
    const known = this.#known.get(name);
    if (known) return known;
    const flagged = /^(.+)\[([^\]]+)\]$/.exec(name);
    const made = flagged ? this.#flag(flagged[1] ?? '', flagged[2] ?? '') : this.#variable(name);
    this.#known.set(name, made);
    return made;
  }

  #flag(name: string, flag: string): Contribution {
    const text = this.#datastore.flagUnexpanded(name, flag) ?? null;
    const uses = text === null ? noUses : textUses(text, this.#datastore);
    return { value: this.#hide(text), dependencies: this.#kept(this.#used(uses, nothing), nothing) };
  }

  #variable(name: string): Contribution {
    const exclusions = new Set(words(this.#datastore.flag(name, 'vardepsexclude')));
    const { value, uses, calls } = this.#read(name);
    const dependencies = this.#used(uses, calls);
    for (const each of this.#declared(name)) dependencies.add(each);
    let text = value;
    if (text !== null) text = this.#withContains(this.#cut(name, text), uses, exclusions);
    return { value: this.#hide(text), dependencies: this.#kept(dependencies, exclusions) };
  }

  /** A built-in task: its declared variables stand for its text. */
  #builtin(name: string, type: TaskType): Contribution {
    const exclusions = new Set(words(this.#datastore.flag(name, 'vardepsexclude')));
    const dependencies = new Set<string>(declaredVariables(type, this.#datastore));
    for (const each of this.#declared(name)) dependencies.add(each);
    return { value: `builtin:${type.name}`, dependencies: this.#kept(dependencies, exclusions) };
  }

  #read(name: string): Reading {
    const datastore = this.#datastore;
    const replaced = datastore.flag(name, 'vardepvalue');
    if (replaced !== undefined) return { value: replaced, uses: noUses, calls: nothing };
    const text = datastore.getUnexpanded(name);
    if (text === undefined) return { value: null, uses: noUses, calls: nothing };
    if (isPython(datastore, name)) return { value: text, uses: pythonUses(text), calls: nothing };
    const removals = activeRemovals(datastore, name);
    const uses = textUses([text, ...removals].join('\n'), datastore);
    const value = [text, ...removals.map((each) => `removed: ${each}`)].join('\n');
    return { value, uses, calls: isFunction(datastore, name) ? shellCommands(uses.expanded) : nothing };
  }

  #used(uses: TextUses, calls: ReadonlySet<string>): Set<string> {
    const dependencies = new Set(uses.variables);
    for (const called of [...uses.functions, ...calls]) if (this.#names.has(called)) dependencies.add(called);
    for (const variable of uses.flagsOf) {
      if (this.#ignored.has(variable)) continue;
      for (const flag of this.#datastore.flags(variable).keys()) dependencies.add(`${variable}[${flag}]`);
    }
    return dependencies;
  }

  /** What flags add: vardeps, functions around it, flags that count themselves. */
  #declared(name: string): readonly string[] {
    const datastore = this.#datastore;
    const added = words(datastore.flag(name, 'vardeps'));
    for (const flag of ['prefuncs', 'postfuncs']) added.push(...words(datastore.flag(name, flag)));
    if (this.#excludedFlags.size === 0) return added;
    for (const flag of datastore.flags(name).keys()) if (!this.#excludedFlags.has(flag)) added.push(`${name}[${flag}]`);
    return added;
  }

  #kept(dependencies: ReadonlySet<string>, exclusions: ReadonlySet<string>): ReadonlySet<string> {
    return new Set([...dependencies].filter((each) => !exclusions.has(each) && !this.#ignored.has(each)));
  }

  #cut(name: string, value: string): string {
    const excluded = this.#datastore.flag(name, 'vardepvalueexclude');
    if (!excluded) return value;
    return excluded
      .split('|')
      .filter((part) => part !== '')
      .reduce((text, part) => text.replaceAll(part, ''), value);
  }

  /** One line per tested item: only whether it is there counts, not the rest of the list. */
  #withContains(value: string, uses: TextUses, exclusions: ReadonlySet<string>): string {
    let text = value;
    for (const variable of [...uses.contains.keys()].sort(compareCodePoints)) {
      if (exclusions.has(variable) || this.#ignored.has(variable)) continue;
      const present = new Set(words(this.#datastore.get(variable)));
      for (const item of [...(uses.contains.get(variable) ?? [])].sort(compareCodePoints)) {
        const isSet = words(item).every((word) => present.has(word));
        text += `\n${variable}{${item}} = ${isSet ? 'set' : 'unset'}`;
      }
    }
    return text;
  }

  #hide(text: string | null): string | null {
    return text === null ? null : this.#replacePaths(text);
  }
}

/** The names whose values a built-in task gets and that are hashed, flags as `VAR[flag]`. */
export function declaredVariables(type: TaskType, datastore: Datastore): readonly string[] {
  const names = [...type.variables];
  for (const { variable, ending } of type.hashedFlags ?? []) {
    for (const flag of datastore.flags(variable).keys()) if (flag.endsWith(ending)) names.push(`${variable}[${flag}]`);
  }
  if (type.perWord) {
    names.push(type.perWord.list);
    for (const word of new Set(words(datastore.get(type.perWord.list))))
      for (const variable of type.perWord.variables) names.push(`${variable}:${word}`);
  }
  return names;
}

/** Variables that shell tasks find in their environment, in code point order. */
export function exportedVariables(datastore: Datastore): readonly string[] {
  return datastore
    .names()
    .filter((name) => isSet(datastore.flag(name, 'export')) && !isSet(datastore.flag(name, 'unexport')));
}

/** Whether a name is a function, in shell or Python. */
export function isFunction(datastore: Datastore, name: string): boolean {
  return isSet(datastore.flagUnexpanded(name, 'func'));
}

/** Whether a name is a Python function. */
export function isPython(datastore: Datastore, name: string): boolean {
  return isFunction(datastore, name) && isSet(datastore.flagUnexpanded(name, 'python'));
}

/** The words of a list variable. */
export function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/** Whether a varflag that is a switch is on. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0';
}
