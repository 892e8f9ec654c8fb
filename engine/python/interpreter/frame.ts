import type { Span } from '../../base/source-text.ts';
import type { PythonClass } from '../values/python-class.ts';
import { isTraced, type PythonException } from '../values/python-error.ts';
import type { Value } from '../values/value.ts';

/** A text that code was compiled from, as one of its users knows it. */
export interface CodeSource {
  readonly name: string;
  /** How many lines stand before the first line that the user wrote. */
  readonly linesBefore: number;
  /** The span of a one-based line that the user wrote. */
  readonly lineAt?: ((line: number) => Span | undefined) | undefined;
}

/** What code sees beyond its own names. */
export interface Context {
  /** Names that `global` statements wrote. */
  readonly globals: Map<string, Value>;
  /** `undefined` when nobody knows the name. */
  lookUp(name: string): Value | undefined;
  /** All names that `lookUp` knows, for "did you mean". */
  namesInReach(): Iterable<string>;
  /** A module by its full name. Throws UnsupportedConstruct, or ModuleNotFoundError. */
  importModule(name: string): Value;
  /** Exceptions whose handlers run now, for a `raise` without a value. */
  readonly handling: PythonException[];
}

/** A place in a text. */
export interface CodePlace {
  readonly lineno?: number;
  readonly col_offset?: number;
}

/** Names of a running function, class body or comprehension. */
export class Frame {
  readonly slots: (Value | undefined)[];
  readonly outer: Frame | undefined;
  readonly context: Context;
  readonly source: CodeSource;
  /** What runs now, for error messages. */
  at: CodePlace = {};
  result: Value = null;
  /** The class that this frame is the body of, once that is made. */
  cls: PythonClass | undefined = undefined;

  constructor(
    size: number,
    outer: Frame | undefined,
    given: { readonly context: Context; readonly source: CodeSource },
  ) {
    const slots: (Value | undefined)[] = [];
    for (let index = 0; index < size; index++) slots.push(undefined);
    this.slots = slots;
    this.outer = outer;
    this.context = given.context;
    this.source = given.source;
  }
}

/** Adds where a frame is to an error that passes through it. */
export function traced(error: unknown, frame: Frame, name: string): unknown {
  if (isTraced(error)) {
    const { lineno = 1, col_offset = 0 } = frame.at;
    error.trace.push({ name, line: lineno, column: col_offset, source: frame.source });
  }
  return error;
}

let running: Frame | undefined;

/** Makes a frame the running one and gives the one before, which must be put back. */
export function switchTo(frame: Frame | undefined): Frame | undefined {
  const before = running;
  running = frame;
  return before;
}

/** Where the code that runs now was written, if that is known. */
export function currentPlace(): Span | undefined {
  if (running === undefined) return undefined;
  return placeOf(running.source, running.at.lineno ?? 1, running.at.col_offset ?? 0);
}

/** The span from a zero-based column of a line (in bytes of UTF-8), counted as nodes count it, to the end of the line. */
export function placeOf(source: CodeSource, line: number, column: number): Span | undefined {
  const span = source.lineAt?.(line - source.linesBefore);
  if (span === undefined) return undefined;
  const text = span.source.text.slice(span.start, span.end);
  const before = Buffer.from(text).subarray(0, column).toString();
  const start = Math.min(span.start + before.length, span.end);
  return span.source.span(start, Math.max(span.end, start));
}
