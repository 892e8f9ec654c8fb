import { order } from './compare.ts';
import { callValue, isTrue, type Value } from './value.ts';

/** `sorted(items, key=..., reverse=...)`: stable, also when reversed. */
export function sortItems(items: Iterable<Value>, key: Value | undefined, reverse: Value | undefined): Value[] {
  const sign = reverse !== undefined && isTrue(reverse) ? -1 : 1;
  const keyed = [...items].map((item) => ({
    item,
    key: key === undefined || key === null ? item : callValue(key, [item]),
  }));
  return keyed.sort((a, b) => sign * order(a.key, b.key)).map((each) => each.item);
}
