import type { Node } from '../parse-python.ts';
import { typeError } from '../values/python-error.ts';
import { type CallArguments, PythonCallable, PythonDict, PythonTuple, type Value } from '../values/value.ts';
import type { Interpreter } from './interpreter.ts';
import { Scope } from './scope.ts';

/** A lambda with the scope it was made in. */
export class Lambda extends PythonCallable {
  readonly typeName = 'function';
  readonly name = '<lambda>';
  readonly #interpreter: Interpreter;
  readonly #node: Node<'Lambda'>;
  readonly #scope: Scope;
  readonly #defaults: ReadonlyMap<string, Value>;

  constructor(interpreter: Interpreter, node: Node<'Lambda'>, scope: Scope) {
    super();
    this.#interpreter = interpreter;
    this.#node = node;
    this.#scope = scope;
    this.#defaults = evaluateDefaults(interpreter, node, scope);
  }

  call(given: CallArguments): Value {
    const scope = new Scope(this.#scope);
    bindParameters({ name: this.name, parameters: this.#node.args, defaults: this.#defaults }, given, scope);
    return this.#interpreter.evaluate(this.#node.body, scope);
  }
}

/** Values of the default arguments, at the time of definition. */
export function evaluateDefaults(
  interpreter: Interpreter,
  node: Pick<Node<'Lambda'>, 'args'>,
  scope: Scope,
): ReadonlyMap<string, Value> {
  const { posonlyargs, args, defaults, kwonlyargs, kw_defaults } = node.args;
  const values = new Map<string, Value>();
  const positional = [...posonlyargs, ...args];
  for (const [index, expression] of defaults.entries()) {
    const parameter = positional[positional.length - defaults.length + index];
    if (parameter) values.set(parameter.arg, interpreter.evaluate(expression, scope));
  }
  for (const [index, expression] of kw_defaults.entries()) {
    const parameter = kwonlyargs[index];
    if (parameter && expression) values.set(parameter.arg, interpreter.evaluate(expression, scope));
  }
  return values;
}

/** What a call needs to know of the function. */
export interface Signature {
  readonly name: string;
  readonly parameters: Node<'Lambda'>['args'];
  readonly defaults: ReadonlyMap<string, Value>;
}

/** Gives the parameters of a function their values. Throws TypeError when the arguments do not fit. */
export function bindParameters(signature: Signature, given: CallArguments, scope: Scope): void {
  const { posonlyargs, args, vararg, kwonlyargs, kwarg } = signature.parameters;
  const positional = [...posonlyargs, ...args].map((each) => each.arg);
  const { name } = signature;
  if (given.positional.length > positional.length && !vararg) {
    throw typeError(
      `${name}() takes ${positional.length} positional arguments but ${given.positional.length} were given`,
    );
  }
  const open = new Map(given.keywords);
  for (const [index, parameter] of positional.entries()) {
    const value = given.positional[index];
    if (value !== undefined && open.has(parameter)) {
      throw typeError(`${name}() got multiple values for argument '${parameter}'`);
    }
    scope.set(parameter, value === undefined ? named(signature, parameter, open) : value);
  }
  for (const { arg } of kwonlyargs) scope.set(arg, named(signature, arg, open));
  if (vararg) scope.set(vararg.arg, new PythonTuple(given.positional.slice(positional.length)));
  if (kwarg) scope.set(kwarg.arg, new PythonDict(open));
  else for (const extra of open.keys()) throw typeError(`${name}() got an unexpected keyword argument '${extra}'`);
}

/** The value of a parameter that no position gives; takes it out of the keywords. */
function named(signature: Signature, parameter: string, open: Map<string, Value>): Value {
  const value = open.has(parameter) ? open.get(parameter) : signature.defaults.get(parameter);
  open.delete(parameter);
  if (value !== undefined) return value;
  throw typeError(`${signature.name}() missing 1 required positional argument: '${parameter}'`);
}
