import { isOrdered } from './compare.ts';
import { spend, spendOn } from './meter.ts';
import { callValue, isTrue, type Value } from './value.ts';

/** `sorted(items, key=..., reverse=...)`: stable, also when reversed. */
export function sortItems(items: Iterable<Value>, key: Value | undefined, reverse: Value | undefined): Value[] {
  const turned = reverse !== undefined && isTrue(reverse);
  const keyed: { readonly item: Value; readonly key: Value }[] = [];
  for (const item of items) {
    spend(2);
    keyed.push({ item, key: key === undefined || key === null ? item : callValue(key, [item]) });
  }
  const compare = (a: Value, b: Value): number => (isOrdered('<', a, b) ? -1 : isOrdered('<', b, a) ? 1 : 0);
  spendOn(keyed.length * Math.ceil(Math.log2(keyed.length + 1)), 'items');
  keyed.sort(turned ? (a, b) => compare(b.key, a.key) : (a, b) => compare(a.key, b.key));
  return keyed.map((each) => each.item);
}
