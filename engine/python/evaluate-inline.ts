import type { Datastore } from '../datastore/datastore.ts';
import type { InlineEvaluator } from '../datastore/inline-evaluator.ts';
import { DatastoreObject } from './datastore-object.ts';
import { engineModules } from './engine-functions.ts';
import { expressionHandlers } from './interpreter/expressions.ts';
import { Interpreter } from './interpreter/interpreter.ts';
import { Limits } from './interpreter/limits.ts';
import { Scope } from './interpreter/scope.ts';
import { builtinNames } from './modules/builtins.ts';
import { osModule } from './modules/os-path.ts';
import { regularExpressions } from './modules/re.ts';
import { parseExpression } from './parse-python.ts';
import { pythonFailure } from './python-messages.ts';
import { native } from './values/native.ts';
import { UnsupportedConstruct } from './values/python-error.ts';
import { toText } from './values/represent.ts';
import { textOf } from './values/text-methods.ts';
import { PythonModule, type Value } from './values/value.ts';

const defaultMaxSteps = 1_000_000;

/** The evaluator of `${@...}`: pure, without files, processes, clock and environment. */
export function createInlineEvaluator(options: { readonly maxSteps?: number } = {}): InlineEvaluator {
  const maxSteps = options.maxSteps ?? defaultMaxSteps;
  const names = globalNames();
  return {
    evaluate(code: string, datastore: Datastore, where: string): string {
      try {
        const parsed = parseExpression(code);
        const interpreter = new Interpreter({
          limits: new Limits(maxSteps),
          globals: (name) => names.get(name) ?? fromDatastore(name, datastore),
          handlers: expressionHandlers,
          code: parsed.code,
        });
        return toText(interpreter.evaluate(parsed.tree, new Scope()));
      } catch (error) {
        throw pythonFailure(error, code.trim(), where);
      }
    },
  };
}

function globalNames(): ReadonlyMap<string, Value> {
  const modules = [...engineModules(), osModule(), regularExpressions(), new PythonModule('time', {})];
  const known = new Map(modules.map((each) => [each.name, each] as const));
  const load = native('__import__', 'name', (name) => {
    const found = known.get(textOf(name));
    if (found !== undefined) return found;
    throw new UnsupportedConstruct(`the module \`${textOf(name)}\``, 'use `os.path`, `re`, `bb.utils` or `oe.utils`');
  });
  return new Map<string, Value>([...builtinNames(), ...known, [load.name, load]]);
}

/** `d`, and variables used as bare names. A layer's `def` function is known, but not run yet. */
function fromDatastore(name: string, datastore: Datastore): Value | undefined {
  if (name === 'd') return new DatastoreObject(datastore);
  if (datastore.flagUnexpanded(name, 'func') !== undefined) {
    throw new UnsupportedConstruct(
      `the call of the function \`${name}\` of a layer`,
      'write the expression out, or set the value in a variable',
    );
  }
  return datastore.get(name);
}
