import { InternalError } from '../base/stx-error.ts';
import type { Datastore, VariableEvent, WritableDatastore } from './datastore.ts';
import { DatastoreBuilder } from './datastore-builder.ts';
import { DeferredDatastore } from './deferred-datastore.ts';
import { isActive, strongestForm } from './overrides.ts';
import type { ShapingEvent, ValueExplanation, ValueForm, ValuePart, ValueRemoval } from './value-explanation.ts';
import { ownText, type PendingText, type RecordedEvent, type Variable } from './variable.ts';

/** Gives a function that says how the value of a variable came about. */
export function valueExplainer(of: Datastore): (name: string) => ValueExplanation {
  const datastore = of instanceof DeferredDatastore ? of.real : of;
  if (!(datastore instanceof DatastoreBuilder)) throw new InternalError('only a datastore of ours can be explained');
  const written = writtenNames(datastore);
  return (name) => explain(datastore, name, written);
}

type WrittenNames = ReadonlyMap<string, readonly string[]>;

/** Names by the part before their first colon. */
function writtenNames(datastore: DatastoreBuilder): WrittenNames {
  const names = new Map<string, string[]>();
  for (const [name] of datastore.records()) {
    const group = names.get(stem(name));
    if (group) group.push(name);
    else names.set(stem(name), [name]);
  }
  return names;
}

function stem(name: string): string {
  return name.split(':', 1)[0] ?? name;
}

/**
 * Sets a variable to a text that says the same with its references expanded (`d.setVar` by the engine itself): its
 * value is explained by what was written before.
 */
export function writeOut(datastore: WritableDatastore, name: string, text: string): void {
  if (!(datastore instanceof DatastoreBuilder)) throw new InternalError('only a datastore of ours can be written out');
  const before = compose(datastore, name);
  const first = datastore.mark();
  datastore.set(name, text, datastore.definition(name));
  datastore.noteWrittenOut(name, { before, first, last: datastore.mark(), text });
}

function explain(datastore: DatastoreBuilder, name: string, written: WrittenNames): ValueExplanation {
  const noted = datastore.writtenOut(name);
  const isWrittenOut = noted !== undefined && datastore.getUnexpanded(name) === noted.text;
  const now = isWrittenOut ? noted.before : compose(datastore, name);
  const counting = new Set([...now.parts, ...now.removals].flatMap((each) => each.event ?? []));
  const history = historyOf(datastore, namesBelow(name, written), counting);
  const own = isWrittenOut
    ? history.filter(({ sequence }) => sequence < noted.first || sequence > noted.last)
    : history;
  return { ...now, history: own.map(({ sequence: _, ...rest }) => rest) };
}

function compose(datastore: DatastoreBuilder, name: string): Omit<ValueExplanation, 'history'> {
  const { parts, removals, winners } = chosenParts(datastore, name);
  const unexpanded = datastore.getUnexpanded(name);
  const whole = parts.map((each) => each.text).join('');
  const known = unexpanded === undefined ? [] : whole === unexpanded ? parts : [{ text: unexpanded, event: undefined }];
  return {
    forms: formsOf(datastore, name, winners),
    parts: known.filter((each) => each.text !== ''),
    removals,
  };
}

interface Chosen {
  readonly parts: readonly ValuePart[];
  readonly removals: readonly ValueRemoval[];
  readonly winners: ReadonlySet<string>;
}

/** As DatastoreReader puts a value together: the strongest form or the own text, then what is appended and prepended. */
function chosenParts(datastore: DatastoreBuilder, name: string): Chosen {
  const variable = datastore.variable(name);
  if (variable === undefined) return { parts: [], removals: [], winners: new Set() };
  const active = datastore.activeOverrides();
  const form = variable.forms === undefined ? undefined : strongestForm(variable.forms, active);
  const hasForm = form !== undefined && form !== name && datastore.getUnexpanded(form) !== undefined;
  const inner = hasForm ? chosenParts(datastore, form) : undefined;
  const pending = (operation: 'append' | 'prepend' | 'remove'): readonly ValuePart[] =>
    withEvents(variable[operation], operation, variable.history).filter(({ override }) => isActive(override, active));
  return {
    parts: [...pending('prepend').toReversed(), ...(inner?.parts ?? ownParts(variable)), ...pending('append')],
    removals: [...(inner?.removals ?? []), ...pending('remove')],
    winners: new Set([...(hasForm ? [form] : []), ...(inner?.winners ?? [])]),
  };
}

/** The content of a variable cut into what each assignment gave: read backwards from the last one. */
function ownParts(variable: Variable): readonly ValuePart[] {
  const text = ownText(variable);
  if (text === undefined) return [];
  if (variable.content === undefined) {
    return [{ text, event: variable.history.findLast(({ event }) => event.operation === '??=')?.event }];
  }
  const events = variable.history.map(({ event }) => event).filter(isContentEvent);
  return cut(text, effective(events)) ?? [{ text, event: events.at(-1) }];
}

