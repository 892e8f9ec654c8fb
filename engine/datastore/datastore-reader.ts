import type { Span } from '../base/source-text.ts';
import type { StxError } from '../base/stx-error.ts';
import type { BaseReads } from './base-reads.ts';
import type { Datastore, VariableEvent } from './datastore.ts';
import { isCutShort, locateError, locateInline, recursiveReference, unstableOverrides } from './datastore-messages.ts';
import { expandText } from './expand.ts';
import type { InlineEvaluator } from './inline-evaluator.ts';
import {
  type ActiveOverrides,
  applyPending,
  isActive,
  isInForce,
  noOverrides,
  parseOverrides,
  removeWords,
  strongestForm,
} from './overrides.ts';
import { isPresent, ownText, type Variable } from './variable.ts';
import { mergeHistory } from './variable-history.ts';
import { VariableTable } from './variable-table.ts';

/** A final value, and the removals that took words out of it: they hold for the variable it stands in for, too. */
interface FinalValue {
  readonly value: string | undefined;
  readonly removals: ReadonlySet<string>;
}

const nothingRemoved: ReadonlySet<string> = new Set();
const noValue: FinalValue = { value: undefined, removals: nothingRemoved };
const maxOverrideRounds = 5;

/**
 * The reading side of a datastore: override order, pending operators, expansion, memory of expanded values.
 * Records are immutable and maps are copied before a write, so a fork shares everything until one side changes.
 */
export abstract class DatastoreReader implements Datastore {
  readonly #evaluator: InlineEvaluator;
  readonly #variables: VariableTable;
  #sequence: number;
  /** Expanded values; replaced, never emptied, because forks share it. */
  #finals: Map<string, FinalValue>;
  #overrides: ActiveOverrides | undefined;
  /** Names without override parts that OVERRIDES was computed from. */
  #overrideNames: ReadonlySet<string>;
  #reads: Set<string> | undefined;
  #filters: ReadonlyMap<string, string> = new Map();
  #attached: object | undefined;
  /** What is being expanded, outermost first. */
  #trail: string[] = [];

  /** With `reads`, everything that is taken from `origin` is noted there, and `origin` must not change any more. */
  constructor(origin: InlineEvaluator | DatastoreReader, reads?: BaseReads) {
    if (origin instanceof DatastoreReader) {
      this.#evaluator = origin.#evaluator;
      this.#variables = reads === undefined ? origin.#variables.copy() : new VariableTable(origin.#variables, reads);
      this.#sequence = origin.#sequence;
      const settled = origin.#reads === undefined && reads === undefined;
      this.#finals = settled ? origin.#finals : new Map();
      this.#overrides = settled ? origin.#overrides : undefined;
      this.#overrideNames = origin.#overrideNames;
      this.#filters = origin.#filters;
      this.#attached = origin.#attached;
      this.#trail = [...origin.#trail];
    } else {
      this.#evaluator = origin;
      this.#variables = new VariableTable();
      this.#sequence = 0;
      this.#finals = new Map();
      this.#overrides = undefined;
      this.#overrideNames = new Set();
    }
  }

  get attached(): object | undefined {
    return this.#attached;
  }

  get(name: string): string | undefined {
    return this.#final(name).value;
  }

  getUnexpanded(name: string): string | undefined {
    this.#note(name);
    return this.#unexpanded(name).text;
  }

  flag(name: string, flag: string): string | undefined {
    const text = this.flagUnexpanded(name, flag);
    return text === undefined ? undefined : this.#expandFor(`${name}[${flag}]`, text);
  }

  flagUnexpanded(name: string, flag: string): string | undefined {
    this.#note(name);
    const variable = this.#variables.get(name);
    return variable?.flags.get(flag) ?? variable?.flagFallbacks.get(flag);
  }

  flags(name: string): ReadonlyMap<string, string> {
    const variable = this.#variables.get(name);
    const all = new Map([...(variable?.flagFallbacks ?? []), ...(variable?.flags ?? [])]);
    for (const flag of all.keys()) if (/^[_:]/.test(flag)) all.delete(flag);
    return all;
  }

