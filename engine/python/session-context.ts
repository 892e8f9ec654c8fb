import type { Datastore } from '../datastore/datastore.ts';
import { DatastoreObject } from './datastore-object.ts';
import { definedFunction } from './defined-function.ts';
import type { Context } from './interpreter/frame.ts';
import type { ModuleLibrary } from './module-library.ts';
import type { PythonException } from './values/python-error.ts';
import type { Value } from './values/value.ts';

/** What the code of one session sees: its own names, builtins and modules, `d`, functions and variables of the datastore. */
export class SessionContext implements Context {
  readonly globals = new Map<string, Value>();
  readonly handling: PythonException[] = [];
  readonly #library: ModuleLibrary;
  readonly #datastore: Datastore;
  readonly #names: ReadonlyMap<string, Value> | undefined;
  readonly #functions = new Map<string, Value>();
  #object: DatastoreObject | undefined;

  constructor(library: ModuleLibrary, datastore: Datastore, names?: ReadonlyMap<string, Value>) {
    this.#library = library;
    this.#datastore = datastore;
    this.#names = names;
  }

  lookUp(name: string): Value | undefined {
    const known = this.#names?.get(name) ?? this.#library.names.get(name);
    if (known !== undefined) return known;
    if (this.#names?.has(name)) return null;
    if (name === 'd') {
      this.#object ??= new DatastoreObject(this.#datastore);
      return this.#object;
    }
    return this.#functions.get(name) ?? this.#library.layerName(name) ?? this.#fromDatastore(name);
  }

  importModule(name: string): Value {
    return this.#library.importModule(name);
  }

  #fromDatastore(name: string): Value | undefined {
    if (this.#datastore.flagUnexpanded(name, 'func') === undefined) return this.#datastore.get(name);
    const made = definedFunction(name, this.#datastore, this);
    this.#functions.set(name, made);
    return made;
  }
}
