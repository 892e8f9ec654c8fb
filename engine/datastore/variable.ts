import type { Span } from '../base/source-text.ts';
import type { VariableEvent } from './datastore.ts';

/** An event with its place in the order of all writes to a datastore. */
export interface RecordedEvent {
  readonly sequence: number;
  readonly event: VariableEvent;
}

/** A text that `:append`, `:prepend` or `:remove` left for the time of reading; no override means always. */
export interface PendingText {
  readonly text: string;
  readonly override: string | undefined;
}

/** A variable that holds the value of another one under overrides: `A:o1:o2` for `A` is {`A:o1:o2`, `o1:o2`}. */
export interface OverrideForm {
  readonly name: string;
  readonly override: string;
}

/** A value as written, and where. */
export interface PlacedText {
  readonly text: string;
  readonly span: Span | undefined;
  /** What Python code set, when that is no text; then `text` shows it. `null` stands for None: no value. */
  readonly object?: unknown;
}

/** All that is known of one name. Immutable: a write replaces the record, so forks can share it. */
export interface Variable {
  readonly content: PlacedText | undefined;
  /** What `??=` gave: counts only without content. */
  readonly fallback: PlacedText | undefined;
  readonly flags: ReadonlyMap<string, string>;
  readonly flagFallbacks: ReadonlyMap<string, string>;
  /** What Python code set as a flag, when that is no text. */
  readonly flagObjects?: ReadonlyMap<string, unknown> | undefined;
  readonly append: readonly PendingText[];
  readonly prepend: readonly PendingText[];
  readonly remove: readonly PendingText[];
  /** In the order in which they were first written; undefined once `set` or `unset` forgot them. */
  readonly forms: readonly OverrideForm[] | undefined;
  readonly history: readonly RecordedEvent[];
}

/** The record of a name that nobody has written. */
export const emptyVariable: Variable = {
  content: undefined,
  fallback: undefined,
  flags: new Map(),
  flagFallbacks: new Map(),
  append: [],
  prepend: [],
  remove: [],
  forms: undefined,
  history: [],
};

/** Whether anything but history and override forms is left of a variable. */
export function isPresent(variable: Variable): boolean {
  if (variable.content !== undefined || variable.fallback !== undefined) return true;
  if (variable.flags.size + variable.flagFallbacks.size > 0) return true;
  return variable.append.length + variable.prepend.length + variable.remove.length > 0;
}

/** The text of a variable without overrides and pending operators; what Python set to None has none. */
export function ownText(variable: Variable, withFallback = true): string | undefined {
  const placed = variable.content ?? (withFallback ? variable.fallback : undefined);
  return placed?.object === null ? undefined : placed?.text;
}

/** A copy of `map` with one entry more or changed. */
export function withEntry<T>(map: ReadonlyMap<string, T> | undefined, key: string, value: T): ReadonlyMap<string, T> {
  return new Map(map).set(key, value);
}

/** A copy of `map` without one entry; the same map when it has no such entry. */
export function withoutEntry<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
