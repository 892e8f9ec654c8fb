import type { Datastore, WritableDatastore } from '../datastore/datastore.ts';
import { forkOf, writableView } from '../datastore/datastore-builder.ts';
import { currentPlace, readVariable, writeVariable } from './datastore-access.ts';
import { type DatastoreHolder, datastoreMethods } from './datastore-methods.ts';
import { NativeFunction } from './values/native.ts';
import { PythonException, typeError, UnsupportedConstruct } from './values/python-error.ts';
import { represent } from './values/represent.ts';
import { textOf } from './values/text-methods.ts';
import { PythonAttributes, type PythonCallable, PythonList, typeNameOf, type Value } from './values/value.ts';

/** `d`: a datastore. A sealed one is copied at the first write, so that an expression's writes end with it. */
export class DatastoreObject extends PythonAttributes implements DatastoreHolder {
  readonly typeName = 'DataSmart';
  #current: Datastore;
  #writable: WritableDatastore | undefined;

  constructor(datastore: Datastore) {
    super();
    this.#current = datastore;
  }

  /** What reads see. */
  get datastore(): Datastore {
    return this.#current;
  }

  /** What writes go to; later reads see them. */
  writable(): WritableDatastore {
    if (this.#writable === undefined) {
      this.#writable = writableView(this.#current);
      this.#current = this.#writable;
    }
    return this.#writable;
  }

  copy(): DatastoreObject {
    return new DatastoreObject(forkOf(this.#current));
  }

  attribute(name: string): Value | undefined {
    const method = datastoreMethods.get(name);
    if (method !== undefined) return method.bind(this);
    if (name === 'overrides') return new PythonList([...this.#current.overrides()]);
    return name.startsWith('__') ? this.special(name) : undefined;
  }

  override special(name: string): PythonCallable | undefined {
    const body = specialMethods.get(name);
    return body && new NativeFunction(name, ({ positional }) => body(this, positional));
  }

  override iterable(): Iterable<Value> {
    return this.#current.keys();
  }

  override count(): number {
    return this.#current.keys().length;
  }

  override missing(name: string): Error {
    return new UnsupportedConstruct(
      `\`d.${name}\``,
      'use `d.getVar`, `d.setVar`, `d.appendVar`, `d.getVarFlag`, `d.setVarFlag`, `d.delVar`, `d.renameVar` or `d.expand`',
    );
  }
}

const specialMethods: ReadonlyMap<string, (self: DatastoreObject, given: readonly Value[]) => Value> = new Map([
  [
    '__getitem__',
    (self: DatastoreObject, [key = null]: readonly Value[]): Value => {
      const found = readVariable(self.datastore, textOf(key), false);
      if (found === null) throw new PythonException('KeyError', represent(key), [key]);
      return found;
    },
  ],
  [
    '__setitem__',
    (self: DatastoreObject, [key = null, value = null]: readonly Value[]): Value => {
      writeVariable(self.writable(), textOf(key), value);
      return null;
    },
  ],
  [
    '__delitem__',
    (self: DatastoreObject, [key = null]: readonly Value[]): Value => {
      self.writable().unset(textOf(key), currentPlace());
      return null;
    },
  ],
  [
    '__contains__',
    (self: DatastoreObject, [key = null]: readonly Value[]): Value =>
      typeof key === 'string' && readVariable(self.datastore, key, false) !== null,
  ],
]);

/** The datastore that engine functions take as `d`. Throws TypeError for anything else. */
export function datastoreOf(value: Value | undefined): Datastore {
  return datastoreObjectOf(value).datastore;
}

/** `d` itself, for functions that write. Throws TypeError for anything else. */
export function datastoreObjectOf(value: Value | undefined): DatastoreObject {
  if (value instanceof DatastoreObject) return value;
  throw typeError(`the last argument must be d, not ${typeNameOf(value ?? null)}`);
}
