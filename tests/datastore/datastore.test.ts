import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { SourceText } from '../../engine/base/source-text.ts';
import { InternalError, StxError } from '../../engine/base/stx-error.ts';
import type { WritableDatastore } from '../../engine/datastore/datastore.ts';
import { appliedRemovals, createDatastore, overlayDatastore } from '../../engine/datastore/datastore-builder.ts';
import type { InlineEvaluator } from '../../engine/datastore/inline-evaluator.ts';
import type { AssignOperator } from '../../engine/language/statements.ts';

/** `${@NAME}` is the value of NAME, `${@!x}` fails, anything else is shown as code. */
const evaluator: InlineEvaluator = {
  evaluate(code, datastore, where) {
    if (code.startsWith('!')) throw StxError.of('python-exception', `\`${code}\` failed in \`${where}\``);
    return /^[A-Z]+$/.test(code) ? (datastore.get(code) ?? 'None') : `<${code}>`;
  },
};

/** Carries out lines such as `A:append = text`. */
function evaluate(...lines: readonly string[]): WritableDatastore {
  const datastore = createDatastore({ evaluator, given: { OVERRIDES: 'one:two:three' } });
  for (const line of lines) {
    const match = /^(\S+?)(?:\[(\S+)\])? (\?\?=|\?=|:=|\+=|=\+|\.=|=\.|=) (.*)$/.exec(line);
    const [, name = '', flag, operator, value = ''] = match ?? [];
    if (match === null) datastore.unset(line.replace('unset ', ''));
    else if (flag === undefined) datastore.assign(name, operator as AssignOperator, value);
    else datastore.assignFlag(name, flag, operator as AssignOperator, value);
  }
  return datastore;
}

function diagnosticOf(t: ExecutionContext, action: () => unknown) {
  const error = t.throws(action, { instanceOf: StxError });
  return error.diagnostics[0]!;
}

const finalValues: readonly (readonly [title: string, lines: readonly string[], expected: string | undefined])[] = [
  ['the last `=` wins', ['A = 1', 'A = 2'], '2'],
  ['`?=` sets only what is unset', ['A ?= 1', 'A ?= 2'], '1'],
  ['the last `??=` is used when nothing else sets', ['A ??= 1', 'A ??= 2'], '2'],
  ['`??=` loses to a later `?=`', ['A ??= 1', 'A ?= 2'], '2'],
  ['`+=` puts a space between, and starts from nothing', ['A += x', 'A += y'], ' x y'],
  ['`=+` puts a space behind', ['A = x', 'A =+ y'], 'y x'],
  ['`.=` and `=.` add no space', ['A = x', 'A .= y', 'A =. z'], 'zxy'],
  ['`+=` ignores a weakest default', ['A ??= d', 'A += x'], ' x'],
  ['`:append` counts for the weakest default', ['A ??= d', 'A:append = x'], 'dx'],
  ['`:append` starts from nothing', ['A:append = x'], 'x'],
  ['`:append` and `:prepend` add no space and come late', ['A:append = 3', 'A:prepend = 1', 'A = 2'], '123'],
  ['`:append` before `=` is kept', ['A:append = x', 'A = a'], 'ax'],
  ['an appended text with a condition in force applies', ['A = a', 'A:append:two = x', 'A:append:four = y'], 'ax'],
  ['a condition of two overrides needs both', ['A = a', 'A:append:one:two = x', 'A:append:one:no = y'], 'ax'],
  ['`:=` expands at once', ['B = 1', 'A := ${B}', 'B = 2'], '1'],
  ['`:=` leaves an unset reference for later', ['A := ${B}', 'B = 2'], '2'],
  ['`=` expands late', ['B = 1', 'A = ${B}', 'B = 2'], '2'],
  ['an unset reference stays as written', ['A = x${B}y'], 'x${B}y'],
  ['references nest', ['A = ${B_${C}}', 'C = x', 'B_x = hit'], 'hit'],
  ['what a value yields is expanded in turn', ['A = ${B}{C}', 'B = $', 'C = hit'], 'hit'],
  ['inline code sees expanded references', ['A = ${@${B}}', 'B = C', 'C = hit'], 'hit'],
  ['inline code with an unset reference is left alone', ['A = ${@f(${B})}'], '${@f(${B})}'],
  ['inner braces belong to inline code', ['A = ${@{1: 2}[1]}'], '<{1: 2}[1]>'],
  ['an override in force replaces the value', ['A = a', 'A:two = b'], 'b'],
  ['an override that is not in force does not', ['A = a', 'A:four = b'], 'a'],
  ['the last override of OVERRIDES is the strongest', ['A:three = c', 'A:one = a'], 'c'],
  ['a combined override beats its parts', ['A:one = 1', 'A:one:two = 2'], '2'],
  ['an override takes its own appended text along', ['A = a', 'A:two = b', 'A:two:append = x', 'A:append = y'], 'bxy'],
  ['appending to an override form sets it', ['A = a', 'A:two:append = x'], 'x'],
  ['upper case is no override', ['A = a', 'A:TWO = b'], 'a'],
  ['`?=` on an override form looks at that form', ['A = a', 'A:two ?= b', 'A:two ?= c'], 'b'],
  ['`:remove` takes words and keeps whitespace', ['A = a  b c', 'A:remove = b'], 'a   c'],
  ['`:remove` takes every occurrence', ['A = b a b', 'A:remove = b'], ' a '],
  ['`:remove` comes after everything else', ['A = a', 'A:remove = x', 'A:append = \u0020x y'], 'a  y'],
  ['`:remove` is expanded', ['A = a b', 'A:remove = ${B}', 'B = a'], ' b'],
  ['`:remove` sees expanded words', ['A = ${B} c', 'A:remove = a', 'B = a b'], ' b c'],
  ['`:remove` takes whole words', ['A = ab a', 'A:remove = a'], 'ab '],
  [
    'what an override form removes is removed from what is added later',
    ['A:two = x y', 'A:two:remove = x', 'A:append = \u0020x'],
    ' y ',
  ],
  ['a removal whose condition fails does nothing', ['A = a', 'A:remove:four = a'], 'a'],
  ['unset forgets value and operators', ['A = a', 'A:append = b', 'unset A'], undefined],
  ['unset of an override form uncovers the base', ['A = a', 'A:two = b', 'unset A:two'], 'a'],
];

