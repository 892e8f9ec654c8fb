import type { Datastore, WritableDatastore } from '../datastore/datastore.ts';
import {
  addedText,
  currentPlace,
  readFlag,
  readFlags,
  readVariable,
  writeFlag,
  writeVariable,
} from './datastore-access.ts';
import { spend } from './values/meter.ts';
import { bindArguments, NativeFunction } from './values/native.ts';
import { textOf } from './values/text-methods.ts';
import {
  type CallArguments,
  isTrue,
  iterate,
  PythonDict,
  PythonList,
  type PythonObject,
  type Value,
} from './values/value.ts';

/** What the methods work on: `d`. */
export interface DatastoreHolder {
  readonly datastore: Datastore;
  writable(): WritableDatastore;
  copy(): PythonObject;
}

type MethodBody = (self: DatastoreHolder, ...values: readonly (Value | undefined)[]) => Value;

/** A method of `d` with its parameters; keywords that only feed BitBake's history (`op`, `file`) are left out. */
export class DatastoreMethod {
  readonly #name: string;
  readonly #parameters: string;
  readonly #known: ReadonlySet<string>;
  readonly #body: MethodBody;
  readonly #cost: number;

  constructor(name: string, [parameters, body]: readonly [string, MethodBody], cost: number) {
    this.#name = name;
    this.#parameters = parameters;
    this.#known = new Set(parameters.replaceAll('?', '').split(' '));
    this.#body = body;
    this.#cost = cost;
  }

  bind(self: DatastoreHolder): NativeFunction {
    return new NativeFunction(this.#name, (given) => {
      spend(this.#cost);
      return this.#body(self, ...bindArguments(this.#name, this.#parameters, this.#withoutHistory(given)));
    });
  }

