import { ExceptionObject, exceptionClass, raised } from './exceptions.ts';
import { PythonClass } from './python-class.ts';
import { PythonException, typeError } from './python-error.ts';
import { PythonIterator, type Value } from './value.ts';

/** What a call of a function with `yield` gives. */
export class PythonGenerator extends PythonIterator {
  readonly #generator: Generator<Value, Value, Value>;
  #started = false;

  constructor(generator: Generator<Value, Value, Value>) {
    super('generator', generator);
    this.#generator = generator;
  }

  override next(): IteratorResult<Value, unknown> {
    this.#started = true;
    return this.guarded(() => this.#generator.next(null));
  }

  /** `generator.send(value)`. */
  send(value: Value): IteratorResult<Value, unknown> {
    if (!this.#started && value !== null) throw typeError("can't send non-None value to a just-started generator");
    this.#started = true;
    return this.guarded(() => this.#generator.next(value));
  }

  /** `generator.throw(exception)`. */
  raise(exception: Value): IteratorResult<Value, unknown> {
    return this.guarded(() => this.#generator.throw(asError(exception)));
  }

  /** `generator.close()`: the code inside sees GeneratorExit. */
  close(): void {
    if (!this.#started) {
      this.#generator.return(null);
      return;
    }
    try {
      const result = this.guarded(() =>
        this.#generator.throw(raised(new ExceptionObject(exceptionClass('GeneratorExit'), []))),
      );
      if (result.done !== true) throw new PythonException('RuntimeError', 'generator ignored GeneratorExit');
    } catch (error) {
      if (!(error instanceof PythonException) || error.typeName !== 'GeneratorExit') throw error;
    }
  }
}

/** The error that `raise value` means. Throws TypeError. */
export function asError(value: Value): PythonException {
  const made = value instanceof PythonClass ? value.call({ positional: [], keywords: new Map() }) : value;
  if (made instanceof ExceptionObject) return raised(made);
  return typeError('exceptions must derive from BaseException');
}
