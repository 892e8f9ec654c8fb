import { objectClass, PythonClass } from './python-class.ts';
import { UnsupportedConstruct } from './python-error.ts';
import type { Value } from './value.ts';

/** A name of a module that the subset has not: code may import it and compare types with it, no more. */
export class RefusedClass extends PythonClass {
  readonly #help: string;

  constructor(name: string, help: string) {
    super({ name, bases: [objectClass] });
    this.#help = help;
  }

  /** What to throw when code uses it. */
  refusal(member = ''): UnsupportedConstruct {
    return new UnsupportedConstruct(`\`${this.name}${member}\``, this.#help);
  }

  override call(): never {
    throw this.refusal();
  }

  override attribute(name: string): Value | undefined {
    if (name === '__name__' || name === '__qualname__' || name === '__doc__') return undefined;
    throw this.refusal(`.${name}`);
  }
}
