import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { InternalError } from '../base/stx-error.ts';
import type { AssignOperator } from '../language/statements.ts';
import type { BaseReads } from './base-reads.ts';
import type { Datastore, VariableEvent, WritableDatastore } from './datastore.ts';
import { type NamedValue, oldOverrideSyntax, replacedName } from './datastore-messages.ts';
import { DatastoreReader } from './datastore-reader.ts';
import type { InlineEvaluator } from './inline-evaluator.ts';
import { isActive, overriddenNames, type PendingOperator, splitPendingName } from './overrides.ts';
import type { WrittenOut } from './value-explanation.ts';
import { emptyVariable, type OverrideForm, ownText, type Variable, withEntry, withoutEntry } from './variable.ts';
import { withEvent } from './variable-history.ts';

/** A value with what history says about the write. */
interface Write {
  readonly value: string;
  readonly operation: VariableEvent['operation'];
  readonly span: Span | undefined;
  /** What history shows when it is not the value that results: the text on the right side. */
  readonly written?: string;
  readonly object?: unknown;
}

/** The writable view of a datastore. BitBake: DataSmart's write side, and DataNode for the operators. */
export class DatastoreBuilder extends DatastoreReader implements WritableDatastore {
  #sealed = false;
  readonly #writtenOut = new Map<string, WrittenOut>();

  /** A place in the order of all writes. */
  mark(): number {
    return this.nextSequence();
  }

  noteWrittenOut(name: string, note: WrittenOut): void {
    this.#writtenOut.set(name, note);
  }

  writtenOut(name: string): WrittenOut | undefined {
    return this.#writtenOut.get(name);
  }

