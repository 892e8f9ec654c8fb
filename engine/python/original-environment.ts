import { activeSession } from './active-session.ts';
import { native } from './values/native.ts';
import { textOf } from './values/text-methods.ts';
import { PythonAttributes, PythonList, type Value } from './values/value.ts';

/** `d.getVar("BB_ORIGENV", False)`: the environment that the engine was started with, as far as it hands it over. */
export class OriginalEnvironment extends PythonAttributes {
  readonly typeName = 'DataSmart';

  attribute(name: string): Value | undefined {
    const known = activeSession().host?.facts?.environment;
    if (name === 'getVar') return native(name, 'var expand?', (variable) => known?.get(textOf(variable)) ?? null);
    if (name === 'getVarFlag') return native(name, 'var flag expand?', () => null);
    return name === 'keys' ? native(name, '', () => new PythonList([...(known?.keys() ?? [])])) : undefined;
  }
}