function isContentEvent(event: VariableEvent): boolean {
  return event.flag === undefined && !['append', 'prepend', 'remove', '??=', 'flag'].includes(event.operation);
}

/** Without `?=` that found a value, and without what came before the last `unset`. */
function effective(events: readonly VariableEvent[]): readonly VariableEvent[] {
  let kept: VariableEvent[] = [];
  for (const event of events) {
    if (event.operation === 'unset') kept = [];
    else if (event.operation !== '?=' || kept.length === 0) kept.push(event);
  }
  return kept;
}

/** `undefined` when the events do not give this text: then something else has written it. */
function cut(text: string, events: readonly VariableEvent[]): readonly ValuePart[] | undefined {
  const before: ValuePart[] = [];
  const after: ValuePart[] = [];
  let rest = text;
  for (const event of events.toReversed()) {
    const piece = pieceOf(event);
    if (piece === undefined) {
      // A renamed variable brings its events along: they say more.
      if (event.operation === 'renamed' && events.length > 1) continue;
      return [...before, { text: rest, event }, ...after];
    }
    const part = { text: piece.text, event };
    if (piece.atEnd) after.unshift(part);
    else before.push(part);
    const left = withoutPiece(rest, piece);
    if (left === undefined) return undefined;
    rest = left;
  }
  return rest.trim() === '' ? [...before, { text: rest, event: undefined }, ...after] : undefined;
}

interface Piece {
  readonly text: string;
  readonly atEnd: boolean;
}

function withoutPiece(text: string, piece: Piece): string | undefined {
  if (piece.atEnd) return text.endsWith(piece.text) ? text.slice(0, text.length - piece.text.length) : undefined;
  return text.startsWith(piece.text) ? text.slice(piece.text.length) : undefined;
}

function pieceOf({ operation, value }: VariableEvent): Piece | undefined {
  switch (operation) {
    case '+=':
      return { text: ` ${value}`, atEnd: true };
    case '.=':
      return { text: value, atEnd: true };
    case '=+':
      return { text: `${value} `, atEnd: false };
    case '=.':
      return { text: value, atEnd: false };
    default:
      return undefined;
  }
}

/** The pending texts in force with the events that left them: the last ones of equal text. */
function withEvents(
  pending: readonly PendingText[],
  operation: 'append' | 'prepend' | 'remove',
  history: readonly RecordedEvent[],
): readonly (PendingText & { readonly event: VariableEvent | undefined })[] {
  const events = history.map((each) => each.event).filter((event) => event.operation === operation);
  const matched: (PendingText & { readonly event: VariableEvent | undefined })[] = [];
  for (const each of pending.toReversed()) {
    const at = events.findLastIndex((event) => event.value === each.text && event.override === each.override);
    matched.unshift({ ...each, event: at === -1 ? undefined : events.splice(at, 1)[0] });
  }
  return matched;
}

function formsOf(datastore: DatastoreBuilder, name: string, winners: ReadonlySet<string>): readonly ValueForm[] {
  const active = datastore.activeOverrides();
  return (datastore.variable(name)?.forms ?? []).map((form) => ({
    name: form.name,
    override: form.override,
    active: isActive(form.override, active),
    wins: winners.has(form.name),
  }));
}

/** The name itself and its override forms. */
function namesBelow(name: string, written: WrittenNames): readonly string[] {
  return (written.get(stem(name)) ?? []).filter((each) => each === name || each.startsWith(`${name}:`));
}

function historyOf(
  datastore: DatastoreBuilder,
  names: readonly string[],
  counting: ReadonlySet<VariableEvent>,
): readonly (ShapingEvent & { readonly sequence: number })[] {
  const found: (ShapingEvent & { readonly sequence: number })[] = [];
  for (const name of names) {
    const variable = datastore.variable(name);
    for (const { sequence, event } of variable?.history ?? []) {
      const counts = counting.has(event) || (event.flag !== undefined && isInForce(variable, event));
      found.push({ name, event, counts, sequence });
    }
  }
  return found.sort((a, b) => a.sequence - b.sequence);
}

const adding: ReadonlySet<string> = new Set(['+=', '=+', '.=', '=.', 'append', 'prepend']);
const yielding: ReadonlySet<string> = new Set(['?=', '??=']);

/** Whether an operation on a flag shows in its value: those behind it must add to it, or yield to it. */
function isInForce(variable: Variable | undefined, event: VariableEvent): boolean {
  const own = (variable?.history ?? []).map((each) => each.event).filter((each) => each.flag === event.flag);
  const at = own.indexOf(event);
  if (yielding.has(event.operation) && at > 0 && own[at - 1]?.operation !== 'unset') return false;
  return own.slice(at + 1).every(({ operation }) => adding.has(operation) || yielding.has(operation));
}
