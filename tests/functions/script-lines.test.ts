import test from 'ava';
import { SourceText } from '../../engine/base/source-text.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { bodyLines } from '../../engine/functions/script-lines.ts';

const source = new SourceText(
  '/a.bb',
  [
    'f() {',
    '    one',
    '}',
    '',
    'f:append() {',
    '    two',
    '}',
    'f:prepend:on() {',
    '    zero',
    '}',
    'f:append:off() {',
    '    no',
    '}',
    'f:append = " three"',
  ].join('\n'),
);

function at(line: number): ReturnType<SourceText['span']> {
  const start = source.lineStart(line) ?? 0;
  return source.span(start, start + source.line(line).length);
}

function linesOf(more: (datastore: ReturnType<typeof createDatastore>) => void): readonly (number | undefined)[] {
  const datastore = createDatastore({ evaluator: { evaluate: () => '' }, given: {} });
  datastore.set('OVERRIDES', 'on');
  datastore.assign('f', '=', '    one\n', at(1));
  more(datastore);
  return bodyLines(datastore, 'f').map((place) => place?.line);
}

test('the lines of a function are those below its header', (t) => {
  t.deepEqual(
    linesOf(() => {}),
    [2],
  );
});

test('each part that was added has the lines where it was written; what is not in force has none', (t) => {
  t.deepEqual(
    linesOf((datastore) => {
      datastore.assign('f:append', '=', '    two\n', at(5));
      datastore.assign('f:prepend:on', '=', '    zero\n', at(8));
      datastore.assign('f:append:off', '=', '    no\n', at(11));
    }),
    [9, 2, 6],
  );
});

test('a part of an assignment goes on in the line before it', (t) => {
  t.deepEqual(
    linesOf((datastore) => {
      datastore.assign('f:append', '=', ' three', at(14));
      datastore.assign('f:append', '=', ' and\n', at(14));
      datastore.assign('f:append', '=', '    two\n', at(5));
    }),
    [2, 14, 6],
  );
});

test('a function that Python has put together counts from its last definition', (t) => {
  t.deepEqual(
    linesOf((datastore) => datastore.set('f', '    one\n    more\n', at(1))),
    [2, 3],
  );
});
