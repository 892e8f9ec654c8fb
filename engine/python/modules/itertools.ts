import { isEqual } from '../values/compare.ts';
import { reserve, spend } from '../values/meter.ts';
import { NativeFunction, native } from '../values/native.ts';
import { operate } from '../values/operators.ts';
import { valueError } from '../values/python-error.ts';
import {
  callValue,
  isTrue,
  iterate,
  iteratorOf,
  PythonIterator,
  PythonModule,
  PythonTuple,
  toIndex,
  type Value,
} from '../values/value.ts';

/** `itertools`. */
export function itertoolsModule(): PythonModule {
  const functions = [...endless(), ...filters(), ...combinatorial()];
  const chain = new NativeFunction('chain', ({ positional }) => lazy('chain', chained(positional)));
  const chainMaker = new ChainMaker(chain);
  return new PythonModule('itertools', {
    ...Object.fromEntries(functions.map((each) => [each.name, each])),
    chain: chainMaker,
  });
}

/** `itertools.chain`, with `from_iterable`. */
class ChainMaker extends NativeFunction {
  constructor(chain: NativeFunction) {
    super('chain', (given) => chain.call(given));
  }

  override attribute(name: string): Value | undefined {
    if (name !== 'from_iterable') return undefined;
    return native(name, 'iterable', (items = null) => lazy('chain', chained(iterate(items))));
  }
}

function lazy(name: string, source: Iterator<Value>): Value {
  return new PythonIterator(`itertools.${name}`, source);
}

function* chained(all: Iterable<Value>): Generator<Value> {
  for (const each of all) yield* iterate(each);
}

function endless(): readonly NativeFunction[] {
  return [
    native('count', 'start? step?', (start = 0n, step = 1n) => lazy('count', counted(start, step))),
    native('cycle', 'iterable', (items = null) => lazy('cycle', cycled(items))),
    native('repeat', 'object times?', (value = null, times) => lazy('repeat', repeated(value, times))),
    native('accumulate', 'iterable func? initial?', (items = null, call = null, initial = null) =>
      lazy('accumulate', accumulated(items, call, initial)),
    ),
  ];
}

function* counted(start: Value, step: Value): Generator<Value> {
  for (let value = start; ; value = operate('Add', value, step)) yield value;
}

function* cycled(items: Value): Generator<Value> {
  const all: Value[] = [];
  for (const item of iterate(items)) {
    reserve(8);
    all.push(item);
    yield item;
  }
  while (all.length > 0) yield* all;
}

function* repeated(value: Value, times: Value | undefined): Generator<Value> {
  const count = times === undefined ? Number.POSITIVE_INFINITY : toIndex(times);
  for (let index = 0; index < count; index++) yield value;
}

function* accumulated(items: Value, call: Value, initial: Value): Generator<Value> {
  let total: Value | undefined = initial === null ? undefined : initial;
  if (total !== undefined) yield total;
  for (const item of iterate(items)) {
    if (total === undefined) total = item;
    else total = call === null ? operate('Add', total, item) : callValue(call, [total, item]);
    yield total;
  }
}

function filters(): readonly NativeFunction[] {
  return [
    new NativeFunction('islice', ({ positional: [items = null, ...bounds] }) => lazy('islice', sliced(items, bounds))),
    native('takewhile', 'predicate iterable', (test = null, items = null) => lazy('takewhile', taken(test, items))),
    native('dropwhile', 'predicate iterable', (test = null, items = null) => lazy('dropwhile', dropped(test, items))),
    native('filterfalse', 'predicate iterable', (test = null, items = null) =>
      lazy('filterfalse', refused(test, items)),
    ),
    native('compress', 'data selectors', (data = null, chosen = null) => lazy('compress', compressed(data, chosen))),
    native('starmap', 'function iterable', (call = null, items = null) => lazy('starmap', spreadCalls(call, items))),
    native('pairwise', 'iterable', (items = null) => lazy('pairwise', pairs(items))),
    native('groupby', 'iterable key?', (items = null, key = null) => lazy('groupby', grouped(items, key))),
    native('tee', 'iterable n?', (items = null, n = 2n) => {
      const all = [...iterate(items)];
      return new PythonTuple(Array.from({ length: toIndex(n) }, () => lazy('_tee', all[Symbol.iterator]())));
    }),
    new NativeFunction('zip_longest', ({ positional, keywords }) =>
      lazy('zip_longest', zippedLongest(positional, keywords.get('fillvalue') ?? null)),
    ),
  ];
}

function* sliced(items: Value, bounds: readonly Value[]): Generator<Value> {
  const [start = null, stop = null, step = null] = bounds.length === 1 ? [null, bounds[0]] : bounds;
  const first = start === null ? 0 : toIndex(start);
  const last = stop === null ? Number.POSITIVE_INFINITY : toIndex(stop);
  const stride = step === null ? 1 : toIndex(step);
  if (first < 0 || last < 0 || stride < 1) {
    throw valueError('Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.');
  }
  const source = iteratorOf(items);
  let next = first;
  for (let index = 0; index < last; index++) {
    const found = source.next();
    if (found.done === true) return;
    if (index !== next) continue;
    yield found.value;
    next += stride;
  }
}

