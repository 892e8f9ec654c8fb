import type { InlineEvaluator } from '../datastore/inline-evaluator.ts';
import { createPythonRuntime } from './python-runtime.ts';

/** The evaluator of `${@...}`: pure, without files, processes, clock and environment. */
export function createInlineEvaluator(options: { readonly maxSteps?: number } = {}): InlineEvaluator {
  return createPythonRuntime(options);
}
