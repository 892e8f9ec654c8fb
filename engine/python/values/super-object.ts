import { bind, PythonClass } from './python-class.ts';
import { PythonException, typeError } from './python-error.ts';
import { PythonAttributes, typeNameOf, type Value } from './value.ts';

/** `super(cls, self)`: the members of the classes after `cls`. */
class SuperObject extends PythonAttributes {
  readonly typeName = 'super';
  readonly #after: readonly PythonClass[];
  readonly #self: Value;
  readonly #own: PythonClass;

  constructor(after: readonly PythonClass[], self: Value, own: PythonClass) {
    super();
    this.#after = after;
    this.#self = self;
    this.#own = own;
  }

  attribute(name: string): Value | undefined {
    for (const each of this.#after) {
      const member = each.own(name);
      if (member !== undefined) return bind(member, this.#self, this.#own);
    }
    return undefined;
  }

  override missing(name: string): Error {
    return new PythonException('AttributeError', `'super' object has no attribute '${name}'`);
  }
}

/** The object that `super(cls, self)` gives; `self` may be a class. Throws TypeError. */
export function superObject(cls: PythonClass, self: Value): Value {
  const own =
    self instanceof PythonClass ? self : self !== null && typeof self === 'object' ? self.custom?.cls : undefined;
  if (!(own instanceof PythonClass) || !own.isSubclassOf(cls)) {
    throw typeError(`super(type, obj): obj must be an instance or subtype of type, not ${typeNameOf(self)}`);
  }
  return new SuperObject(own.mro.slice(own.mro.indexOf(cls) + 1), self, own);
}
