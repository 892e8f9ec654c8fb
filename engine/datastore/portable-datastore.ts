import { InternalError } from '../base/stx-error.ts';
import type { Datastore, WritableDatastore } from './datastore.ts';
import { DatastoreBuilder } from './datastore-builder.ts';
import type { InlineEvaluator } from './inline-evaluator.ts';
import type { PlacedText, Variable } from './variable.ts';

/** A datastore as plain data that may cross a thread: values, flags, pending operators and override forms, no places. */
export interface PortableDatastore {
  readonly variables: readonly (readonly [string, Variable])[];
  readonly filters: ReadonlyMap<string, string>;
}

/** The plain data of a datastore. What Python set to an object of its own is carried as the text that shows it. */
export function exportDatastore(datastore: Datastore): PortableDatastore {
  if (!(datastore instanceof DatastoreBuilder)) throw new InternalError('only a datastore of ours can be exported');
  const variables = [...datastore.records()].map(([name, variable]) => [name, portable(variable)] as const);
  return { variables, filters: datastore.filters() };
}

/** A datastore that reads the same, to be written to; history and places are empty. */
export function importDatastore(data: PortableDatastore, evaluator: InlineEvaluator): WritableDatastore {
  const builder = new DatastoreBuilder(evaluator);
  for (const [name, variable] of data.variables) builder.load(name, variable);
  for (const [name, expression] of data.filters) builder.setFilter(name, expression);
  return builder;
}

function portable(variable: Variable): Variable {
  const { flagObjects, ...rest } = variable;
  return {
    ...rest,
    content: withoutPlace(variable.content),
    fallback: withoutPlace(variable.fallback),
    history: [],
    ...(flagObjects === undefined
      ? {}
      : { flagObjects: new Map([...flagObjects].filter(([, each]) => isPlain(each))) }),
  };
}

function withoutPlace(placed: PlacedText | undefined): PlacedText | undefined {
  if (placed === undefined) return undefined;
  const { text, object } = placed;
  return { text, span: undefined, ...(isPlain(object) && object !== undefined ? { object } : {}) };
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}
