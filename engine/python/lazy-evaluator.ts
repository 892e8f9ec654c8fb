import { createRequire } from 'node:module';
import type { InlineEvaluator } from '../datastore/inline-evaluator.ts';
import type * as Code from './evaluate-inline.ts';

const load = createRequire(import.meta.url);

/** The evaluator of `createInlineEvaluator`; the interpreter is loaded with the first expression. */
export function createLazyEvaluator(): InlineEvaluator {
  let made: InlineEvaluator | undefined;
  const evaluator = (): InlineEvaluator => {
    made ??= (load('./evaluate-inline.ts') as typeof Code).createInlineEvaluator();
    return made;
  };
  return {
    evaluate: (code, datastore, where) => evaluator().evaluate(code, datastore, where),
    filter: (expression, value, where) => evaluator().filter?.(expression, value, where) ?? value,
  };
}