  names(): readonly string[] {
    const forms = new Set<string>();
    for (const [, variable] of this.#variables) for (const form of variable.forms ?? []) forms.add(form.name);
    return this.presentNames()
      .filter((name) => !forms.has(name) && (!name.includes(':') || isPresentIn(this.#variables, name)))
      .sort();
  }

  objectOf(name: string, flag?: string): unknown {
    const variable = this.#variables.get(name);
    if (flag !== undefined) return variable?.flagObjects?.get(flag);
    if (variable?.content?.object === undefined || this.#unexpanded(name).text !== ownText(variable)) return undefined;
    return variable.content.object;
  }

  getStrong(name: string, expand: boolean): string | undefined {
    const { text } = this.#unexpanded(name, false);
    return text !== undefined && expand ? this.#expandFor(name, text) : text;
  }

  hasOverrides(name: string): boolean {
    return this.#variables.get(name)?.forms !== undefined;
  }

  keys(): readonly string[] {
    return this.presentNames().sort();
  }

  /** As `names`, override forms included, in no order. */
  presentNames(): string[] {
    this.#variables.noteAll();
    const active = this.activeOverrides();
    const found: string[] = [];
    for (const [name, variable] of this.#variables) if (isInForce(variable, active)) found.push(name);
    return found;
  }

  expand(text: string, where = 'a text'): string {
    return this.#expandText(text, where);
  }

  /** The texts of the removals, those of the override form in force included, that took a word out of the final value. */
  appliedRemovals(name: string): readonly string[] {
    const removes = this.#variables.get(name)?.remove.length ?? 0;
    const form = this.#variables.get(name)?.forms?.length ?? 0;
    return removes + form === 0 ? [] : [...this.#final(name).removals];
  }

  overrides(): readonly string[] {
    return this.activeOverrides().list;
  }

  history(name: string): readonly VariableEvent[] {
    return mergeHistory(name, this.#variables);
  }

  definition(name: string): Span | undefined {
    const variable = this.#variables.get(name);
    if (variable === undefined) return undefined;
    const form = variable.forms === undefined ? undefined : strongestForm(variable.forms, this.activeOverrides());
    if (form !== undefined && form !== name) {
      const span = this.definition(form);
      if (span !== undefined) return span;
    }
    const own = (variable.content ?? variable.fallback)?.span;
    return (
      own ?? variable.history.find(({ event }) => event.flag === undefined && event.span !== undefined)?.event.span
    );
  }

  /** OVERRIDES in force; found by expanding it with itself until it settles. */
  activeOverrides(): ActiveOverrides {
    return this.#overrides ?? this.#settleOverrides();
  }

  /** The record of one name. */
  variable(name: string): Variable | undefined {
    return this.#variables.get(name);
  }

  /** As `variable`, for a write that puts another value in place. */
  protected variableToOverwrite(name: string): Variable | undefined {
    return this.#variables.getToOverwrite(name);
  }

  /** The names of `presentNames` that hold a reference. */
  protected presentReferences(): readonly string[] {
    const names = this.#variables.namesWithReferences();
    if (names.length === 0) return names;
    const active = this.activeOverrides();
    return names.filter((name) => {
      const variable = this.#variables.get(name);
      return variable !== undefined && isInForce(variable, active);
    });
  }

  /** All records, those of override forms that are not in force included. */
  records(): VariableTable {
    return this.#variables;
  }

  /** The filter expressions in force, by variable. */
  filters(): ReadonlyMap<string, string> {
    return this.#filters;
  }

  /** Number of the next event. */
  protected nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** The only write: puts a record in place and forgets what was computed from the old one. */
  protected replace(name: string, variable: Variable): void {
    this.#variables.set(name, variable);
    this.#finals = new Map();
    if (this.#overrides !== undefined && this.#overrideNames.has(baseOf(name))) this.#overrides = undefined;
  }

  /** See WritableDatastore. */
  attach(value: object): void {
    this.#attached = value;
    this.#finals = new Map();
  }

  /** See WritableDatastore. */
  setFilter(name: string, expression: string | undefined): void {
    const filters = new Map(this.#filters);
    if (expression) filters.set(name, expression);
    else filters.delete(name);
    this.#filters = filters;
    this.#finals = new Map();
  }

  #final(name: string): FinalValue {
    this.#note(name);
    const known = this.#finals.get(name);
    if (known !== undefined) return known;
    const { text, inherited } = this.#unexpanded(name);
    const memory = this.#finals;
    const final = text === undefined ? noValue : this.#finish(name, text, inherited);
    if (memory === this.#finals) memory.set(name, final);
    return final;
  }

  /** Overrides and pending texts put together; `inherited` are the removals of the form that won. */
  #unexpanded(
    name: string,
    withFallback = true,
  ): { readonly text: string | undefined; readonly inherited: ReadonlySet<string> } {
    const variable = this.#variables.get(name);
    if (variable === undefined) return { text: undefined, inherited: nothingRemoved };
    let text: string | undefined;
    let inherited = nothingRemoved;
    if (variable.forms !== undefined && variable.forms.length > 0) {
      const form = strongestForm(variable.forms, this.activeOverrides());
      if (form !== undefined) {
        const chosen = this.#unexpanded(form);
        text = chosen.text;
        const removes = (this.#variables.get(form)?.remove.length ?? 0) > 0 || chosen.inherited.size > 0;
        if (removes) inherited = this.#final(form).removals;
      }
    }
    text ??= ownText(variable, withFallback);
    return { text: applyPending(text, variable, () => this.activeOverrides()), inherited };
  }

  #finish(name: string, text: string, inherited: ReadonlySet<string>): FinalValue {
    const final = this.#withoutRemoved(name, text, inherited);
    const filter = this.#filters.size === 0 ? undefined : this.#filters.get(baseOf(name));
    if (filter === undefined || !final.value || this.#evaluator.filter === undefined) return final;
    return { ...final, value: this.#evaluator.filter(filter, final.value, { datastore: this, where: name }) };
  }

  #withoutRemoved(name: string, text: string, inherited: ReadonlySet<string>): FinalValue {
    const value = this.#expandFor(name, text);
    const variable = this.#variables.get(name);
    if (value === '' || (inherited.size === 0 && (variable?.remove.length ?? 0) === 0)) {
      return { value, removals: nothingRemoved };
    }
    const removals = new Map<string, ReadonlySet<string>>();
    const texts = (variable?.remove ?? [])
      .filter(({ override }) => override === undefined || isActive(override, this.activeOverrides()))
      .map((each) => each.text);
    for (const each of [...inherited, ...texts]) removals.set(each, wordsOf(this.#expandText(each, name)));
    const removed = removeWords(value, removals);
    return { value: removed.value, removals: removed.hits };
  }

  #expandFor(label: string, text: string): string {
    if (!text.includes('${')) return text;
    if (this.#trail.includes(label)) throw this.#recursion(label);
    this.#trail.push(label);
    try {
      return this.#expandText(text, label);
    } catch (error) {
      throw locateError(error, label, this.#placeOf(label));
    } finally {
      this.#trail.pop();
    }
  }

  #expandText(text: string, label: string): string {
    if (!text.includes('${')) return text;
    return expandText(text, {
      reference: (name) => {
        if (this.#trail.includes(name)) throw this.#recursion(name);
        return this.get(name);
      },
      inline: (code) => this.#inline(code, label),
    });
  }

  #inline(code: string, label: string): string | undefined {
    try {
      return this.#evaluator.evaluate(code, this, label);
    } catch (error) {
      // BitBake leaves the text as it is then.
      if (isCutShort(error)) return undefined;
      const name = label.replace(/\[.*\]$/, '');
      throw locateInline(error, code, this.history(name));
    }
  }

  #recursion(name: string): StxError {
    const trail = [...this.#trail.slice(this.#trail.indexOf(name)), name];
    return recursiveReference(trail, this.#placeOf(name));
  }

  #placeOf(label: string): Span | undefined {
    const flagged = /^(.*)\[(.*)\]$/.exec(label);
    if (flagged === null) return this.definition(label);
    const events = this.#variables.get(flagged[1] ?? '')?.history ?? [];
    return events.findLast(({ event }) => event.flag === flagged[2])?.event.span;
  }

  #settleOverrides(): ActiveOverrides {
    const trail = this.#trail;
    const outerReads = this.#reads;
    const reads = new Set(['OVERRIDES', 'FILE']);
    this.#trail = [];
    this.#reads = reads;
    try {
      const settled = this.#iterateOverrides();
      this.#overrideNames = reads;
      this.#overrides = settled;
      return settled;
    } catch (error) {
      this.#overrides = undefined;
      this.#finals = new Map();
      throw error;
    } finally {
      this.#trail = trail;
      this.#reads = outerReads;
    }
  }

  #iterateOverrides(): ActiveOverrides {
    let current = this.#tryOverrides(noOverrides);
    const tried: string[] = [];
    for (let round = 0; round < maxOverrideRounds; round++) {
      const next = this.#tryOverrides(current);
      if (next.list.join(':') === current.list.join(':')) return current;
      tried.push(next.list.join(':'));
      current = next;
    }
    this.#overrides = noOverrides;
    throw unstableOverrides(tried.slice(-2), this.#variables.get('OVERRIDES')?.content?.span);
  }

  #tryOverrides(assumed: ActiveOverrides): ActiveOverrides {
    this.#overrides = assumed;
    this.#finals = new Map();
    return parseOverrides(this.get('OVERRIDES'));
  }

  #note(name: string): void {
    this.#reads?.add(baseOf(name));
  }
}

function isPresentIn(variables: VariableTable, name: string): boolean {
  const variable = variables.get(name);
  return variable !== undefined && isPresent(variable);
}

function baseOf(name: string): string {
  const at = name.indexOf(':');
  return at === -1 ? name : name.slice(0, at);
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((each) => each !== ''));
}