function* taken(test: Value, items: Value): Generator<Value> {
  for (const item of iterate(items)) {
    if (!isTrue(callValue(test, [item]))) return;
    yield item;
  }
}

function* dropped(test: Value, items: Value): Generator<Value> {
  let dropping = true;
  for (const item of iterate(items)) {
    dropping = dropping && isTrue(callValue(test, [item]));
    if (!dropping) yield item;
  }
}

function* refused(test: Value, items: Value): Generator<Value> {
  for (const item of iterate(items)) if (!isTrue(test === null ? item : callValue(test, [item]))) yield item;
}

function* compressed(data: Value, chosen: Value): Generator<Value> {
  const choices = iteratorOf(chosen);
  for (const item of iterate(data)) {
    const choice = choices.next();
    if (choice.done === true) return;
    if (isTrue(choice.value)) yield item;
  }
}

function* spreadCalls(call: Value, items: Value): Generator<Value> {
  for (const item of iterate(items)) yield callValue(call, [...iterate(item)]);
}

function* pairs(items: Value): Generator<Value> {
  let before: Value | undefined;
  for (const item of iterate(items)) {
    if (before !== undefined) yield new PythonTuple([before, item]);
    before = item;
  }
}

function* grouped(items: Value, key: Value): Generator<Value> {
  let group: Value[] = [];
  let current: Value | undefined;
  for (const item of iterate(items)) {
    const name = key === null ? item : callValue(key, [item]);
    if (current !== undefined && !isEqual(current, name)) {
      yield new PythonTuple([current, lazy('_grouper', group[Symbol.iterator]())]);
      group = [];
    }
    current = name;
    group.push(item);
  }
  if (current !== undefined) yield new PythonTuple([current, lazy('_grouper', group[Symbol.iterator]())]);
}

function* zippedLongest(all: readonly Value[], fill: Value): Generator<Value> {
  const iterators = all.map(iteratorOf);
  for (;;) {
    const steps = iterators.map((each) => each.next());
    if (steps.every((step) => step.done === true)) return;
    yield new PythonTuple(steps.map((step) => (step.done === true ? fill : step.value)));
  }
}

function combinatorial(): readonly NativeFunction[] {
  return [
    new NativeFunction('product', ({ positional, keywords }) => {
      const pools = positional.map((each) => [...iterate(each)]);
      const times = toIndex(keywords.get('repeat') ?? 1n);
      return lazy('product', products(Array.from({ length: times }, () => pools).flat()));
    }),
    native('permutations', 'iterable r?', (items = null, r = null) => {
      const pool = [...iterate(items)];
      return lazy(
        'permutations',
        chosen(pool, r === null ? pool.length : toIndex(r), (at, used) => !used.includes(at)),
      );
    }),
    native('combinations', 'iterable r', (items = null, r = null) =>
      lazy(
        'combinations',
        chosen([...iterate(items)], toIndex(r), (at, used) => at > (used.at(-1) ?? -1)),
      ),
    ),
    native('combinations_with_replacement', 'iterable r', (items = null, r = null) =>
      lazy(
        'combinations_with_replacement',
        chosen([...iterate(items)], toIndex(r), (at, used) => at >= (used.at(-1) ?? 0)),
      ),
    ),
  ];
}

function* products(pools: readonly (readonly Value[])[]): Generator<Value> {
  const indices = pools.map(() => 0);
  if (pools.some((each) => each.length === 0)) return;
  for (;;) {
    reserve(64 + 16 * pools.length);
    yield new PythonTuple(pools.map((pool, at) => pool[indices[at] ?? 0] ?? null));
    let place = pools.length - 1;
    while (place >= 0 && (indices[place] ?? 0) === (pools[place]?.length ?? 0) - 1) {
      indices[place] = 0;
      place -= 1;
    }
    if (place < 0) return;
    indices[place] = (indices[place] ?? 0) + 1;
  }
}

/** All choices of so many places, in order, that a rule allows one after the other. */
function* chosen(
  pool: readonly Value[],
  size: number,
  allows: (at: number, used: readonly number[]) => boolean,
): Generator<Value> {
  const used: number[] = [];
  let next = 0;
  for (;;) {
    spend(1);
    if (used.length === size) {
      reserve(64 + 16 * size);
      yield new PythonTuple(used.map((at) => pool[at] ?? null));
    }
    while (used.length < size && next < pool.length && !allows(next, used)) next += 1;
    if (used.length < size && next < pool.length) {
      used.push(next);
      next = 0;
    } else {
      const last = used.pop();
      if (last === undefined) return;
      next = last + 1;
    }
  }
}
