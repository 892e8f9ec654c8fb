import test from 'ava';
import fc from 'fast-check';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { valueExplainer, writeOut } from '../../engine/datastore/explain-value.ts';
import type { AssignOperator } from '../../engine/language/statements.ts';

const evaluator = { evaluate: (): string => '' };

type Step = readonly [name: string, operator: AssignOperator, value: string];

function explained(steps: readonly Step[], overrides = 'board:arm') {
  const datastore = createDatastore({ evaluator, given: { OVERRIDES: overrides } });
  for (const [name, operator, value] of steps) datastore.assign(name, operator, value);
  return { datastore, ...valueExplainer(datastore)('A') };
}

const texts = (steps: readonly Step[], overrides?: string): readonly string[] =>
  explained(steps, overrides).parts.map((each) => each.text);

test('a value is cut into what each assignment gave, in its order', (t) => {
  const steps: readonly Step[] = [
    ['A', '=', 'middle'],
    ['A', '+=', 'right'],
    ['A', '=+', 'left'],
    ['A', '.=', '!'],
    ['A', '=.', '?'],
  ];
  t.deepEqual(texts(steps), ['?', 'left ', 'middle', ' right', '!']);
});

test('of the operations on a flag those count that show in its value', (t) => {
  const datastore = createDatastore({ evaluator });
  for (const [operator, value] of [
    ['=', 'gone'],
    ['=', 'one'],
    ['?=', 'not'],
    ['+=', 'two'],
  ] as const) {
    datastore.assignFlag('A', 'f', operator, value);
  }
  t.is(datastore.flag('A', 'f'), 'one two');
  const { history } = valueExplainer(datastore)('A');
  t.deepEqual(
    history.map(({ counts }) => counts),
    [false, true, false, true],
  );
});

test('a value that the engine wrote out is told as it was written, until somebody writes again', (t) => {
  const datastore = createDatastore({ evaluator, given: { OVERRIDES: 'board', B: 'of b' } });
  datastore.assign('A', '=', 'one ${B}');
  datastore.assign('A:board', '=', 'board ${B}');
  datastore.assign('A:append', '=', ' end');
  writeOut(datastore, 'A', 'board of b end');
  const told = valueExplainer(datastore)('A');
  t.deepEqual(
    told.parts.map((each) => each.text),
    ['board ${B}', ' end'],
  );
  t.deepEqual(
    told.forms.map(({ name, wins }) => [name, wins]),
    [['A:board', true]],
  );
  t.deepEqual(
    told.history.map(({ name, event, counts }) => [name, event.operation, counts]),
    [
      ['A', '=', false],
      ['A:board', '=', true],
      ['A', 'append', true],
    ],
  );
  datastore.set('A', 'last');
  t.deepEqual(
    valueExplainer(datastore)('A').parts.map((each) => each.text),
    ['last'],
  );
});

test('an assignment takes away what came before, a weak one counts only where nothing was', (t) => {
  const { history, parts } = explained([
    ['A', '?=', 'first'],
    ['A', '=', 'second'],
    ['A', '?=', 'third'],
    ['A', '??=', 'fourth'],
  ]);
  t.deepEqual(
    history.map(({ counts }) => counts),
    [false, true, false, false],
  );
  t.deepEqual(
    parts.map(({ event }) => event?.operation),
    ['='],
  );
});

test('the weakest assignment counts when it is the only one', (t) => {
  const { parts, history } = explained([
    ['A', '??=', 'one'],
    ['A', '??=', 'two'],
  ]);
  t.deepEqual(
    parts.map((each) => each.text),
    ['two'],
  );
  t.deepEqual(
    history.map(({ counts }) => counts),
    [false, true],
  );
});

test('the strongest override form wins, and what is appended to it and to the variable follows', (t) => {
  const { parts, forms } = explained([
    ['A', '=', 'plain'],
    ['A:arm', '=', 'for arm'],
    ['A:arm', '+=', 'more'],
    ['A:board', '=', 'for board'],
    ['A:other', '=', 'for other'],
    ['A:append', '=', ' end'],
    ['A:append:other', '=', ' never'],
    ['A:prepend:board', '=', 'start '],
  ]);
  t.deepEqual(
    parts.map((each) => each.text),
    ['start ', 'for arm', ' more', ' end'],
  );
  t.deepEqual(
    forms.map(({ name, active, wins }) => [name, active, wins]),
    [
      ['A:arm', true, true],
      ['A:board', true, false],
      ['A:other', false, false],
    ],
  );
});

test('removals in force are told with their text, those of other overrides are not', (t) => {
  const { removals, datastore } = explained([
    ['A', '=', 'a b c'],
    ['A:remove', '=', 'b'],
    ['A:remove:other', '=', 'c'],
  ]);
  t.deepEqual(
    removals.map((each) => each.text),
    ['b'],
  );
  t.is(datastore.get('A'), 'a  c');
});

test('a name with a reference brings its history along when it is expanded', (t) => {
  const datastore = createDatastore({ evaluator, given: { OVERRIDES: '', PN: 'A' } });
  datastore.assign('${PN}', '=', 'one');
  datastore.assign('${PN}', '+=', 'two');
  datastore.expandNames();
  const { parts, history } = valueExplainer(datastore)('A');
  t.deepEqual(
    parts.map((each) => [each.text, each.event?.operation]),
    [
      ['one', '='],
      [' two', '+='],
    ],
  );
  t.deepEqual(
    history.map(({ event }) => event.operation),
    ['=', '+=', 'renamed'],
  );
});

test('a variable that was unset has no parts but still its history', (t) => {
  const datastore = createDatastore({ evaluator });
  datastore.assign('A', '=', 'x');
  datastore.unset('A');
  const { parts, history } = valueExplainer(datastore)('A');
  t.deepEqual(parts, []);
  t.deepEqual(
    history.map(({ event, counts }) => [event.operation, counts]),
    [
      ['=', false],
      ['unset', false],
    ],
  );
});

test('the parts of any value are the value, each with the operation that gave it', (t) => {
  const names = [
    'A',
    'A:arm',
    'A:board',
    'A:other',
    'A:board:arm',
    'A:append',
    'A:prepend',
    'A:append:arm',
    'A:append:other',
    'A:arm:append',
    'A:remove',
  ];
  const operators: readonly AssignOperator[] = ['=', '?=', '??=', ':=', '+=', '=+', '.=', '=.'];
  const step = fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...operators), fc.constantFrom('', 'x', 'x y', ' x ', 'yx'))
    .map((each): Step => each);
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 8 }),
      fc.constantFrom('', 'arm', 'board:arm', 'arm:board'),
      (steps, overrides) => {
        const { datastore, parts, history, forms } = explained(steps, overrides);
        t.is(parts.map((each) => each.text).join(''), datastore.getUnexpanded('A') ?? '');
        t.true(history.length >= steps.length);
        // `A += x` on nothing leaves a blank that no operation wrote.
        for (const { text, event } of parts)
          t.true(event !== undefined || text.trim() === '', `${text} of ${JSON.stringify(steps)}`);
        t.true(forms.filter((each) => each.wins).every((each) => each.active));
      },
    ),
    { numRuns: 1500 },
  );
});