for (const [title, lines, expected] of finalValues) {
  test(title, (t) => {
    t.is(evaluate(...lines).get('A'), expected);
  });
}

test('the unexpanded value has overrides and appended texts, but no expansion and no removal', (t) => {
  const datastore = evaluate('A = ${B} x', 'A:append = ${C}', 'A:remove = x', 'B = 1');
  t.is(datastore.getUnexpanded('A'), '${B} x${C}');
});

test('set drops pending operators and override forms in force', (t) => {
  const datastore = evaluate('A = a', 'A:append = x', 'A:remove = n', 'A:two = b', 'A:four = c');
  datastore.set('A', 'new');
  t.is(datastore.get('A'), 'new');
  t.is(datastore.get('A:two'), undefined);
});

test('set of a name with an operator adds that operator', (t) => {
  const datastore = evaluate('A = a');
  datastore.set('A:append', 'x');
  t.is(datastore.get('A'), 'ax');
});

test('a reference to itself is an error with the trail', (t) => {
  const datastore = evaluate('A = ${B}', 'B = x ${C}', 'C = ${@B}');
  const { code, message } = diagnosticOf(t, () => datastore.get('A'));
  t.is(code, 'recursive-reference');
  t.regex(message, /`B` -> `C` -> `B`/);
});

test('a value that names itself is an error also when it is set under an override', (t) => {
  t.is(diagnosticOf(t, () => evaluate('A = a', 'A:two = ${A} b').get('A')).code, 'recursive-reference');
});

test('after an error other variables, and the same one once corrected, can be read', (t) => {
  const datastore = evaluate('A = ${A}', 'B = fine');
  t.throws(() => datastore.get('A'));
  t.is(datastore.get('B'), 'fine');
  datastore.assign('A', '=', 'now');
  t.is(datastore.get('A'), 'now');
});

test('an error in inline code points at the value and at those that needed it', (t) => {
  const source = new SourceText('a.bb', 'A = "${B}"\nB = "${@!}"\n');
  const datastore = createDatastore({ evaluator });
  datastore.assign('A', '=', '${B}', source.span(0, 10));
  datastore.assign('B', '=', '${@!}', source.span(11, 22));
  const { span, related } = diagnosticOf(t, () => datastore.get('A'));
  t.deepEqual([span?.start, span?.end], [16, 21]);
  t.deepEqual(
    related?.map((each) => [each.span.start, each.message]),
    [[0, 'needed by `A`']],
  );
});

