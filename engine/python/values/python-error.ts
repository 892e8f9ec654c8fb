/** Where code was when an exception passed: a node of a tree with the text that the tree was read from. */
export interface TracePlace {
  /** Name of the function. */
  readonly name: string;
  line: number;
  /** Zero-based, in UTF-16 units. */
  readonly column: number;
  /** Which text it is in; `undefined` for the one that is being read. */
  readonly source: object | undefined;
}

/** Collects the calls that an error passed on its way up, innermost first. */
class TracedError extends Error {
  readonly trace: TracePlace[] = [];
}

/** Whether an error can take places of calls. */
export function isTraced(error: unknown): error is TracedError {
  return error instanceof TracedError;
}

/** A name that code uses and that nobody knows. */
export interface UnknownName {
  readonly name: string;
  /** Names of the scope, builtins, modules, functions and variables. */
  readonly inReach: () => Iterable<string>;
}

/** A Python exception on its way up: `typeName` as Python calls it; code can catch it. */
export class PythonException extends TracedError {
  readonly typeName: string;
  /** The arguments of the exception object; the message alone when absent. */
  readonly values: readonly unknown[] | undefined;
  /** The exception object, when code has made or seen it. */
  object: unknown;
  /** Of a name that nobody knows: the name, and those that could have been meant. */
  unknownName: UnknownName | undefined;

  constructor(typeName: string, message: string, values?: readonly unknown[]) {
    super(message);
    this.name = 'PythonException';
    this.typeName = typeName;
    this.values = values;
  }
}

/** A construct that Python has and the subset does not; never catchable by Python code. */
export class UnsupportedConstruct extends TracedError {
  /** What to write instead. */
  readonly help: string;

  constructor(construct: string, help: string) {
    super(construct);
    this.name = 'UnsupportedConstruct';
    this.help = help;
  }
}

/** Too many steps, too deep, too large; never catchable by Python code. */
export class LimitReached extends TracedError {
  constructor(message: string) {
    super(message);
    this.name = 'LimitReached';
  }
}

/** Shorthand for the most frequent exception. */
export function typeError(message: string): PythonException {
  return new PythonException('TypeError', message);
}

/** Shorthand for `ValueError`. */
export function valueError(message: string): PythonException {
  return new PythonException('ValueError', message);
}
