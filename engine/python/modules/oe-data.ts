import { datastoreOf } from '../datastore-object.ts';
import { LayeredModule } from '../layered-module.ts';
import { native } from '../values/native.ts';
import { typeError, UnsupportedConstruct, valueError } from '../values/python-error.ts';
import { textOf, words } from '../values/text-methods.ts';
import { PythonList, type Value } from '../values/value.ts';

/** `oe.data`: the value of a variable in the type that its flag `type` names. */
export function typedDataModule(): LayeredModule {
  const typed = native('typed_value', 'key d', (key, d) => {
    const name = textOf(key, 'the name of a variable');
    const store = datastoreOf(d);
    return typedValue(store.get(name) ?? '', store.flag(name, 'type'), store.flag(name, 'separator'));
  });
  return new LayeredModule('oe.data', { typed_value: typed });
}

function typedValue(text: string, type: string | undefined, separator: string | undefined): Value {
  if (type === 'list') return new PythonList(separator === undefined ? [...words(text)] : text.split(separator));
  if (type === 'string') return text;
  if (type === 'integer') {
    if (!/^\s*[-+]?\d+\s*$/.test(text)) throw valueError(`invalid literal for int() with base 10: '${text}'`);
    return BigInt(text.trim());
  }
  if (type === 'boolean') return truth(text.toLowerCase());
  if (type === undefined) throw typeError('No type specified. Valid types: boolean, integer, list, string');
  throw new UnsupportedConstruct(
    `the type \`${type}\` of \`oe.data.typed_value\``,
    'use `list`, `boolean`, `integer` or `string`',
  );
}

function truth(text: string): boolean {
  if (['yes', 'y', 'true', 't', '1'].includes(text)) return true;
  if (['no', 'n', 'false', 'f', '0'].includes(text)) return false;
  throw valueError(`Invalid boolean value '${text}'`);
}