test('an error in inline code of several lines points at the expression, wherever in the value it stands', (t) => {
  const text = 'A = "1 \\\n   ${@! \\\n   !}"\nA:append = " 2"\n';
  const source = new SourceText('a.bb', text);
  const datastore = createDatastore({ evaluator });
  datastore.assign('A', '=', '1    ${@!    !}', source.span(0, text.indexOf('\nA:append')));
  datastore.assign('A:append', '=', ' 2', source.span(text.indexOf('A:append'), text.length - 1));
  const { span, related } = diagnosticOf(t, () => datastore.get('A'));
  t.is(span?.source.text.slice(span.start, span.end), '${@! \\\n   !}');
  t.deepEqual(related ?? [], []);
});

test('OVERRIDES is expanded with the overrides that it names', (t) => {
  const datastore = evaluate('OVERRIDES = ${X}:two', 'X = one', 'X:two = four', 'A = a', 'A:four = b');
  t.deepEqual(datastore.overrides(), ['four', 'two']);
  t.is(datastore.get('A'), 'b');
});

test('a change of what OVERRIDES refers to changes the overrides', (t) => {
  const datastore = evaluate('OVERRIDES = ${X}', 'X = one', 'A:one = 1', 'A:two = 2');
  t.is(datastore.get('A'), '1');
  datastore.assign('X', '=', 'two');
  t.is(datastore.get('A'), '2');
  datastore.assign('X:append', '=', ':one');
  t.is(datastore.get('A'), '1');
});

test('OVERRIDES that never settles is an error, and can be corrected', (t) => {
  const datastore = evaluate('OVERRIDES = ${X}', 'X = on', 'X:on = off', 'A = a', 'A:on = b');
  t.is(diagnosticOf(t, () => datastore.get('A')).code, 'unstable-overrides');
  datastore.assign('OVERRIDES', '=', 'on');
  t.is(datastore.get('A'), 'b');
});

test('flags have the operators of variables', (t) => {
  const datastore = evaluate('A[f] ??= d', 'A[g] = x', 'A[g] += y', 'A[h] ?= 1', 'A[h] ?= 2', 'A[i] = ${B}', 'B = b');
  t.deepEqual(
    ['f', 'g', 'h', 'i', 'none'].map((flag) => datastore.flag('A', flag)),
    ['d', 'x y', '1', 'b', undefined],
  );
  t.is(datastore.flagUnexpanded('A', 'i'), '${B}');
  t.deepEqual([...datastore.flags('A')].sort(), [
    ['f', 'd'],
    ['g', 'x y'],
    ['h', '1'],
    ['i', '${B}'],
  ]);
});

test('flags do not change with the value, and go with unset', (t) => {
  const datastore = evaluate('A[f] = 1', 'A = a');
  t.is(datastore.flag('A', 'f'), '1');
  datastore.unset('A');
  t.is(datastore.flag('A', 'f'), undefined);
});

test('a flag can be unset alone, its default included', (t) => {
  const datastore = evaluate('A[f] ??= d', 'A[f] = 1', 'A[g] = 2');
  datastore.unsetFlag('A', 'f');
  t.deepEqual([...datastore.flags('A')], [['g', '2']]);
});

test('expandNames gives names with references their expanded names', (t) => {
  const datastore = evaluate('PN = app', 'R:${PN} = x', 'R:${PN}:append = y', 'Q_${PN}:two = z', 'Q_${PN} = q');
  t.deepEqual(datastore.expandNames(), []);
  t.is(datastore.get('R:app'), 'xy');
  t.is(datastore.get('Q_app'), 'z');
  t.is(datastore.get('R:${PN}'), undefined);
  t.false(datastore.names().some((name) => name.includes('$')));
});

test('expandNames warns when it replaces a value', (t) => {
  const datastore = evaluate('PN = app', 'Q_app = old', 'Q_${PN} = new');
  const diagnostics = datastore.expandNames();
  t.deepEqual(
    diagnostics.map((each) => [each.code, each.severity]),
    [['replaced-name', 'warning']],
  );
  t.is(datastore.get('Q_app'), 'new');
});

test('rename takes value, operators and override forms along', (t) => {
  const datastore = evaluate('A = a', 'A:append = x', 'A:two = b', 'B:append = y');
  datastore.rename('A', 'B');
  t.is(datastore.get('B'), 'byx');
  t.is(datastore.get('A'), undefined);
});

test('names are those with a value or a flag, without override forms', (t) => {
  const datastore = evaluate('B = 1', 'A:two = x', 'C:four = y', 'D[f] = 1', 'E = 1', 'unset E');
  t.deepEqual(datastore.names(), ['A', 'B', 'D', 'OVERRIDES']);
});

test('the old override syntax is an error with the corrected name', (t) => {
  const { code, help } = diagnosticOf(t, () => evaluate('A_append_two = x'));
  t.is(code, 'old-override-syntax');
  t.regex(help ?? '', /A:append_two/);
});

