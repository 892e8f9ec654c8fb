import { typeError, UnsupportedConstruct } from './python-error.ts';
import {
  type CallArguments,
  type Custom,
  callValue,
  type ObjectClass,
  PythonCallable,
  PythonObject,
  specialOf,
  typeNameOf,
  type Value,
} from './value.ts';

/** What a class of the interpreter's own does. */
export interface NativeClass {
  /** Makes a value from the arguments: `str(x)`, `int(x)`. Such a class has no subclasses unless `subclassable`. */
  readonly make?: (cls: PythonClass, given: CallArguments) => Value;
  /** Makes an empty object that `__init__` fills. */
  readonly create?: (cls: PythonClass, given: CallArguments) => PythonObject;
  readonly subclassable?: boolean;
  /** A method without its object: `str.strip`. */
  readonly method?: (name: string) => Value | undefined;
}

/** A class: one of the interpreter's own, or one written in Python. */
export class PythonClass extends PythonCallable implements ObjectClass {
  readonly typeName = 'type';
  readonly name: string;
  /** The module that `repr` shows; empty for builtins. */
  readonly module: string;
  readonly bases: readonly PythonClass[];
  readonly mro: readonly PythonClass[];
  readonly members: Map<string, Value>;
  readonly native: NativeClass | undefined;

  constructor(options: {
    readonly name: string;
    readonly bases: readonly PythonClass[];
    readonly members?: Map<string, Value>;
    readonly native?: NativeClass;
    readonly module?: string;
  }) {
    super();
    this.name = options.name;
    this.module = options.module ?? '';
    this.bases = options.bases;
    this.members = options.members ?? new Map();
    this.native = options.native;
    this.mro = [this, ...mergedOrder(options.bases)];
  }

  /** A member that the class itself has, unbound; None is one, too. */
  own(name: string): Value | undefined {
    const member = this.members.get(name);
    return member === undefined ? this.native?.method?.(name) : member;
  }

  /** A member of the class or the nearest base that has it, unbound. */
  find(name: string): Value | undefined {
    for (const each of this.mro) {
      const member = each.own(name);
      if (member !== undefined) return member;
    }
    return undefined;
  }

  bindSpecial(name: string, self: PythonObject): PythonCallable | undefined {
    for (const each of this.mro) {
      const member = each.members.get(name);
      if (member !== undefined) return member === null ? undefined : (bind(member, self, this) as PythonCallable);
    }
    return undefined;
  }

  /** A member as `Class.name` gives it. */
  override attribute(name: string): Value | undefined {
    const member = this.find(name);
    if (member instanceof StaticMethod) return member.wrapped;
    if (member instanceof ClassMethod) return new BoundMethod(this, member.wrapped);
    return member;
  }

  isSubclassOf(other: PythonClass): boolean {
    return this.mro.includes(other);
  }

  call(given: CallArguments): Value {
    const own = this.mro.find((each) => each.members.has('__new__'))?.members.get('__new__');
    if (own === undefined) return this.make(given);
    const wrapped = own instanceof StaticMethod || own instanceof ClassMethod ? own.wrapped : own;
    const self = callValue(wrapped ?? null, [this, ...given.positional], given.keywords);
    if (!(self instanceof PythonObject && classOf(self).isSubclassOf(this))) return self;
    // What `__new__` takes, `object.__init__` does not complain about.
    return this.find('__init__') === objectMethods.get('__init__') ? self : this.#started(self, given);
  }

  /** What a call gives when no `__new__` is written in Python. */
  make(given: CallArguments): Value {
    const native = this.#maker();
    if (native?.make !== undefined && (native === this.native || native.create === undefined)) {
      return native.make(this, given);
    }
    return this.#started(native?.create?.(this, given) ?? new PythonInstance(this), given);
  }

  /** `object.__new__(cls, ...)`: an object that `__init__` has not seen. */
  create(given: CallArguments): Value {
    const native = this.#maker();
    return native?.create?.(this, given) ?? native?.make?.(this, given) ?? new PythonInstance(this);
  }

