import { createRequire } from 'node:module';
import type * as Code from './evaluating.ts';

const load = createRequire(import.meta.url);

/** The code that evaluates metadata, with parser and interpreter: loaded when something is not in the cache. */
export function evaluationCode(): typeof Code {
  return load('./evaluating.ts') as typeof Code;
}