test('a fork sees its parent and changes only itself', (t) => {
  const parent = evaluate('A = ${B}', 'B = 1');
  t.is(parent.get('A'), '1');
  const child = parent.fork();
  child.assign('B', '=', '2');
  t.is(child.get('A'), '2');
  t.is(parent.get('A'), '1');
  parent.assign('A', '=', 'other');
  t.is(child.get('A'), '2');
});

test('a sealed datastore can be overlaid, not written', (t) => {
  const builder = evaluate('A = ${B}', 'B = 1', 'B:append = x', 'OVERRIDES = ${W}', 'A:task-x = t${B}');
  const sealed = builder.seal();
  const overlay = overlayDatastore(sealed, { B: '2', W: 'task-x' });
  t.is(overlay.get('A'), 't2');
  t.is(sealed.get('A'), '1x');
  t.throws(() => builder.assign('A', '=', 'no'), { instanceOf: InternalError });
});

test('history shows every operation in order, with its place', (t) => {
  const source = new SourceText('a.bb', 'text\n');
  const datastore = createDatastore({ evaluator, given: { A: 'given' } });
  datastore.assign('A', '?=', 'weak', source.span(0, 1));
  datastore.assign('A:two', '+=', 'x', source.span(1, 2));
  datastore.assign('A:append:one', '=', 'y', source.span(2, 3));
  datastore.assignFlag('A', 'f', '=', 'z', source.span(3, 4));
  t.deepEqual(
    datastore.history('A').map((each) => [each.operation, each.override, each.flag, each.value, each.span?.start]),
    [
      ['given', undefined, undefined, 'given', undefined],
      ['?=', undefined, undefined, 'weak', 0],
      ['+=', 'two', undefined, 'x', 1],
      ['append', 'one', undefined, 'y', 2],
      ['=', undefined, 'f', 'z', 3],
    ],
  );
});

test('the definition is the place of the value in force', (t) => {
  const source = new SourceText('a.bb', 'text\n');
  const datastore = createDatastore({ evaluator, given: { OVERRIDES: 'two' } });
  datastore.assign('A', '=', 'a', source.span(0, 1));
  t.is(datastore.definition('A')?.start, 0);
  datastore.assign('A', '?=', 'late', source.span(1, 2));
  t.is(datastore.definition('A')?.start, 0);
  datastore.assign('A:two', '=', 'b', source.span(2, 3));
  t.is(datastore.definition('A')?.start, 2);
});

test('applied removals are those that took a word out, unexpanded', (t) => {
  const lines = [
    'A = x b c',
    'B = x',
    'A:remove = ${B}',
    'A:remove:two = b',
    'A:remove:four = c',
    'A:remove = nothing',
  ];
  t.deepEqual(appliedRemovals(evaluate(...lines), 'A'), ['${B}', 'b']);
});

test('reading in any order gives the same values', (t) => {
  const lines = ['A = ${B} ${C}', 'B:append = b', 'B:two = ${C}', 'C ??= c', 'C:remove = z', 'D := ${A}', 'A += ${D}'];
  const fresh = evaluate(...lines);
  const expected = ['A', 'B', 'C', 'D'].map((name) => fresh.get(name));
  fc.assert(
    fc.property(fc.shuffledSubarray(['A', 'B', 'C', 'D'], { minLength: 4 }), (order) => {
      const datastore = evaluate(...lines);
      for (const name of order) datastore.get(name);
      t.deepEqual(
        ['A', 'B', 'C', 'D'].map((name) => datastore.get(name)),
        expected,
      );
    }),
  );
});

test('values that are read between writes do not change the result', (t) => {
  const statement = fc.constantFrom(
    'A = a',
    'A += ${B}',
    'A:append = x',
    'A:two = ${B} y',
    'A:remove = x',
    'B = b ${C}',
    'B:append:one = c',
    'C ?= 1',
    'OVERRIDES = ${C}:two',
    'C = one',
    'unset A',
    'B ??= d',
    'A:one:two = z',
  );
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 12 }), (lines) => {
      const plain = evaluate(...lines);
      const watched = evaluate();
      for (const line of lines) {
        const [, name = '', operator, value = ''] = /^(\S+) (\S+) (.*)$/.exec(line) ?? [];
        if (operator === undefined) watched.unset('A');
        else watched.assign(name, operator as AssignOperator, value);
        for (const each of ['A', 'B', 'C']) watched.get(each);
      }
      for (const each of ['A', 'B', 'C']) t.is(watched.get(each), plain.get(each));
    }),
  );
});
