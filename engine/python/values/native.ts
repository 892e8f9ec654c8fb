import { typeError } from './python-error.ts';
import { type CallArguments, PythonCallable, PythonTuple, type Value } from './value.ts';

/** Body of a function written in TypeScript; a parameter that was not given is `undefined`. */
export type NativeBody = (...values: readonly (Value | undefined)[]) => Value;

/** A function written in TypeScript. */
export class NativeFunction extends PythonCallable {
  readonly typeName = 'builtin_function_or_method';
  readonly name: string;
  readonly #body: (given: CallArguments) => Value;

  constructor(name: string, body: (given: CallArguments) => Value) {
    super();
    this.name = name;
    this.#body = body;
  }

  call(given: CallArguments): Value {
    return this.#body(given);
  }
}

/** A function by its parameters: `text sep? maxsplit?`; `*rest` collects what is left into a tuple. */
export function native(name: string, parameters: string, body: NativeBody): NativeFunction {
  const names = parameters === '' ? [] : parameters.split(' ');
  return new NativeFunction(name, (given) => body(...bindArguments(name, names, given)));
}

/** Values in the order of the parameters. Throws TypeError as Python does when something is missing or too much. */
export function bindArguments(
  name: string,
  parameters: readonly string[],
  given: CallArguments,
): readonly (Value | undefined)[] {
  const rest = parameters.at(-1)?.startsWith('*') === true;
  const named = rest ? parameters.slice(0, -1) : parameters;
  if (!rest && given.positional.length > named.length) {
    throw typeError(`${name}() takes at most ${named.length} arguments (${given.positional.length} given)`);
  }
  const open = new Map(given.keywords);
  const values = named.map((parameter, index) => {
    const plain = parameter.replace('?', '');
    const value = index < given.positional.length ? given.positional[index] : open.get(plain);
    if (index >= given.positional.length) open.delete(plain);
    if (value === undefined && !parameter.endsWith('?')) {
      throw typeError(`${name}() missing required argument: '${plain}' (pos ${index + 1})`);
    }
    return value;
  });
  for (const keyword of open.keys()) throw typeError(`${name}() got an unexpected keyword argument '${keyword}'`);
  return rest ? [...values, new PythonTuple(given.positional.slice(named.length))] : values;
}
