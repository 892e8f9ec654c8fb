import { findAttribute } from '../values/attributes.ts';
import { isEqual, isOrdered } from '../values/compare.ts';
import { NativeFunction, native } from '../values/native.ts';
import { CachedProperty, NativeMethod, PythonClass, PythonInstance, WithFields } from '../values/python-class.ts';
import { typeError } from '../values/python-error.ts';
import {
  type CallArguments,
  callValue,
  encoded,
  iterate,
  PythonCallable,
  PythonDict,
  PythonModule,
  PythonTuple,
  type Value,
} from '../values/value.ts';

/** `functools`. */
export function functoolsModule(): PythonModule {
  return new PythonModule('functools', {
    reduce: native('reduce', 'function sequence initial?', reduced),
    partial: new NativeFunction(
      'partial',
      ({ positional: [call = null, ...first], keywords }) => new Partial(call, first, keywords),
    ),
    cmp_to_key: native('cmp_to_key', 'mycmp', (compare = null) => keyByComparison(compare)),
    lru_cache: new NativeFunction('lru_cache', ({ positional: [first] }) =>
      first instanceof PythonCallable
        ? new Cached(first)
        : native('decorator', 'function', (call = null) => new Cached(call)),
    ),
    cache: native('cache', 'function', (call = null) => new Cached(call)),
    wraps: new NativeFunction('wraps', ({ positional: [wrapped = null] }) =>
      native('decorator', 'function', (call = null) => withNames(call, wrapped)),
    ),
    cached_property: native('cached_property', 'function', (call = null) => {
      if (call instanceof PythonCallable) return new CachedProperty(call);
      throw typeError('cached_property needs a function');
    }),
    total_ordering: native('total_ordering', 'class', (cls = null) => completed(cls)),
  });
}

function reduced(call: Value = null, items: Value = null, initial?: Value): Value {
  let total = initial;
  for (const item of iterate(items)) total = total === undefined ? item : callValue(call, [total, item]);
  if (total === undefined) throw typeError('reduce() of empty iterable with no initial value');
  return total;
}

/** `functools.partial`. */
class Partial extends PythonCallable {
  readonly typeName = 'functools.partial';
  readonly name = 'partial';
  readonly #call: Value;
  readonly #first: readonly Value[];
  readonly #named: ReadonlyMap<string, Value>;

  constructor(call: Value, first: readonly Value[], named: ReadonlyMap<string, Value>) {
    super();
    this.#call = call;
    this.#first = first;
    this.#named = named;
  }

  call({ positional, keywords }: CallArguments): Value {
    return callValue(this.#call, [...this.#first, ...positional], new Map([...this.#named, ...keywords]));
  }

  override attribute(name: string): Value | undefined {
    if (name === 'func') return this.#call;
    if (name === 'args') return new PythonTuple(this.#first);
    return name === 'keywords' ? new PythonDict(this.#named) : undefined;
  }
}

/** A function that remembers its results by its arguments. */
class Cached extends WithFields {
  readonly typeName = 'functools._lru_cache_wrapper';
  readonly #call: Value;
  readonly #known = new Map<string, Value>();

  constructor(call: Value) {
    super();
    this.#call = call;
  }

  get name(): string {
    return this.#call instanceof PythonCallable ? this.#call.name : 'cached';
  }

  call({ positional, keywords }: CallArguments): Value {
    const named = [...keywords].map(([name, value]) => `${name}=${encoded(value)}`);
    const key = [...positional.map(encoded), '|', ...named].join(',');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const value = callValue(this.#call, positional, keywords);
    this.#known.set(key, value);
    return value;
  }

  override attribute(name: string): Value | undefined {
    if (name === '__wrapped__') return this.#call;
    if (name === 'cache_clear') {
      return native(name, '', () => {
        this.#known.clear();
        return null;
      });
    }
    return this.fields.get(name);
  }
}

function withNames(call: Value, wrapped: Value): Value {
  if (!(call instanceof WithFields)) return call;
  for (const name of ['__name__', '__qualname__', '__doc__']) {
    const value = findAttribute(wrapped, name);
    if (value !== undefined) call.fields.set(name, value);
  }
  call.fields.set('__wrapped__', wrapped);
  return call;
}

function keyByComparison(compare: Value): Value {
  const cls = new PythonClass({ name: 'K', bases: [] });
  const ask = (self: Value, other: Value): Value => callValue(compare, [inner(self), inner(other)]);
  cls.members.set(
    '__lt__',
    new NativeMethod('__lt__', (self, { positional: [other = null] }) => isOrdered('<', ask(self, other), 0n)),
  );
  cls.members.set(
    '__gt__',
    new NativeMethod('__gt__', (self, { positional: [other = null] }) => isOrdered('>', ask(self, other), 0n)),
  );
  cls.members.set(
    '__eq__',
    new NativeMethod('__eq__', (self, { positional: [other = null] }) => isEqual(ask(self, other), 0n)),
  );
  return native('K', 'obj', (value = null) => new PythonInstance(cls, new Map([['obj', value]])));
}

function inner(value: Value): Value {
  return value instanceof PythonInstance ? (value.custom.fields.get('obj') ?? null) : value;
}

/** Adds the comparisons that a class leaves out, from `__lt__` and `__eq__`. */
function completed(cls: Value): Value {
  if (!(cls instanceof PythonClass)) throw typeError('total_ordering needs a class');
  const less = (a: Value, b: Value): boolean => isOrdered('<', a, b);
  const rules: Readonly<Record<string, (self: Value, other: Value) => boolean>> = {
    __gt__: (self, other) => !less(self, other) && !isEqual(self, other),
    __le__: (self, other) => less(self, other) || isEqual(self, other),
    __ge__: (self, other) => !less(self, other),
  };
  for (const [name, rule] of Object.entries(rules)) {
    if (cls.members.has(name)) continue;
    cls.members.set(name, new NativeMethod(name, (self, { positional: [other = null] }) => rule(self, other)));
  }
  return cls;
}
