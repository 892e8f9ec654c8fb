import type { Expression, Statement } from '../parse-python.ts';
import type { Value } from '../values/value.ts';
import type { CompileScope } from './compile-scope.ts';
import type { Frame } from './frame.ts';

/** A compiled expression. */
export type Eval = (frame: Frame) => Value;

/** How a statement ended: on to the next, `break`, `continue`, or `return` with the value in the frame. */
export type Completion = 0 | 1 | 2 | 3;
/** On to the next statement. */
export const normal = 0;
/** After `break`. */
export const breaking = 1;
/** After `continue`. */
export const continuing = 2;
/** After `return`; `frame.result` holds the value. */
export const returning = 3;

/** A compiled statement or block. */
export type Exec = (frame: Frame) => Completion;
/** A compiled statement or block of a function with `yield`. */
export type GeneratorExec = (frame: Frame) => Generator<Value, Completion, Value>;
/** Stores a value in what stands left of `=`. */
export type Store = (frame: Frame, value: Value) => void;

/** The parts of the compiler, for each other. */
export interface Compiler {
  /** The text that is compiled. */
  readonly text: string;
  expression(node: Expression, scope: CompileScope): Eval;
  /** Several expressions, `*x` spread out. */
  expressions(nodes: readonly Expression[], scope: CompileScope): (frame: Frame) => Value[];
  target(node: Expression, scope: CompileScope): Store;
  block(nodes: readonly Statement[], scope: CompileScope): Exec;
  generatorBlock(nodes: readonly Statement[], scope: CompileScope): GeneratorExec;
}
