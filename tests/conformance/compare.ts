import type { Answers, Query } from './cases.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with an answer, one line each; empty when it agrees with what was recorded. */
export function differences(query: Query, expected: unknown, answer: unknown): readonly string[] {
  const wanted = fields(expected);
  const given = fields(answer);
  const isFailure = wanted['fails'] === true || given['fails'] === true;
  if (isFailure && query.kind !== 'warnings') return failureDifferences(wanted, given);
  return (comparers[query.kind] ?? sameFields)(wanted, given);
}

/** The differences of every query of a case by the query's id; those that agree are left out. */
export function caseDifferences(
  queries: readonly Query[],
  expected: Answers,
  answers: Answers,
): ReadonlyMap<string, readonly string[]> {
  const found = queries.map(({ id, ...query }) => {
    const entry = differences({ id, ...query }, expected[id], answers[id]);
    return [id, entry] as const;
  });
  return new Map(found.filter(([, entry]) => entry.length > 0));
}

const comparers: Readonly<Record<string, (wanted: Fields, given: Fields) => readonly string[]>> = {
  error: (wanted, given) => (same(wanted['fails'], given['fails']) ? [] : ['fails differs']),
  warnings: warningDifferences,
  variables: variableDifferences,
  providers: providerDifferences,
  run: runDifferences,
};

/** A failure: that it fails, its place and stage, and the words that its messages must hold. */
function failureDifferences(wanted: Fields, given: Fields): readonly string[] {
  if (wanted['fails'] !== given['fails']) return [`fails: expected ${show(wanted)}, got ${show(given)}`];
  const places = ['file', 'line', 'stage'].filter((key) => key in wanted && !same(wanted[key], given[key]));
  const texts = textsOf(given['messages']);
  return [
    ...places.map((key) => `${key}: expected ${show(wanted[key])}, got ${show(given[key])}: ${texts.join(' | ')}`),
    ...missingWords(wanted, texts),
  ];
}

function missingWords(wanted: Fields, texts: readonly string[]): readonly string[] {
  const all = texts.join('\n');
  return textsOf(wanted['keywords'])
    .filter((word) => !all.includes(word))
    .map((word) => `no message holds ${show(word)}: ${show(all)}`);
}

/** Number, places and words of warnings; some files are recorded by their base name only. */
function warningDifferences(wanted: Fields, given: Fields): readonly string[] {
  const expected = list(wanted['warnings']).map(fields);
  const got = list(given['warnings']).map(fields);
  const found: string[] = same(wanted['fails'], given['fails']) ? [] : ['fails differs'];
  if (expected.length !== got.length) found.push(`expected ${expected.length} warnings, got ${show(got)}`);
  const open = [...got];
  for (const each of expected) {
    const at = open.findIndex((other) => samePlace(each, other));
    if (at === -1) found.push(`no warning at ${show([each['file'], each['line']])}, got ${show(got)}`);
    else open.splice(at, 1);
  }
  const texts = got.map((each) => String(each['message']));
  return [...found, ...missingWords(wanted, texts)];
}

function samePlace(wanted: Fields, given: Fields): boolean {
  const file = wanted['file'];
  const other = String(given['file']);
  const sameFile = file === undefined || file === other || other.endsWith(`/${file}`);
  return sameFile && (!('line' in wanted) || same(wanted['line'], given['line']));
}

/** Values as recorded; where the expansion failed, that it fails. */
function variableDifferences(wanted: Fields, given: Fields): readonly string[] {
  const blurred = (part: Fields): Fields => ({
    ...part,
    ...('vars' in part
      ? { vars: mapFields(part['vars'], (value) => (hasKey(value, 'error') ? { error: true } : value)) }
      : {}),
  });
  return sameFields(blurred(wanted), blurred(given));
}

/** Messages and warnings count only as there or not. */
function providerDifferences(wanted: Fields, given: Fields): readonly string[] {
  const blurred = (part: Fields): Fields => ({
    targets: mapFields(part['targets'], (target) => {
      const { messages, warnings, ...rest } = fields(target);
      return { ...rest, messages: list(messages).length > 0, warnings: list(warnings).length > 0 };
    }),
  });
  return sameFields(blurred(wanted), blurred(given));
}

/** Steps as recorded; a failure before the first task is compared as failures are. */
function runDifferences(wanted: Fields, given: Fields): readonly string[] {
  const expected = list(wanted['steps']).map(fields);
  const got = list(given['steps']).map(fields);
  if (expected.length !== got.length) return [`expected ${expected.length} steps, got ${show(given)}`];
  return expected.flatMap((step, index) => {
    const { failed, ...rest } = step;
    const { failed: otherFailed, ...other } = got[index] ?? {};
    const failure = failed === undefined ? [] : failureDifferences(fields(failed), fields(otherFailed));
    return [...sameFields(rest, other), ...failure].map((line) => `step ${index + 1}: ${line}`);
  });
}

function sameFields(wanted: Fields, given: Fields): readonly string[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(given)])];
  return keys.flatMap((key) => deepDifferences(key, wanted[key], given[key]));
}

function deepDifferences(path: string, wanted: unknown, given: unknown): readonly string[] {
  if (same(wanted, given)) return [];
  if (isObject(wanted) && isObject(given) && !Array.isArray(wanted) && !Array.isArray(given)) {
    return sameFields(wanted, given).map((line) => `${path}.${line}`);
  }
  if (Array.isArray(wanted) && Array.isArray(given)) return [`${path}: ${listDifference(wanted, given)}`];
  return [`${path}: expected ${show(wanted)}, got ${show(given)}`];
}

function listDifference(wanted: readonly unknown[], given: readonly unknown[]): string {
  const missing = wanted.filter((each) => !given.some((other) => same(each, other)));
  const extra = given.filter((each) => !wanted.some((other) => same(each, other)));
  if (missing.length + extra.length === 0) return `expected the order ${show(wanted)}, got ${show(given)}`;
  return `missing ${show(missing)}, not expected ${show(extra)}`;
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

function fields(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: unknown): readonly string[] {
  return list(value).map(String);
}

function mapFields(value: unknown, change: (value: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields(value)).map(([key, inner]) => [key, change(inner)]));
}

function hasKey(value: unknown, key: string): boolean {
  return isObject(value) && key in value;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 600 ? `${text.slice(0, 600)}...` : text;
}