  #maker(): NativeClass | undefined {
    return this.mro.find((each) => each.native?.make !== undefined || each.native?.create !== undefined)?.native;
  }

  #started(self: PythonObject, given: CallArguments): Value {
    const start = this.find('__init__');
    if (start !== undefined) {
      const result = callValue(bind(start, self, this), given.positional, given.keywords);
      if (result !== null) throw typeError(`__init__() should return None, not '${typeNameOf(result)}'`);
    }
    return self;
  }
}

/** The order in which bases are asked: C3, as Python's. Throws TypeError. */
function mergedOrder(bases: readonly PythonClass[]): readonly PythonClass[] {
  const lists = [...bases.map((each) => [...each.mro]), [...bases]];
  const result: PythonClass[] = [];
  for (;;) {
    const open = lists.filter((each) => each.length > 0);
    if (open.length === 0) return result;
    const next = open
      .map((each) => each[0])
      .find((head) => !open.some((each) => each.slice(1).some((c) => c === head)));
    if (next === undefined) {
      const names = bases.map((each) => each.name).join(', ');
      throw typeError(`Cannot create a consistent method resolution\norder (MRO) for bases ${names}`);
    }
    result.push(next);
    for (const each of open) if (each[0] === next) each.shift();
  }
}

/** An object of a class written in Python that has no builtin base. */
export class PythonInstance extends PythonObject {
  readonly typeName: string;
  override readonly custom: Custom;

  constructor(cls: PythonClass, fields: Map<string, Value> = new Map()) {
    super();
    this.typeName = cls.name;
    this.custom = { cls, fields };
  }
}

/** A function with its object in front. */
export class BoundMethod extends PythonCallable {
  readonly typeName = 'method';
  readonly self: Value;
  readonly wrapped: Value;

  constructor(self: Value, wrapped: Value) {
    super();
    this.self = self;
    this.wrapped = wrapped;
  }

  get name(): string {
    return this.wrapped instanceof PythonCallable ? this.wrapped.name : typeNameOf(this.wrapped);
  }

  call(given: CallArguments): Value {
    return callValue(this.wrapped, [this.self, ...given.positional], given.keywords);
  }

  override attribute(name: string): Value | undefined {
    if (name === '__self__') return this.self;
    if (name === '__func__') return this.wrapped;
    return this.wrapped instanceof PythonCallable ? this.wrapped.attribute(name) : undefined;
  }
}

/** `property`. */
export class Property extends PythonObject {
  readonly typeName = 'property';
  readonly getter: Value;
  readonly setter: Value;
  readonly deleter: Value;

  constructor(getter: Value, setter: Value = null, deleter: Value = null) {
    super();
    this.getter = getter;
    this.setter = setter;
    this.deleter = deleter;
  }
}

/** `functools.cached_property`: computed once for each object. */
export class CachedProperty extends PythonObject {
  readonly typeName = 'cached_property';
  readonly compute: PythonCallable;

  constructor(compute: PythonCallable) {
    super();
    this.compute = compute;
  }
}

/** `staticmethod`. */
export class StaticMethod extends PythonCallable {
  readonly typeName = 'staticmethod';
  readonly name = 'staticmethod';
  readonly wrapped: Value;

  constructor(wrapped: Value) {
    super();
    this.wrapped = wrapped;
  }

  call(given: CallArguments): Value {
    return callValue(this.wrapped, given.positional, given.keywords);
  }
}

/** `classmethod`. */
export class ClassMethod extends PythonObject {
  readonly typeName = 'classmethod';
  readonly wrapped: Value;

  constructor(wrapped: Value) {
    super();
    this.wrapped = wrapped;
  }
}

/** A function that becomes a method when it is found in a class. */
export abstract class BindingFunction extends PythonCallable {}

/** A function that attributes can be attached to. */
export abstract class WithFields extends BindingFunction {
  readonly fields = new Map<string, Value>();

  override attribute(name: string): Value | undefined {
    return this.fields.get(name);
  }
}

