import {
  compileBody,
  compileEvaluation,
  compileModule,
  type ModuleProgram,
  type Program,
} from './interpreter/compile.ts';
import { parseBody, parseExpression } from './parse-python.ts';
import { PythonException } from './values/python-error.ts';
import type { Value } from './values/value.ts';

/** A program with the number of lines that stand before what the user wrote. */
type Placed<P> = P & { readonly linesBefore: number };

const maxCached = 50_000;

/** Keeps what was made from a text; an error in the text too. */
class TextCache<T extends object> {
  readonly #known = new Map<string, T | PythonException>();
  readonly #make: (text: string) => T;

  constructor(make: (text: string) => T) {
    this.#make = make;
  }

  get(text: string): T {
    const known = this.#known.get(text) ?? this.#add(text);
    if (known instanceof PythonException) throw known;
    return known;
  }

  #add(text: string): T | PythonException {
    const made = this.#attempt(text);
    if (this.#known.size >= maxCached) this.#known.clear();
    this.#known.set(text, made);
    return made;
  }

  #attempt(text: string): T | PythonException {
    try {
      return this.#make(text);
    } catch (error) {
      if (error instanceof PythonException) return error;
      throw error;
    }
  }
}

const expressions = new TextCache<Program<Value>>((text) => {
  const { code, tree } = parseExpression(text);
  return compileEvaluation(code, tree);
});

const bodies = new TextCache<Placed<Program<unknown>>>((text) => {
  const { code, linesBefore, statements } = parseBody(text);
  return { ...compileBody(code, statements), linesBefore };
});

const modules = new TextCache<Placed<ModuleProgram>>((text) => {
  const { code, linesBefore, statements } = parseBody(text);
  return { ...compileModule(code, statements), linesBefore };
});

/** The program of an expression, compiled once for each text. Throws PythonException `SyntaxError`. */
export function compiledExpression(text: string): Program<Value> {
  return expressions.get(text);
}

/** The program of the body of a function. Throws PythonException `SyntaxError`. */
export function compiledBody(text: string): Placed<Program<unknown>> {
  return bodies.get(text);
}

/** The program of a module or of the text of a `def`. Throws PythonException `SyntaxError`. */
export function compiledModule(text: string): Placed<ModuleProgram> {
  return modules.get(text);
}
