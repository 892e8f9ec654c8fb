import type { Datastore } from '../datastore/datastore.ts';
import { DatastoreObject } from './datastore-object.ts';
import { definedFunction } from './defined-function.ts';
import type { Context } from './interpreter/frame.ts';
import type { ModuleLibrary } from './module-library.ts';
import { refusedImport } from './refused-modules.ts';
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
  /** What a `def` of the datastore sees: it is given `d` as an argument or has none, and no variable by its bare name. */
  readonly #ofDefinitions: Context = {
    globals: this.globals,
    handling: this.handling,
    lookUp: (name) => this.#library.names.get(name) ?? this.#library.layerName(name) ?? this.#definition(name),
    importModule: (name) => this.importModule(name),
    namesInReach: () => this.namesInReach(),
  };
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
    return this.#library.layerName(name) ?? this.#definition(name) ?? this.#datastore.get(name) ?? refusedImport(name);
  }

  namesInReach(): Iterable<string> {
    const own = [...this.globals.keys(), ...(this.#names?.keys() ?? []), ...this.#library.names.keys(), 'd'];
    return [...own, ...this.#library.importable(), ...this.#datastore.names()];
  }

  importModule(name: string): Value {
    return this.#library.importModule(name);
  }

  #definition(name: string): Value | undefined {
    const known = this.#functions.get(name);
    if (known !== undefined || this.#datastore.flagUnexpanded(name, 'func') === undefined) return known;
    const made = definedFunction(name, this.#datastore, this.#ofDefinitions);
    this.#functions.set(name, made);
    return made;
  }
}
