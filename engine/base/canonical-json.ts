/** Plain data that can be written as JSON; `undefined` fields count as absent. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** The only JSON that is ever hashed: keys in code point order, no blanks, absent fields left out. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const record = value as { readonly [key: string]: Json | undefined };
  let fields = '';
  for (const key of inOrder(Object.keys(record))) {
    const field = record[key];
    if (field === undefined) continue;
    fields += `${fields === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(field)}`;
  }
  return `{${fields}}`;
}

/** The keys sorted, which they often are already. */
function inOrder(keys: string[]): readonly string[] {
  for (let at = 1; at < keys.length; at++)
    if (compareCodePoints(keys[at - 1] ?? '', keys[at] ?? '') > 0) return keys.sort(compareCodePoints);
  return keys;
}

const firstSurrogate = 0xd800;
const behindSurrogates = 0xe000;

/** Order by code point, the same on every machine and in every locale. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Halves of code points above 0xffff come behind all others. */
function rank(unit: number): number {
  if (unit < firstSurrogate) return unit;
  return unit < behindSurrogates ? unit + 0x10000 : unit;
}
