import { StxError } from '../base/stx-error.ts';
import { bodyLines } from '../functions/script-lines.ts';
import { type StoredDiagnostic, storeDiagnostic, storePlace } from '../messages/stored-diagnostic.ts';
import type { EngineHost, PythonMessage } from '../python/engine-host.ts';
import { createEvent, setEventData } from '../python/events.ts';
import { createPythonRuntime, type PythonRuntime } from '../python/python-runtime.ts';
import { PythonDict, PythonList, type Value } from '../python/values/value.ts';
import type { EventValue } from '../runqueue/event-handlers.ts';
import type { HandlerCall } from './handler-call.ts';
import { lineFinder } from './thread/body-spans.ts';

let shared: PythonRuntime | undefined;

/** Runs a handler that only computes. */
export function runPureHandler(call: HandlerCall): readonly StoredDiagnostic[] {
  const said: StoredDiagnostic[] = [];
  try {
    const { datastore, event } = call;
    const fields = Object.entries(event.attributes).map(([name, value]) => [name, pythonValue(value)]);
    const object = createEvent(event.name, Object.fromEntries(fields));
    setEventData(object, datastore);
    execute(call, { host: hostOf(call, said), names: new Map([['e', object]]) });
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    said.push(...error.diagnostics.map((each) => titled(storeDiagnostic(each), call)));
  }
  return said;
}

function execute(
  call: Pick<HandlerCall, 'name' | 'datastore'>,
  session: { readonly host: EngineHost; readonly names?: ReadonlyMap<string, Value> },
): void {
  const { name, datastore } = call;
  shared ??= createPythonRuntime();
  const text = datastore.getUnexpanded(name) ?? '';
  shared.execute({ text, name, lineAt: lineFinder(bodyLines(datastore, name)) }, { datastore, ...session });
}

function hostOf(call: HandlerCall, said: StoredDiagnostic[]): EngineHost {
  const host: EngineHost = {
    log: (message) => take(message, call, said),
    runFunction: (name, datastore) => execute({ ...call, name, datastore }, { host }),
  };
  return host;
}

function take({ level, text, place }: PythonMessage, call: HandlerCall, said: StoredDiagnostic[]): void {
  if (level === 'plain') call.onNote(text);
  if (level === 'plain' || level === 'debug' || level === 'note' || level === 'fatal') return;
  const severity = level.startsWith('error') ? 'error' : 'warning';
  said.push({
    code: 'task-message',
    severity,
    message: `handler \`${call.name}\`: ${text}`,
    place: place && storePlace(place),
  });
}

function titled(diagnostic: StoredDiagnostic, { name, event }: HandlerCall): StoredDiagnostic {
  return { ...diagnostic, message: `handler \`${name}\` of \`${event.name}\`: ${diagnostic.message}` };
}

function pythonValue(value: EventValue): Value {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return new PythonList(value.map(pythonValue));
  return new PythonDict(Object.entries(value).map(([key, each]) => [key, pythonValue(each)] as const));
}

function isList(value: EventValue): value is readonly EventValue[] {
  return Array.isArray(value);
}
