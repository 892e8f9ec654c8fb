import { findAttribute } from '../values/attributes.ts';
import { objectOf } from '../values/exceptions.ts';
import { enter, leave, reserve, spend } from '../values/meter.ts';
import { NativeFunction, native } from '../values/native.ts';
import { classOf, objectClass, PythonClass, PythonInstance, typeClass } from '../values/python-class.ts';
import { PythonException } from '../values/python-error.ts';
import { PythonGenerator } from '../values/python-generator.ts';
import {
  callValue,
  PythonAttributes,
  PythonDict,
  PythonIterator,
  PythonList,
  PythonModule,
  PythonSet,
  PythonTuple,
  specialOf,
  type Value,
} from '../values/value.ts';

/** `copy`. */
export function copyModule(): PythonModule {
  return new PythonModule('copy', {
    copy: native('copy', 'x', (value = null) => shallow(value)),
    deepcopy: native('deepcopy', 'x memo?', (value = null) => deep(value, new Map())),
  });
}

function shallow(value: Value): Value {
  const own = specialOf(value, '__copy__');
  if (own !== undefined) return callValue(own, []);
  if (value instanceof PythonInstance)
    return new PythonInstance(value.custom.cls as PythonClass, new Map(value.custom.fields));
  const copy = value instanceof PythonTuple ? undefined : findAttribute(value, 'copy');
  return copy === undefined || value instanceof PythonModule ? value : callValue(copy, []);
}

function deep(value: Value, known: Map<Value, Value>): Value {
  if (value === null || typeof value !== 'object') return value;
  const found = known.get(value);
  if (found !== undefined) return found;
  enter();
  reserve(40);
  try {
    return deepObject(value, known);
  } finally {
    leave();
  }
}

function deepObject(value: Value, known: Map<Value, Value>): Value {
  const own = specialOf(value, '__deepcopy__');
  if (own !== undefined) return callValue(own, [new PythonDict()]);
  if (value instanceof PythonList) {
    const copy = new PythonList([]);
    known.set(value, copy);
    spend(value.items.length);
    for (const item of value.items) copy.items.push(deep(item, known));
    return copy;
  }
  if (value instanceof PythonDict) {
    const copy = shallow(value) as PythonDict;
    known.set(value, copy);
    for (const [key, item] of value.entries()) copy.set(key, deep(item, known));
    return copy;
  }
  if (value instanceof PythonTuple && value.custom === undefined)
    return new PythonTuple(value.items.map((item) => deep(item, known)));
  if (value instanceof PythonSet) return new PythonSet(value.values(), value.frozen);
  if (!(value instanceof PythonInstance)) return value;
  const copy = new PythonInstance(value.custom.cls as PythonClass);
  known.set(value, copy);
  for (const [name, item] of value.custom.fields) copy.custom.fields.set(name, deep(item, known));
  return copy;
}

const errorNumbers: Readonly<Record<string, bigint>> = {
  EPERM: 1n,
  ENOENT: 2n,
  EINTR: 4n,
  EIO: 5n,
  EBADF: 9n,
  EAGAIN: 11n,
  ENOMEM: 12n,
  EACCES: 13n,
  EBUSY: 16n,
  EEXIST: 17n,
  EXDEV: 18n,
  ENODEV: 19n,
  ENOTDIR: 20n,
  EISDIR: 21n,
  EINVAL: 22n,
  ENOSPC: 28n,
  EROFS: 30n,
  EPIPE: 32n,
  ENOTEMPTY: 39n,
};

/** `errno`. */
export function errnoModule(): PythonModule {
  const names = new PythonDict(Object.entries(errorNumbers).map(([name, number]) => [number, name]));
  return new PythonModule('errno', { ...errorNumbers, errorcode: names });
}

/** `types`. */
export function typesModule(): PythonModule {
  return new PythonModule('types', {
    SimpleNamespace: native('SimpleNamespace', '*names', () => new PythonInstance(namespaceClass)),
    NoneType: classOf(null),
    GeneratorType: classOf(new PythonIterator('generator', [][Symbol.iterator]())),
    FunctionType: classOf(native('f', '', () => null)),
  });
}

const namespaceClass = new PythonClass({ name: 'SimpleNamespace', bases: [objectClass] });

/** `abc` and `typing`, as far as they only mark. */
export function markerModules(): readonly PythonModule[] {
  const same = native('abstractmethod', 'function', (call = null) => call);
  return [
    new PythonModule('abc', {
      ABC: new PythonClass({ name: 'ABC', bases: [objectClass] }),
      abstractmethod: same,
      ABCMeta: typeClass,
    }),
    new PythonModule('contextlib', {
      contextmanager: native('contextmanager', 'function', (call = null) => managerMaker(call)),
      suppress: native('suppress', '*exceptions', (types) => new Suppress((types as PythonTuple).items)),
    }),
  ];
}

function managerMaker(call: Value): Value {
  return new NativeFunction(
    'manager',
    ({ positional, keywords }) => new GeneratorManager(callValue(call, positional, keywords)),
  );
}

/** What `contextlib.contextmanager` makes of a generator. */
class GeneratorManager extends PythonAttributes {
  readonly typeName = '_GeneratorContextManager';
  readonly #steps: Value;

  constructor(steps: Value) {
    super();
    this.#steps = steps;
  }

  attribute(name: string): Value | undefined {
    const steps = this.#steps;
    if (!(steps instanceof PythonGenerator)) return undefined;
    if (name === '__enter__') {
      return native(name, '', () => {
        const step = steps.next();
        if (step.done === true) throw new PythonException('RuntimeError', "generator didn't yield");
        return step.value;
      });
    }
    return name === '__exit__'
      ? native(name, 'type value trace', (_type, value = null) => leaveGenerator(steps, value))
      : undefined;
  }
}

function leaveGenerator(steps: PythonGenerator, value: Value): boolean {
  if (value === null) {
    if (steps.next().done === true) return false;
    throw new PythonException('RuntimeError', "generator didn't stop");
  }
  try {
    const step = steps.raise(value);
    if (step.done === true) return true;
  } catch (error) {
    if (error instanceof PythonException && objectOf(error) === value) return false;
    throw error;
  }
  throw new PythonException('RuntimeError', "generator didn't stop after throw()");
}

/** `contextlib.suppress`. */
class Suppress extends PythonAttributes {
  readonly typeName = 'suppress';
  readonly #types: readonly Value[];

  constructor(types: readonly Value[]) {
    super();
    this.#types = types;
  }

  attribute(name: string): Value | undefined {
    if (name === '__enter__') return native(name, '', () => null);
    if (name !== '__exit__') return undefined;
    return native(name, 'type value trace', (type = null) =>
      this.#types.some((each) => type instanceof PythonClass && each instanceof PythonClass && type.isSubclassOf(each)),
    );
  }
}
