import test from 'ava';
import fc from 'fast-check';
import { splitAssignmentName } from '../../engine/language/assignment-target.ts';
import { type ExpansionPart, parseExpansion } from '../../engine/language/expansion.ts';

/** Each part as `kind:content`. */
function parts(text: string): readonly string[] {
  return parseExpansion(text).map((each) => {
    if (each.kind === 'literal') return `literal:${each.text}`;
    return each.kind === 'reference' ? `reference:${each.name}` : `inline:${each.code}`;
  });
}

for (const [text, ...expected] of [
  [''],
  ['plain $A {b} $', 'literal:plain $A {b} $'],
  ['${A}', 'reference:A'],
  ['a${A}b${B:c}', 'literal:a', 'reference:A', 'literal:b', 'reference:B:c'],
  ['${a-b+c.d/e~f_0}', 'reference:a-b+c.d/e~f_0'],
  ['${}', 'literal:${}'],
  ['${ } ${a b}', 'literal:${ } ${a b}'],
  ['${a ${B}}', 'literal:${a ', 'reference:B', 'literal:}'],
  ['${A', 'literal:${A'],
  ['${A${B}', 'literal:${A', 'reference:B'],
  ['${VAL_${WHICH}}', 'reference:VAL_${WHICH}'],
  ['${${${A}}}x', 'reference:${${A}}', 'literal:x'],
  ['${A${B}_${C}}', 'reference:A${B}_${C}'],
  ['${A_${@x()}}', 'reference:A_${@x()}'],
  ["${@d.getVar('A')}", "inline:d.getVar('A')"],
  ["${@{'a': 'b'}['a']}", "inline:{'a': 'b'}['a']"],
  ["${@'x{}y'.format(1)}", "inline:'x{}y'.format(1)"],
  ["${@'}'}", "inline:'", "literal:'}"],
  ["${@'{'}", "inline:'{'"],
  ["${@'a' if {'k': {'n': 1}} else 'b'}", "inline:'a' if {'k': {'n': 1}", "literal: else 'b'}"],
  ["${@'${A}'}b}", "inline:'${A}'", 'literal:b}'],
  ['${@a}${@b}', 'inline:a', 'inline:b'],
  ['${@}', 'literal:${@}'],
  ['${@}}', 'inline:}'],
  ['${@a\n}', 'literal:${@a\n}'],
] as const) {
  test(`the parts of ${JSON.stringify(text)}`, (t) => {
    t.deepEqual(parts(text), expected);
  });
}

const pieces = fc.constantFrom('${', '${@', '}', '{', '@', 'A', 'b:c', ' ', '\n', "'", '$');
const value = fc.array(pieces, { maxLength: 25 }).map((each) => each.join(''));

function written(part: ExpansionPart, text: string): string {
  return part.kind === 'literal' ? part.text : text.slice(part.start, part.end);
}

test('the parts of any text put together are that text, and no two literals are neighbours', (t) => {
  fc.assert(
    fc.property(value, (text) => {
      const found = parseExpansion(text);
      t.is(found.map((each) => written(each, text)).join(''), text);
      t.false(found.some((each, index) => each.kind === 'literal' && found[index + 1]?.kind === 'literal'));
    }),
  );
});

/** Outermost inline code without names in it, by the pattern that the language is defined by. */
const inlinePattern = /\$\{@((?:\{[^\n]*?\}|[^\n])+?)\}/g;

test('inline code ends where the pattern of the language ends it', (t) => {
  const code = fc.array(fc.constantFrom('{', '}', 'x', '"', ' ', '${@', '\n'), { maxLength: 20 });
  fc.assert(
    fc.property(code, (each) => {
      const text = `\${@${each.join('')}`;
      t.deepEqual(
        parseExpansion(text).flatMap((part) => (part.kind === 'inline' ? [part.code] : [])),
        [...text.matchAll(inlinePattern)].map((match) => match[1]),
      );
    }),
  );
});

test('deep nesting and many open references are read in linear time', (t) => {
  const depth = 200_000;
  t.is(parseExpansion('${'.repeat(depth)).length, 1);
  t.is(parseExpansion(`${'${'.repeat(depth)}A${'}'.repeat(depth)}`).length, 1);
  t.is(parseExpansion(`\${@${'{'.repeat(depth)}}`).length, 1);
});

for (const [name, expected] of [
  ['A', { base: 'A' }],
  ['A:append', { base: 'A', operation: 'append' }],
  ['A:prepend:b', { base: 'A', operation: 'prepend', condition: 'b' }],
  ['A:b:remove:c:d', { base: 'A:b', operation: 'remove', condition: 'c:d' }],
  ['A:append:b:append', { base: 'A', operation: 'append', condition: 'b:append' }],
  ['A:append:', { base: 'A', operation: 'append' }],
  ['A:append:${B}', { base: 'A:append:${B}' }],
  ['A:append:B', { base: 'A:append:B' }],
  ['A:append:B:remove', { base: 'A:append:B', operation: 'remove' }],
  ['A:appendix', { base: 'A:appendix' }],
  ['A:board', { base: 'A:board' }],
  ['FILES:${PN}-dev:append', { base: 'FILES:${PN}-dev', operation: 'append' }],
  [':append', { base: '', operation: 'append' }],
] as const) {
  test(`the target of ${name}`, (t) => {
    t.deepEqual(splitAssignmentName(name), expected);
  });
}
