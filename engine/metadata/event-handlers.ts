import { StxError } from '../base/stx-error.ts';
import type { WritableDatastore } from '../datastore/datastore.ts';
import { createEvent, eventName, setEventData } from '../python/events.ts';
import type { Value } from '../python/values/value.ts';
import type { HostedEvaluation } from './hosted-evaluation.ts';
import { bodyOf, pythonRuntime } from './python-code.ts';

/**
 * Makes the functions that `addhandler` named so far take part in events. A handler stays what it was when it was first
 * registered. Throws StxError when there is no such function. BitBake: event.register.
 */
export function registerHandlers(evaluation: HostedEvaluation): void {
  const { datastore, registered } = evaluation;
  for (const [name, span] of evaluation.handlers) {
    if (registered.has(name)) continue;
    const body = datastore.flagUnexpanded(name, 'func') === undefined ? undefined : bodyOf(name, datastore);
    if (body === undefined) {
      const help = `define it: \`python ${name}() { ... }\``;
      throw StxError.of('unknown-handler', `there is no function \`${name}\` to handle events`, { span, help });
    }
    const words = (datastore.flag(name, 'eventmask') ?? '').split(/\s+/).filter((word) => word !== '');
    registered.set(name, { body, mask: new Set(words.includes('*') ? [] : words) });
  }
}

/** Runs the handlers of an event in the order in which they were registered. Throws StxError and RecipeSkipped. */
export function fireEvent(evaluation: HostedEvaluation, event: Value, datastore: WritableDatastore): void {
  const name = eventName(event);
  setEventData(event, datastore);
  for (const { body, mask } of evaluation.registered.values()) {
    if (mask.size > 0 && !mask.has(name)) continue;
    pythonRuntime().execute(body, { datastore, host: evaluation.host, names: new Map([['e', event]]) });
  }
}

/** Fires an event of the engine; `fields` are its attributes. */
export function fire(evaluation: HostedEvaluation, name: string, fields: Readonly<Record<string, Value>> = {}): void {
  if (evaluation.registered.size === 0) return;
  fireEvent(evaluation, createEvent(name, fields), evaluation.datastore);
}

/** Does something for the configuration; what goes wrong is reported. */
export function reported(evaluation: HostedEvaluation, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    for (const each of error.diagnostics) evaluation.report(each);
  }
}