  #withoutHistory({ positional, keywords }: CallArguments): CallArguments {
    if (keywords.size === 0) return { positional, keywords };
    return { positional, keywords: new Map([...keywords].filter(([name]) => this.#known.has(name))) };
  }
}

const variable = (name: Value | undefined): string => textOf(name, 'the name of a variable');
const flagName = (name: Value | undefined): string => textOf(name, 'the name of a flag');
const chosen = (value: Value | undefined, missing = true): boolean => (value === undefined ? missing : isTrue(value));

const readers: Readonly<Record<string, readonly [string, MethodBody]>> = {
  getVar: [
    'var expand? noweakdefault? parsing?',
    ({ datastore }, name, expand, strong) =>
      chosen(strong, false)
        ? (datastore.getStrong(variable(name), chosen(expand)) ?? null)
        : readVariable(datastore, variable(name), chosen(expand)),
  ],
  getVarFlag: [
    'var flag expand? noweakdefault? parsing? retparser?',
    ({ datastore }, name, flag = null, expand) =>
      flag === null ? null : readFlag(datastore, variable(name), flagName(flag), chosen(expand)),
  ],
  getVarFlags: [
    'var expand? internalflags?',
    ({ datastore }, name, expand = null) => {
      const expanded =
        isTrue(expand) && typeof expand !== 'boolean' ? [...iterate(expand)].map((each) => textOf(each)) : [];
      return readFlags(datastore, variable(name), new Set(expanded));
    },
  ],
  expand: [
    's varname?',
    ({ datastore }, text = null, name) =>
      typeof text === 'string' ? datastore.expand(text, typeof name === 'string' ? name : undefined) : text,
  ],
  hasOverrides: ['var', ({ datastore }, name) => datastore.hasOverrides(variable(name))],
  keys: ['', ({ datastore }) => new PythonList([...datastore.keys()])],
  localkeys: ['', ({ datastore }) => new PythonList([...datastore.keys()])],
  get: [
    'key default?',
    ({ datastore }, name, missing = null) => readVariable(datastore, variable(name), false) ?? missing,
  ],
  createCopy: ['', (self) => self.copy()],
  need_overrides: ['', () => null],
  initVar: ['var', () => null],
  enableTracking: ['', () => null],
  disableTracking: ['', () => null],
};

const writers: Readonly<Record<string, readonly [string, MethodBody]>> = {
  setVar: ['var value', (self, name, value = null) => done(writeVariable(self.writable(), variable(name), value))],
  appendVar: ['var value', (self, name, value = null) => pending(self, `${variable(name)}:append`, value)],
  prependVar: ['var value', (self, name, value = null) => pending(self, `${variable(name)}:prepend`, value)],
  delVar: ['var', (self, name) => done(self.writable().unset(variable(name), currentPlace()))],
  renameVar: [
    'key newkey',
    (self, from, to) => done(self.writable().rename(variable(from), variable(to), currentPlace())),
  ],
  setVarFlag: [
    'var flag value',
    (self, name, flag, value = null) => done(writeFlag(self.writable(), [variable(name), flagName(flag)], value)),
  ],
  setVarFlags: [
    'var flags',
    (self, name, flags) => {
      for (const [flag, value] of flags instanceof PythonDict ? flags.entries() : []) {
        if (flag !== '_content') writeFlag(self.writable(), [variable(name), flagName(flag)], value);
      }
      return null;
    },
  ],
  appendVarFlag: [
    'var flag value',
    (self, name, flag, value = null) => addToFlag(self, [name, flag], ['', addedText(value)]),
  ],
  prependVarFlag: [
    'var flag value',
    (self, name, flag, value = null) => addToFlag(self, [name, flag], [addedText(value), '']),
  ],
  delVarFlag: [
    'var flag',
    (self, name, flag) => done(self.writable().unsetFlag(variable(name), flagName(flag), currentPlace())),
  ],
  delVarFlags: [
    'var',
    (self, name) => {
      const store = self.writable();
      for (const flag of store.flags(variable(name)).keys()) store.unsetFlag(variable(name), flag, currentPlace());
      return null;
    },
  ],
  setVarFilter: [
    'var filter',
    (self, name, filter = null) =>
      done(self.writable().setFilter(variable(name), isTrue(filter) ? textOf(filter) : undefined)),
  ],
  expandVarref: ['variable parents?', (self, name) => done(expandReference(self.writable(), variable(name)))],
};

/** The methods of `d` by name. */
export const datastoreMethods: ReadonlyMap<string, DatastoreMethod> = new Map(
  // What writes keeps history, which makes the next write of the variable slower.
  [...entriesOf(readers, 4), ...entriesOf(writers, 300)],
);

function entriesOf(
  methods: Readonly<Record<string, readonly [string, MethodBody]>>,
  cost: number,
): readonly (readonly [string, DatastoreMethod])[] {
  return Object.entries(methods).map(([name, method]) => [name, new DatastoreMethod(name, method, cost)]);
}

function done(_result: unknown): null {
  return null;
}

/** Each pending operation makes the next one of the variable slower. */
function pending(self: DatastoreHolder, name: string, value: Value): null {
  spend(500);
  self.writable().assign(name, '=', addedText(value), currentPlace());
  return null;
}

function addToFlag(
  self: DatastoreHolder,
  target: readonly [Value | undefined, Value | undefined],
  [before, after]: readonly [string, string],
): null {
  const [name, flag] = [variable(target[0]), flagName(target[1])];
  const current = readFlag(self.datastore, name, flag, false);
  writeFlag(self.writable(), [name, flag], before + (isTrue(current) ? addedText(current) : '') + after);
  return null;
}

/** Puts the value of a variable in the place of every reference to it. */
function expandReference(store: WritableDatastore, name: string): void {
  const value = store.getUnexpanded(name);
  if (value === undefined) return;
  for (const key of store.keys()) {
    const text = store.getUnexpanded(key);
    if (text?.includes(`\${${name}}`))
      store.set(
        key,
        text.replaceAll(`\${${name}}`, () => value),
        currentPlace(),
      );
  }
}