  assign(name: string, operator: AssignOperator, value: string, span?: Span): void {
    if (operator === '??=') {
      this.#update(name, { operation: operator, value, span }, (variable) => ({
        ...variable,
        fallback: { text: value, span },
      }));
      this.#register(name);
      return;
    }
    if (operator === '=') {
      this.#write(name, { value, operation: operator, span });
      return;
    }
    const known = this.variable(name);
    const current = known === undefined ? undefined : ownText(known, false);
    if (operator === '?=' && current !== undefined) {
      this.#update(name, { operation: operator, value, span }, (variable) => variable);
      return;
    }
    const result = this.#operate(operator, current, { value, label: `${name}[:=]` });
    this.#write(name, { value: result, operation: operator, span, written: value });
  }

  assignFlag(name: string, flag: string, operator: AssignOperator, value: string, span?: Span): void {
    const event = { operation: operator, flag, value, span };
    if (operator === '??=') {
      this.#update(name, event, (variable) => ({
        ...variable,
        flagFallbacks: withEntry(variable.flagFallbacks, flag, value),
      }));
      return;
    }
    const current = this.variable(name)?.flags.get(flag);
    const result =
      operator === '?=' && current !== undefined
        ? current
        : this.#operate(operator, current, { value, label: `${name}[:=]` });
    this.#update(name, event, (variable) => withFlag(variable, flag, result));
  }

  unset(name: string, span?: Span): void {
    this.#update(name, { operation: 'unset', value: '', span }, (variable) => ({
      ...emptyVariable,
      history: variable.history,
    }));
    for (const { shorter, override } of overriddenNames(name)) this.#forgetForm(shorter, { name, override });
  }

  unsetFlag(name: string, flag: string, span?: Span): void {
    if (!this.variable(name)?.flags.has(flag)) return;
    this.#update(name, { operation: 'unset', flag, value: '', span }, (variable) => ({
      ...variable,
      flags: withoutEntry(variable.flags, flag),
      flagFallbacks: withoutEntry(variable.flagFallbacks, flag),
      flagObjects: variable.flagObjects && withoutEntry(variable.flagObjects, flag),
    }));
  }

  set(name: string, value: string, span?: Span): void {
    this.#rejectOldSyntax(name, span);
    if (splitPendingName(name) === undefined) this.#dropPending(name, span);
    this.#write(name, { value, operation: '=', span });
  }

  setFlag(name: string, flag: string, value: string, span?: Span): void {
    this.#update(name, { operation: 'flag', flag, value, span }, (variable) => withFlag(variable, flag, value));
  }

  setObject(name: string, object: unknown, shown: string, span?: Span): void {
    if (splitPendingName(name) === undefined) this.#dropPending(name, span);
    this.#write(name, { value: shown, object, operation: '=', span });
  }

  setFlagObject(name: string, flag: string, object: unknown, shown: string): void {
    this.#update(name, undefined, (variable) => ({
      ...withFlag(variable, flag, shown),
      flagObjects: withEntry(variable.flagObjects, flag, object),
    }));
  }

  rename(from: string, to: string, span?: Span): void {
    if (from === to) return;
    const old = this.variable(from);
    if (old === undefined) return;
    const text = (old.content ?? old.fallback)?.text;
    const pending = old.append.length + old.prepend.length + old.remove.length > 0;
    if (text === undefined && !pending && old.forms === undefined) return;
    const place = span ?? (old.content ?? old.fallback)?.span;
    this.#update(to, undefined, (variable) => ({ ...variable, history: [...variable.history, ...old.history] }));
    if (text !== undefined) this.#write(to, { value: text, operation: 'renamed', span: place });
    this.#update(to, undefined, (variable) => ({
      ...variable,
      append: [...variable.append, ...old.append],
      prepend: [...variable.prepend, ...old.prepend],
      remove: [...variable.remove, ...old.remove],
    }));
    if (old.forms !== undefined) this.#renameForms(old.forms, from, to);
    if (text === undefined) this.#register(to);
    this.unset(from, span);
  }

  expandNames(): readonly Diagnostic[] {
    const renamed: { readonly from: string; readonly to: string }[] = [];
    for (const from of this.presentReferences()) {
      const to = this.expand(from, `the name ${from}`);
      if (to !== from) renamed.push({ from, to });
    }
    const diagnostics: Diagnostic[] = [];
    for (const { from, to } of renamed.sort((a, b) => (a.from < b.from ? -1 : 1))) {
      const [written, expanded] = [this.#namedValue(from), this.#namedValue(to)];
      if (written && expanded) diagnostics.push(replacedName(written, expanded));
      this.rename(from, to);
    }
    return diagnostics;
  }

  #namedValue(name: string): NamedValue | undefined {
    const value = this.getUnexpanded(name);
    return value === undefined ? undefined : { name, value, span: this.definition(name) };
  }

  /** Whether writes are over. */
  get isSealed(): boolean {
    return this.#sealed;
  }

  fork(): DatastoreBuilder {
    return new DatastoreBuilder(this);
  }

  forkRecording(reads: BaseReads): DatastoreBuilder {
    return new DatastoreBuilder(this, reads);
  }

  seal(): Datastore {
    this.#sealed = true;
    return this;
  }

  /** Puts a record in place as it is. */
  load(name: string, variable: Variable): void {
    this.replace(name, variable);
  }

  /** Sets what the engine itself knows; no operators, no place. */
  give(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      this.#write(name, { value, operation: 'given', span: undefined });
    }
  }

  #operate(
    operator: Exclude<AssignOperator, '??='>,
    current: string | undefined,
    right: { readonly value: string; readonly label: string },
  ): string {
    const before = current ?? '';
    switch (operator) {
      case '=':
      case '?=':
        return right.value;
      case ':=':
        return this.expand(right.value, right.label);
      case '+=':
        return `${before} ${right.value}`;
      case '=+':
        return `${right.value} ${before}`;
      case '.=':
        return before + right.value;
      case '=.':
        return right.value + before;
    }
  }

  #write(name: string, write: Write): void {
    if (write.operation !== 'given') this.#rejectOldSyntax(name, write.span);
    const pending = splitPendingName(name);
    if (pending !== undefined) {
      this.#writePending(pending, write);
      return;
    }
    const event = { operation: write.operation, value: write.written ?? write.value, span: write.span };
    this.#update(name, event, (variable) => ({
      ...variable,
      content: { text: write.value, span: write.span, ...(write.object === undefined ? {} : { object: write.object }) },
    }));
    this.#register(name);
  }

  #writePending(
    target: { readonly base: string; readonly operator: PendingOperator; readonly override: string | undefined },
    { value, span }: Write,
  ): void {
    const { base, operator, override } = target;
    this.#update(base, { operation: operator, override, value, span }, (variable) => ({
      ...variable,
      [operator]: [...variable[operator], { text: value, override }],
    }));
    this.#register(base);
  }

  /** `d.setVar` forgets pending operators, unsets the override forms in force and no longer looks at any. */
  #dropPending(name: string, span: Span | undefined): void {
    const variable = this.variable(name);
    if (variable === undefined) return;
    for (const form of variable.forms ?? []) {
      if (isActive(form.override, this.activeOverrides())) this.unset(form.name, span);
    }
    this.#update(name, undefined, (now) => ({ ...now, append: [], prepend: [], remove: [], forms: undefined }));
  }

  #register(name: string): void {
    for (const { shorter, override } of overriddenNames(name)) {
      if (this.variable(shorter)?.forms?.some((form) => form.name === name)) continue;
      this.#update(shorter, undefined, (variable) => ({
        ...variable,
        forms: [...(variable.forms ?? []), { name, override }],
      }));
    }
  }

  #forgetForm(name: string, gone: OverrideForm): void {
    if (this.variable(name)?.forms === undefined) return;
    this.#update(name, undefined, (variable) => ({
      ...variable,
      forms: variable.forms?.filter((form) => form.name !== gone.name || form.override !== gone.override),
    }));
  }

  #renameForms(forms: readonly OverrideForm[], from: string, to: string): void {
    const renamed = forms.map((form) => ({ name: form.name.replaceAll(from, to), override: form.override }));
    this.#update(to, undefined, (variable) => ({ ...variable, forms: renamed }));
    for (const form of forms) this.rename(form.name, form.name.replaceAll(from, to));
  }

  #rejectOldSyntax(name: string, span: Span | undefined): void {
    if (/_(?:append|prepend|remove)/.test(name) && !name.startsWith('__anon_')) throw oldOverrideSyntax(name, span);
  }

  #update(name: string, event: VariableEvent | undefined, change: (variable: Variable) => Variable): void {
    if (this.#sealed) throw new InternalError(`\`${name}\` is written after the datastore was sealed`);
    const overwrites = event?.operation === '=' && event.flag === undefined && event.override === undefined;
    const changed = change((overwrites ? this.variableToOverwrite(name) : this.variable(name)) ?? emptyVariable);
    this.replace(name, event === undefined ? changed : withEvent(changed, { sequence: this.nextSequence(), event }));
  }
}

