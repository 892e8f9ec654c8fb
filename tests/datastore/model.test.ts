import test from 'ava';
import fc from 'fast-check';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import type { AssignOperator } from '../../engine/language/statements.ts';

// The datastore against a slow, obvious model: the list of statements itself, read anew for each question.

type Operator = Exclude<AssignOperator, ':='>;

interface Line {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
}

const pendingName = /^(.*?):(append|prepend|remove)(?::(.+))?$/;

/** The value that the statements for exactly this name give, weak default and pending texts left aside. */
function plainValue(lines: readonly Line[], name: string): string | undefined {
  const effects: Readonly<Record<Operator, (value: string | undefined, text: string) => string | undefined>> = {
    '=': (_, text) => text,
    '?=': (value, text) => value ?? text,
    '??=': (value) => value,
    '+=': (value, text) => `${value ?? ''} ${text}`,
    '=+': (value, text) => `${text} ${value ?? ''}`,
    '.=': (value, text) => `${value ?? ''}${text}`,
    '=.': (value, text) => `${text}${value ?? ''}`,
  };
  return lines
    .filter((line) => line.name === name)
    .reduce<string | undefined>((value, line) => effects[line.operator](value, line.value), undefined);
}

function weakDefault(lines: readonly Line[], name: string): string | undefined {
  return lines.findLast((line) => line.name === name && line.operator === '??=')?.value;
}

/** What `NAME:operator` and `NAME:operator:override` lines add, oldest first. */
function pending(lines: readonly Line[], name: string): readonly (Line & { kind: string; override: string })[] {
  return lines.flatMap((line) => {
    const [, base, kind = '', override = ''] = pendingName.exec(line.name) ?? [];
    return base === name ? [{ ...line, kind, override }] : [];
  });
}

/** The name that stands in for `name`: overrides are struck off from the weakest on, until nothing changes. */
function standIn(lines: readonly Line[], name: string, overrides: readonly string[]): string | undefined {
  const keys = new Set(lines.map((line) => pendingName.exec(line.name)?.[1] ?? line.name));
  const open = new Map<string, string>();
  for (const key of keys) {
    const condition = key.slice(name.length + 1);
    if (key.startsWith(`${name}:`) && condition.split(':').every((each) => overrides.includes(each)))
      open.set(condition, key);
  }
  return strikeOff(open, overrides);
}

function strikeOff(open: Map<string, string>, overrides: readonly string[]): string | undefined {
  const ends = (override: string): [string, string][] =>
    [...open].filter(([condition]) => `:${condition}`.endsWith(`:${override}`));
  let found: string | undefined;
  while (overrides.some((override) => ends(override).length > 0)) {
    for (const override of overrides) {
      for (const [condition, key] of ends(override)) {
        open.delete(condition);
        if (condition === override) found = key;
        else open.set(condition.slice(0, -override.length - 1), key);
      }
    }
  }
  return found;
}

function inForce(lines: readonly Line[], name: string, overrides: readonly string[]) {
  return pending(lines, name).filter(
    ({ override }) => override === '' || override.split(':').every((each) => overrides.includes(each)),
  );
}

/** With appended and prepended texts, before references and removal. */
function unexpanded(lines: readonly Line[], name: string, overrides: readonly string[]): string | undefined {
  const instead = standIn(lines, name, overrides);
  let value = (instead === undefined ? undefined : unexpanded(lines, instead, overrides)) ?? plainValue(lines, name);
  value ??= weakDefault(lines, name);
  const active = inForce(lines, name, overrides);
  for (const each of active) if (each.kind === 'append') value = `${value ?? ''}${each.value}`;
  for (const each of active) if (each.kind === 'prepend') value = `${each.value}${value ?? ''}`;
  return value;
}

function expanded(lines: readonly Line[], text: string, overrides: readonly string[]): string {
  return text.replaceAll('${B}', (reference) => finalValue(lines, 'B', overrides) ?? reference);
}

/** Texts whose words are removed: the name's own, and those that took something out of what stands in for it. */
function removals(lines: readonly Line[], name: string, overrides: readonly string[]): readonly string[] {
  const own = inForce(lines, name, overrides).flatMap((each) => (each.kind === 'remove' ? [each.value] : []));
  const instead = standIn(lines, name, overrides);
  if (instead === undefined) return own;
  const words = expanded(lines, unexpanded(lines, instead, overrides) ?? '', overrides).split(/\s+/);
  const hits = (text: string): boolean =>
    expanded(lines, text, overrides)
      .split(/\s+/)
      .some((word) => word !== '' && words.includes(word));
  return [...own, ...removals(lines, instead, overrides).filter(hits)];
}

function finalValue(lines: readonly Line[], name: string, overrides: readonly string[]): string | undefined {
  const text = unexpanded(lines, name, overrides);
  if (text === undefined) return undefined;
  const removed = removals(lines, name, overrides).flatMap((each) => expanded(lines, each, overrides).split(/\s+/));
  const parts = expanded(lines, text, overrides).split(/(\s)/);
  return parts.filter((part) => !removed.includes(part)).join('');
}

const conditions = ['', ':one', ':two', ':off', ':one:two', ':two:one', ':one:off'];
const words = fc.constantFrom('a', 'b', 'a b', ' a', 'c ', '', 'a  b');
const operators = fc.constantFrom<Operator>('=', '?=', '??=', '+=', '=+', '.=', '=.');
const plainLine = fc.record({
  name: fc.tuple(fc.constantFrom('A', 'B'), fc.constantFrom(...conditions)).map((parts) => parts.join('')),
  operator: operators,
  value: words,
});
const pendingLine = fc.record({
  name: fc
    .tuple(
      fc.constantFrom('A', 'B', 'A:one', 'A:two'),
      fc.constantFrom(':append', ':prepend', ':remove'),
      fc.constantFrom('', ':one', ':two', ':off', ':one:two'),
    )
    .map((parts) => parts.join('')),
  operator: fc.constant<Operator>('='),
  value: words,
});
const referring = fc.record({
  name: fc.constantFrom('A', 'A:one', 'A:append', 'A:remove'),
  operator: fc.constant<Operator>('='),
  value: fc.constantFrom('${B}', 'x ${B} a', '${B}b'),
});

test('values are those of a slow model that reads the statements anew', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(plainLine, plainLine, pendingLine, referring), { maxLength: 10 }),
      fc.shuffledSubarray(['one', 'two', 'three'], { minLength: 0 }),
      (lines, overrides) => {
        const datastore = createDatastore({
          evaluator: { evaluate: (code) => code },
          given: { OVERRIDES: overrides.join(':') },
        });
        for (const { name, operator, value } of lines) datastore.assign(name, operator, value);
        for (const name of ['A', 'B', 'A:one', 'A:two'])
          t.is(datastore.get(name), finalValue(lines, name, overrides), name);
      },
    ),
    { numRuns: 3000 },
  );
});
