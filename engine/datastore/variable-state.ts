import { InternalError } from '../base/stx-error.ts';
import type { Datastore } from './datastore.ts';
import { DatastoreBuilder } from './datastore-builder.ts';
import type { PendingText, PlacedText, Variable } from './variable.ts';

/**
 * All that a layer over this datastore can find out about a name, as text: equal texts mean equal results. Places and
 * history are not in it. Without `value`, what `=` replaces is left out.
 */
export function variableState(datastore: Datastore, name: string, part: 'all' | 'without-value' = 'all'): string {
  const variable = builderOf(datastore).variable(name);
  return variable === undefined ? '' : stateOf(variable, part);
}

/** As `variableState`, for everything at once: all names with their states, and what belongs to no name. */
export function datastoreState(datastore: Datastore): string {
  const builder = builderOf(datastore);
  const records = [...builder.records()].map(([name, variable]) => [name, stateOf(variable, 'all')] as const);
  return JSON.stringify(records.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What belongs to no single name: filters in force and the names that hold references. */
export function sharedState(datastore: Datastore): string {
  const builder = builderOf(datastore);
  return JSON.stringify([[...builder.filters()], builder.records().namesWithReferences()]);
}

function builderOf(datastore: Datastore): DatastoreBuilder {
  if (datastore instanceof DatastoreBuilder) return datastore;
  throw new InternalError('only a datastore of ours has a state');
}

function stateOf(variable: Variable, part: 'all' | 'without-value'): string {
  const { flags, flagFallbacks, append, prepend, remove, forms } = variable;
  return JSON.stringify([
    part === 'all' ? placed(variable.content) : 0,
    part === 'all' ? placed(variable.fallback) : 0,
    [...flags],
    [...flagFallbacks],
    append.map(pending),
    prepend.map(pending),
    remove.map(pending),
    forms?.map((form) => [form.name, form.override]) ?? 0,
  ]);
}

function placed(text: PlacedText | undefined): readonly unknown[] {
  return text === undefined ? [] : [text.text, text.object === null];
}

function pending({ text, override }: PendingText): readonly unknown[] {
  return override === undefined ? [text] : [text, override];
}
