/** A Python exception on its way up: `typeName` as Python calls it. Statements will be able to catch it. */
export class PythonException extends Error {
  readonly typeName: string;

  constructor(typeName: string, message: string) {
    super(message);
    this.name = 'PythonException';
    this.typeName = typeName;
  }
}

/** A construct that Python has and the subset does not; never catchable by Python code. */
export class UnsupportedConstruct extends Error {
  /** What to write instead. */
  readonly help: string;

  constructor(construct: string, help: string) {
    super(construct);
    this.name = 'UnsupportedConstruct';
    this.help = help;
  }
}

/** Too many steps, too deep, too large; never catchable by Python code. */
export class LimitReached extends Error {
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