/** A method written in TypeScript: the object comes as the first argument. */
export class NativeMethod extends BindingFunction {
  readonly typeName = 'method_descriptor';
  readonly name: string;
  readonly #body: (self: Value, given: CallArguments) => Value;

  constructor(name: string, body: (self: Value, given: CallArguments) => Value) {
    super();
    this.name = name;
    this.#body = body;
  }

  call(given: CallArguments): Value {
    const [self, ...positional] = given.positional;
    if (self === undefined) throw typeError(`unbound method ${this.name}() needs an argument`);
    return this.#body(self, { positional, keywords: given.keywords });
  }
}

/** A member of a class as an object of the class sees it. */
export function bind(member: Value, self: Value, cls: PythonClass): Value {
  if (member instanceof BindingFunction) return new BoundMethod(self, member);
  if (member instanceof ClassMethod) return new BoundMethod(cls, member.wrapped);
  if (member instanceof StaticMethod) return member.wrapped;
  if (member instanceof Property) return readProperty(member, self);
  const getter = specialOf(member, '__get__');
  return getter === undefined ? member : callValue(getter, [self, cls]);
}

function readProperty(property: Property, self: Value): Value {
  if (property.getter === null) throw typeError('unreadable attribute');
  return callValue(property.getter, [self]);
}

/** `__new__` of the builtin types: the class that is to be made comes as the first argument. */
class StaticMaker extends PythonCallable {
  readonly typeName = 'builtin_function_or_method';
  readonly name = '__new__';

  call({ positional, keywords }: CallArguments): Value {
    const [cls, ...rest] = positional;
    if (cls instanceof PythonClass) return cls.create({ positional: rest, keywords });
    throw typeError(`object.__new__(X): X is not a type object (${typeNameOf(cls ?? null)})`);
  }
}

/** `object`. */
export const objectClass: PythonClass = new PythonClass({
  name: 'object',
  bases: [],
  native: {
    create: (cls) => new PythonInstance(cls),
    method: (name) => objectMethods.get(name),
  },
});

const objectMethods = new Map<string, Value>([
  ['__new__', new StaticMaker()],
  [
    '__init__',
    new NativeMethod('__init__', (self, { positional, keywords }) => {
      if (positional.length + keywords.size > 0) throw typeError(`${typeNameOf(self)}() takes no arguments`);
      return null;
    }),
  ],
]);

/** Adds a method that every object has, unbound. */
export function defineObjectMethod(name: string, body: (self: Value, given: CallArguments) => Value): void {
  objectMethods.set(name, new NativeMethod(name, body));
}

/** `type`: called with one value it gives the value's class. */
export const typeClass: PythonClass = new PythonClass({
  name: 'type',
  bases: [objectClass],
  native: {
    make: (_cls, { positional }) => {
      const [value = null] = positional;
      if (positional.length === 1) return classOf(value);
      throw new UnsupportedConstruct('`type` with three arguments', 'write a `class` statement');
    },
  },
});

const builtinClasses = new Map<string, PythonClass>([
  ['object', objectClass],
  ['type', typeClass],
]);

/** Makes a class of the interpreter's own known, so that `type(x)` and `isinstance` find it by the name of its values. */
export function defineClass(name: string, native: NativeClass, base: PythonClass = objectClass): PythonClass {
  const cls = new PythonClass({ name, bases: [base], native });
  builtinClasses.set(name, cls);
  return cls;
}

/** `type(value)`. */
export function classOf(value: Value): PythonClass {
  if (value !== null && typeof value === 'object' && value.custom !== undefined) return value.custom.cls as PythonClass;
  const name = typeNameOf(value);
  return builtinClasses.get(name) ?? defineClass(name, { make: cannotMake });
}

function cannotMake(cls: PythonClass): never {
  throw typeError(`cannot create '${cls.name}' instances`);
}

/** Whether a value is of a class, or of one of a tuple's classes, as `isinstance` sees it. */
export function isInstance(value: Value, cls: PythonClass): boolean {
  return classOf(value).isSubclassOf(cls);
}
