import { compareCodePoints } from '../base/canonical-json.ts';
import type { PathReplacer } from '../base/project-paths.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { appliedRemovals } from '../datastore/datastore-builder.ts';
import { locateError } from '../datastore/datastore-messages.ts';
import { shellFailure } from '../functions/check-shell.ts';
import { exportedVariables, isFunction, isPython, isSwitchedOn, words } from '../functions/function-flags.ts';
import { shellCommands } from '../functions/shell-commands.ts';
import { functionsAround } from '../functions/shell-script.ts';
import type { MetadataInputs } from '../messages/task-inputs.ts';
import type { TaskType } from '../task-types/task-type.ts';
import { InlineValues } from './inline-values.ts';
import { sourceIdentity } from './source-identity.ts';
import { noUses, pythonUses, type TextUses, textUses } from './text-uses.ts';

/** What one variable, function or `VAR[flag]` contributes to a base hash. */
interface Contribution {
  readonly value: string | null;
  readonly dependencies: ReadonlySet<string>;
  /** The exported variables, for a shell function: they count where it runs as a shell text. */
  readonly environment: ReadonlySet<string>;
  /** Values of inline expressions that neither the text nor what it names tell. */
  readonly hidden?: string | undefined;
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
  readonly #exported: ReadonlySet<string>;
  readonly #inlineValues: InlineValues;
  readonly #known = new Map<string, Contribution>();

  /**
   * `ignored` is BB_BASEHASH_IGNORE_VARS as the configuration has it: as in BitBake, a recipe cannot change it. Without it the
   * recipe's own value is taken.
   */
  constructor(datastore: Datastore, replacePaths: PathReplacer, ignored?: string) {
    this.#datastore = datastore;
    this.#replacePaths = replacePaths;
    this.#names = new Set(datastore.names());
    this.#ignored = new Set(words(ignored ?? datastore.get('BB_BASEHASH_IGNORE_VARS')));
    this.#excludedFlags = new Set(words(datastore.get('BB_SIGNATURE_EXCLUDE_FLAGS')));
    this.#exported = new Set(exportedVariables(datastore));
    this.#inlineValues = new InlineValues(datastore, this.#ignored);
  }

