import type { Datastore } from '../datastore/datastore.ts';
import { native } from './values/native.ts';
import { typeError, UnsupportedConstruct } from './values/python-error.ts';
import { textOf } from './values/text-methods.ts';
import { isTrue, PythonAttributes, PythonDict, PythonList, typeNameOf, type Value } from './values/value.ts';

/** `d`: reads the datastore. Writing needs statements, which come with functions. */
export class DatastoreObject extends PythonAttributes {
  readonly typeName = 'DataSmart';
  readonly datastore: Datastore;

  constructor(datastore: Datastore) {
    super();
    this.datastore = datastore;
  }

  attribute(name: string): Value | undefined {
    const store = this.datastore;
    switch (name) {
      case 'getVar':
        return native(name, 'var expand? noweakdefault? parsing?', (variable, expand) => {
          const key = textOf(variable, 'the name of a variable');
          return (expands(expand) ? store.get(key) : store.getUnexpanded(key)) ?? null;
        });
      case 'getVarFlag':
        return native(name, 'var flag expand? noweakdefault?', (variable, flag, expand) => {
          const key = textOf(variable, 'the name of a variable');
          const own = textOf(flag, 'the name of a flag');
          return (expands(expand) ? store.flag(key, own) : store.flagUnexpanded(key, own)) ?? null;
        });
      case 'getVarFlags':
        return native(name, 'var', (variable) => {
          const flags = [...store.flags(textOf(variable, 'the name of a variable'))];
          return flags.length === 0 ? null : new PythonDict(flags);
        });
      case 'expand':
        return native(name, 's varname?', (text = null) => (typeof text === 'string' ? store.expand(text) : text));
      case 'keys':
        return native(name, '', () => new PythonList([...store.names()]));
      case '__getitem__':
        return native(name, 'key', (key) => store.getUnexpanded(textOf(key)) ?? null);
      default:
        return undefined;
    }
  }

  override missing(name: string): Error {
    return new UnsupportedConstruct(
      `\`d.${name}\``,
      /^(?:set|append|prepend|del|rename)/.test(name)
        ? 'an expression only computes a value: assign the variable with a statement of the recipe language'
        : 'use `d.getVar`, `d.getVarFlag` or `d.expand`',
    );
  }
}

function expands(value: Value | undefined): boolean {
  return value === undefined || isTrue(value);
}

/** The datastore that engine functions take as `d`. Throws TypeError for anything else. */
export function datastoreOf(value: Value | undefined): Datastore {
  if (value instanceof DatastoreObject) return value.datastore;
  throw typeError(`the last argument must be d, not ${typeNameOf(value ?? null)}`);
}