function withFlag(variable: Variable, flag: string, value: string): Variable {
  const { flagObjects } = variable;
  return {
    ...variable,
    flags: withEntry(variable.flags, flag, value),
    ...(flagObjects?.has(flag) ? { flagObjects: withoutEntry(flagObjects, flag) } : {}),
  };
}

/** An empty datastore that knows only what the engine gives. */
export function createDatastore(options: {
  readonly evaluator: InlineEvaluator;
  readonly given?: Readonly<Record<string, string>>;
}): WritableDatastore {
  const builder = new DatastoreBuilder(options.evaluator);
  builder.give(options.given ?? {});
  return builder;
}

/** An open copy of a datastore, sealed or not. */
export function forkOf(datastore: Datastore): WritableDatastore {
  if (!(datastore instanceof DatastoreBuilder)) throw new InternalError('only a datastore of ours can be copied');
  return datastore.fork();
}

/** A datastore that code may write to: `datastore` itself while it is open, else a copy whose writes are lost with it. */
export function writableView(datastore: Datastore): WritableDatastore {
  if (!(datastore instanceof DatastoreBuilder)) throw new InternalError('only a datastore of ours can be written');
  return datastore.isSealed ? datastore.fork() : datastore;
}

/** `base` as if `values` had been set last, as a task sees it; `base` itself stays as it is. */
export function overlayDatastore(base: Datastore, values: Readonly<Record<string, string>>): Datastore {
  return writableOverlay(base, values).seal();
}

/** The same, still open. */
export function writableOverlay(base: Datastore, values: Readonly<Record<string, string>>): WritableDatastore {
  if (!(base instanceof DatastoreBuilder)) throw new InternalError('only a datastore of ours can be overlaid');
  const builder = base.fork();
  for (const [name, value] of Object.entries(values)) builder.set(name, value);
  return builder;
}

/** The unexpanded texts of the removals that took a word out of `name`: part of what a signature covers. */
export function appliedRemovals(datastore: Datastore, name: string): readonly string[] {
  return datastore instanceof DatastoreBuilder ? datastore.appliedRemovals(name) : [];
}
