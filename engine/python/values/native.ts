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
  return new NativeFunction(name, (given) => body(...bindArguments(name, parameters, given)));
}

/** A list of parameters, read once. */
interface ParameterList {
  readonly names: readonly string[];
  readonly required: readonly boolean[];
  readonly rest: boolean;
}

const known = new Map<string, ParameterList>();

function parameterList(text: string): ParameterList {
  const found = known.get(text);
  if (found !== undefined) return found;
  const all = text === '' ? [] : text.split(' ');
  const rest = all.at(-1)?.startsWith('*') === true;
  const named = rest ? all.slice(0, -1) : all;
  const list = {
    names: named.map((each) => each.replace('?', '')),
    required: named.map((each) => !each.endsWith('?')),
    rest,
  };
  known.set(text, list);
  return list;
}

/** Values in the order of the parameters. Throws TypeError as Python does when something is missing or too much. */
export function bindArguments(name: string, parameters: string, given: CallArguments): (Value | undefined)[] {
  const { names, required, rest } = parameterList(parameters);
  const { positional, keywords } = given;
  if (!rest && positional.length > names.length) throw tooMany(name, names.length, positional.length);
  const values: (Value | undefined)[] = positional.slice(0, names.length);
  for (let index = positional.length; index < names.length; index++) {
    const value = keywords.size === 0 ? undefined : keywords.get(names[index] ?? '');
    if (value === undefined && required[index]) {
      if (names.length === 1) throw typeError(`${name}() takes exactly one argument (${positional.length} given)`);
      throw typeError(`${name}() missing required argument: '${names[index]}' (pos ${index + 1})`);
    }
    values.push(value);
  }
  if (keywords.size > 0) checkKeywords(name, { names, positional: positional.length }, keywords);
  if (rest) values.push(new PythonTuple(positional.slice(names.length)));
  return values;
}

function tooMany(name: string, most: number, given: number): Error {
  if (most === 1) return typeError(`${name}() takes exactly one argument (${given} given)`);
  const count = most === 0 ? 'no arguments' : `at most ${most} argument${most === 1 ? '' : 's'}`;
  return typeError(`${name}() takes ${count} (${given} given)`);
}

function checkKeywords(
  name: string,
  { names, positional }: { readonly names: readonly string[]; readonly positional: number },
  keywords: ReadonlyMap<string, Value>,
): void {
  for (const keyword of keywords.keys()) {
    const at = names.indexOf(keyword);
    if (at === -1) throw typeError(`${name}() got an unexpected keyword argument '${keyword}'`);
    if (at < positional)
      throw typeError(`argument for ${name}() given by name ('${keyword}') and position (${at + 1})`);
  }
}
