import { createRequire } from 'node:module';
import type * as Parser from '../language/parse-recipe-file.ts';

const load = createRequire(import.meta.url);

/** The parser of metadata files, which takes long to load: most questions do without it. */
export function recipeParser(): typeof Parser {
  return load('../language/parse-recipe-file.ts') as typeof Parser;
}
