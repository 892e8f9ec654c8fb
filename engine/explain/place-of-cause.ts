import type { Span } from '../base/source-text.ts';
import type { Datastore, VariableEvent } from '../datastore/datastore.ts';
import { valueExplainer } from '../datastore/explain-value.ts';

/** Where something was written; lines count from one, and there is none for a file as a whole. */
export interface CausePlace {
  readonly file: string;
  readonly line?: number | undefined;
}

/** The place at which a span starts. */
export function placeOf(span: Span | undefined): CausePlace | undefined {
  return span && { file: span.source.path, line: span.source.position(span.start).line };
}

/**
 * Where the present value of a name of a signature (`A`, `A[flag]`, `A:override`) was written: of several operations in
 * force the last one that gives something that the value did not hold before. A name without a value has the place that
 * took it away.
 */
export function placeOfName(
  datastore: Datastore,
  name: string,
  before: string | null | undefined,
): CausePlace | undefined {
  const [, variable = name, flag] = /^(.+)\[([^\]]+)\]$/.exec(name) ?? [];
  if (flag !== undefined) {
    return placeOf(datastore.history(variable).findLast((event) => event.flag === flag && event.span)?.span);
  }
  const events = valueExplainer(datastore)(variable).history.filter(({ event }) => event.flag === undefined);
  const counting = events.filter(({ counts, event }) => counts && event.span).map(({ event }) => event);
  const fresh = counting.filter((event) => isNew(event, before ?? ''));
  const last = fresh.at(-1) ?? counting.at(-1) ?? events.findLast(({ event }) => event.span)?.event;
  return placeOf(last?.span ?? datastore.definition(variable));
}

function isNew({ value, operation }: VariableEvent, before: string): boolean {
  return operation === 'remove' ? !before.includes(`removed: ${value}`) : !before.includes(value.trim());
}

/** Where a file is named: the last operation on one of the variables, or on a flag of one, whose text holds the name. */
export function placeOfFileName(
  datastore: Datastore,
  name: string,
  where: readonly { readonly variable: string; readonly flag?: string | undefined }[],
): CausePlace | undefined {
  const file = name.slice(name.lastIndexOf('/') + 1);
  for (const { variable, flag } of where) {
    const events = datastore.history(variable).filter((event) => event.flag === flag && event.span);
    const event = events.findLast(({ value }) => value.includes(file)) ?? events.at(-1);
    if (event !== undefined) return placeOf(event.span);
  }
  return undefined;
}