  /** What the text of a task says, and what it runs in; `type` is the record of a built-in task. */
  task(name: string, type: TaskType | undefined): MetadataInputs {
    const around = this.#reachable(this.#surroundings(name, type));
    const text = this.text(name, type);
    if (isSwitchedOn(this.#datastore, name, 'noexec')) return { ...text, surroundings: around };
    const own = type === undefined ? [name] : [];
    // The identity of the sources is made from values already.
    const told = type?.readsLocalSources ? ['SRC_URI'] : [];
    const names = [...own, ...Object.keys(text.variables).filter((each) => !told.includes(each))];
    return { ...text, surroundings: this.#withHidden(around, names) };
  }

  /** Values that no text tells stand beside what a task runs in: BitBake's base hash has no place for them. */
  #withHidden(around: MetadataInputs['surroundings'], names: readonly string[]): MetadataInputs['surroundings'] {
    const found: Record<string, string | null> = { ...around };
    for (const name of new Set([...names, ...Object.keys(around)])) {
      const { hidden } = this.#contribution(name);
      if (hidden === undefined) continue;
      const text = around[name] ?? undefined;
      found[name] = text === undefined ? hidden : `${text}\n${hidden}`;
    }
    return found;
  }

  /** What the text of a task says: all that BitBake's base hash takes in. */
  text(name: string, type?: TaskType): Pick<MetadataInputs, 'body' | 'variables'> {
    if (type !== undefined) {
      const { value, dependencies } = this.#builtin(name, type);
      const steps = this.#kept(new Set(functionsAround(name, this.#datastore).flat()), this.#excludedBy(name));
      const around = this.#reachable(steps);
      if (!namesSources(type, dependencies))
        return { body: value, variables: { ...this.#reachable(dependencies, false), ...around } };
      const others = new Set([...dependencies].filter((each) => each !== 'SRC_URI'));
      const identity = this.#hide(sourceIdentity(this.#datastore));
      return { body: value, variables: { ...this.#reachable(others, false), ...around, SRC_URI: identity } };
    }
    const own = this.#contribution(name);
    return { body: own.value, variables: this.#reachable(new Set([...own.dependencies, ...own.environment])) };
  }

  /** The names and all that they use, directly or not, with what they contribute; a built-in task has its own environment. */
  #reachable(names: ReadonlySet<string>, withEnvironment = true): Readonly<Record<string, string | null>> {
    const variables: Record<string, string | null> = {};
    const pending = [...names];
    const seen = new Set(pending);
    for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
      const { value, dependencies, environment } = this.#contribution(each);
      variables[each] = value;
      for (const next of withEnvironment ? [...dependencies, ...environment] : dependencies) {
        if (seen.has(next)) continue;
        seen.add(next);
        pending.push(next);
      }
    }
    return variables;
  }

  /** What the functions of a task run in: their root, for Python their environment. */
  #surroundings(task: string, type: TaskType | undefined): ReadonlySet<string> {
    const datastore = this.#datastore;
    const hasBody = type === undefined && datastore.getUnexpanded(task) !== undefined;
    const functions = [...(hasBody ? [task] : []), ...(hasBody || type ? functionsAround(task, datastore).flat() : [])];
    if (isSwitchedOn(datastore, task, 'noexec') || functions.length === 0) return nothing;
    const names = ['SANDBOX_ROOT', 'BB_DEFAULT_UMASK'];
    // A shell function counts its environment itself; Python has it too, and the programs that it starts.
    if (functions.some((name) => isPython(datastore, name))) names.push(...this.#exported);
    return this.#kept(new Set(names.filter((each) => this.#names.has(each))), this.#excludedBy(task));
  }

  #excludedBy(name: string): ReadonlySet<string> {
    return new Set(words(this.#datastore.flag(name, 'vardepsexclude')));
  }

  #contribution(name: string): Contribution {
    const known = this.#known.get(name);
    if (known) return known;
    const flagged = /^(.+)\[([^\]]+)\]$/.exec(name);
    const variable = flagged?.[1] ?? name;
    try {
      const made = flagged ? this.#flag(variable, flagged[2] ?? '') : this.#variable(name);
      this.#known.set(name, made);
      return made;
    } catch (error) {
      throw locateError(error, variable, this.#datastore.definition(variable));
    }
  }

  #flag(name: string, flag: string): Contribution {
    const text = this.#datastore.flagUnexpanded(name, flag) ?? null;
    const uses = text === null ? noUses : textUses(text, this.#datastore, `${name}[${flag}]`);
    const dependencies = this.#kept(this.#used(uses, nothing), nothing);
    return { value: this.#hide(text), dependencies, environment: nothing, hidden: this.#hidden(text, nothing) };
  }

  #variable(name: string): Contribution {
    const exclusions = this.#excludedBy(name);
    const { value, uses, calls } = this.#read(name);
    const dependencies = this.#used(uses, calls);
    for (const each of this.#declared(name)) dependencies.add(each);
    let text = value;
    if (text !== null) text = this.#withContains(this.#cut(name, text), uses, exclusions);
    const environment = this.#kept(this.#environment(name), exclusions);
    const hidden = uses === noUses || isPython(this.#datastore, name) ? undefined : this.#hidden(value, exclusions);
    return { value: this.#hide(text), dependencies: this.#kept(dependencies, exclusions), environment, hidden };
  }

  #hidden(text: string | null, exclusions: ReadonlySet<string>): string | undefined {
    const value = text === null ? undefined : this.#inlineValues.of(text, exclusions);
    return value === undefined ? undefined : this.#replacePaths(value);
  }

  /** A built-in task: its declared variables stand for its text. */
  #builtin(name: string, type: TaskType): Contribution {
    const exclusions = this.#excludedBy(name);
    const dependencies = new Set<string>(declaredVariables(type, this.#datastore));
    for (const each of this.#declared(name)) dependencies.add(each);
    const kept = this.#kept(dependencies, exclusions);
    return { value: `builtin:${type.name}`, dependencies: kept, environment: nothing };
  }

  /** Every shell function may look at every exported variable. */
  #environment(name: string): ReadonlySet<string> {
    const datastore = this.#datastore;
    if (!isFunction(datastore, name) || isPython(datastore, name)) return nothing;
    return datastore.flagUnexpanded(name, 'vardepvalue') === undefined ? this.#exported : nothing;
  }

  #read(name: string): Reading {
    const datastore = this.#datastore;
    const replaced = datastore.flag(name, 'vardepvalue');
    if (replaced !== undefined) return { value: replaced, uses: noUses, calls: nothing };
    const text = datastore.getUnexpanded(name);
    if (text === undefined) return { value: null, uses: noUses, calls: nothing };
    if (isPython(datastore, name)) return { value: text, uses: pythonUses(text), calls: nothing };
    const removals = appliedRemovals(datastore, name);
    const uses = textUses([text, ...removals].join('\n'), datastore, name);
    const value = [text, ...removals.map((each) => `removed: ${each}`)].join('\n');
    if (!isFunction(datastore, name)) return { value, uses, calls: nothing };
    const failure = shellFailure(name, removals.length > 0 ? (datastore.get(name) ?? '') : uses.expanded, datastore);
    if (failure !== undefined) throw failure;
    return { value, uses, calls: shellCommands(uses.expanded) };
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

  /** What flags add: vardeps, functions around a function whose text counts, flags that count themselves. */
  #declared(name: string): readonly string[] {
    const datastore = this.#datastore;
    const added = words(datastore.flag(name, 'vardeps'));
    if (isFunction(datastore, name) && datastore.flagUnexpanded(name, 'vardepvalue') === undefined) {
      for (const flag of ['prefuncs', 'postfuncs', 'exports']) added.push(...words(datastore.flag(name, flag)));
    }
    if (this.#excludedFlags.size === 0) return added;
    for (const flag of datastore.flags(name).keys()) if (!this.#excludedFlags.has(flag)) added.push(`${name}[${flag}]`);
    return added;
  }

  #kept(dependencies: ReadonlySet<string>, exclusions: ReadonlySet<string>): ReadonlySet<string> {
    return new Set([...dependencies].filter((each) => !exclusions.has(each) && !this.#ignored.has(each)));
  }

  #cut(name: string, value: string): string {
    const excluded = this.#datastore.flagUnexpanded(name, 'vardepvalueexclude');
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

function namesSources(type: TaskType, dependencies: ReadonlySet<string>): boolean {
  return type.readsLocalSources === true && dependencies.has('SRC_URI');
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
