import type { Span } from '../base/source-text.ts';
import type { Datastore, WritableDatastore } from '../datastore/datastore.ts';
import { activeSession } from './active-session.ts';
import { OriginalEnvironment } from './original-environment.ts';
import { typeError } from './values/python-error.ts';
import { toText } from './values/represent.ts';
import { words } from './values/text-methods.ts';
import { PythonDict, PythonList, PythonSet, typeNameOf, type Value } from './values/value.ts';

/** Where the statement that runs now was written, for the history of what it sets. */
export function currentPlace(): Span | undefined {
  return activeSession().place?.();
}

/** What `d.getVar(name, expand)` gives: a text, None, or what Python code set. */
export function readVariable(store: Datastore, name: string, expand: boolean): Value {
  const known = name.startsWith('__') || name === 'BB_ORIGENV' ? engineVariable(store, name) : undefined;
  if (known !== undefined) return known;
  const object = store.objectOf(name) as Value | undefined;
  if (object !== undefined) return copied(object);
  return (expand ? store.get(name) : store.getUnexpanded(name)) ?? null;
}

/** Lists that BitBake keeps in variables and the engine elsewhere. */
function engineVariable(store: Datastore, name: string): Value | undefined {
  if (name === '__BBTASKS') return new PythonList([...(activeSession().host?.tasks?.names() ?? [])]);
  if (name === 'BB_ORIGENV') return new OriginalEnvironment();
  if (name === '__inherit_cache') return new PythonList([...words(store.getUnexpanded(name) ?? '')]);
  return undefined;
}

/** A list that code gets is a copy: changing it does not change the variable. */
function copied(value: Value): Value {
  if (value instanceof PythonList) return new PythonList([...value.items]);
  if (value instanceof PythonSet) return new PythonSet(value.values(), value.frozen);
  return value instanceof PythonDict ? new PythonDict(value.entries()) : value;
}

/** `d.setVar`: values that are no text are kept as they are. */
export function writeVariable(store: WritableDatastore, name: string, value: Value): void {
  if (typeof value === 'string') store.set(name, value, currentPlace());
  else store.setObject(name, value, value === null ? '' : toText(value), currentPlace());
}

/** What `d.getVarFlag` gives. */
export function readFlag(store: Datastore, name: string, flag: string, expand: boolean): Value {
  if (flag === '_content') return readVariable(store, name, expand);
  const object = store.objectOf(name, flag) as Value | undefined;
  if (object !== undefined) return copied(object);
  const text = expand ? store.flag(name, flag) : store.flagUnexpanded(name, flag);
  return text ?? engineFlag(store, name, flag);
}

/** Flags that BitBake keeps at functions and tasks, and the engine elsewhere. */
function engineFlag(store: Datastore, name: string, flag: string): Value {
  const { tasks } = activeSession().host ?? {};
  if (flag === 'deps' && tasks?.names().includes(name)) return new PythonList([...tasks.before(name)]);
  if ((flag !== 'filename' && flag !== 'lineno') || store.flagUnexpanded(name, 'func') === undefined) return null;
  const span = store.definition(name);
  if (span === undefined) return null;
  return flag === 'filename' ? span.source.path : String(span.source.position(span.start).line);
}

/** `d.setVarFlag`: None and other values that are no text are kept as they are. */
export function writeFlag(store: WritableDatastore, target: readonly [name: string, flag: string], value: Value): void {
  const [name, flag] = target;
  if (flag === '_content') writeVariable(store, name, value);
  else if (typeof value === 'string') store.setFlag(name, flag, value, currentPlace());
  else if (value === null) store.unsetFlag(name, flag, currentPlace());
  else if (!setTaskOrder(store, target, value)) store.setFlagObject(name, flag, value, toText(value));
}

/** BitBake keeps what comes before a task in its flag `deps`; the engine has a table of its own. */
function setTaskOrder(store: WritableDatastore, [name, flag]: readonly [string, string], value: Value): boolean {
  const { host, datastore } = activeSession();
  const tasks = host?.tasks;
  if (flag !== 'deps' || !(value instanceof PythonList) || datastore !== store || !tasks?.names().includes(name))
    return false;
  tasks.setBefore(name, value.items.map(toText));
  return true;
}

/** `d.getVarFlags`: None when there are no flags. */
export function readFlags(store: Datastore, name: string, expanded: ReadonlySet<string>): Value {
  const flags = [...store.flags(name)].map(([flag, text]) => {
    const object = store.objectOf(name, flag) as Value | undefined;
    return [flag, object ?? (expanded.has(flag) ? (store.flag(name, flag) ?? text) : text)] as const;
  });
  return flags.length === 0 ? null : new PythonDict(flags);
}

/** A text to put behind or before another. Throws TypeError. */
export function addedText(value: Value): string {
  if (typeof value === 'string') return value;
  throw typeError(`can only concatenate str (not "${typeNameOf(value)}") to str`);
}
