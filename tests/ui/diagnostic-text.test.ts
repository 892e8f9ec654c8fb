import test from 'ava';
import type { StoredDiagnostic } from '../../engine/messages/stored-diagnostic.ts';
import { diagnosticText } from '../../engine/ui/diagnostic-text.ts';

/** The text of an error at the part of a line that stands between `<` and `>`. */
function shown(marked: string, more: Partial<StoredDiagnostic> = {}): readonly string[] {
  const column = marked.indexOf('<') + 1;
  const length = marked.indexOf('>') - column;
  const lineText = marked.replace(/[<>]/g, '');
  const place = { path: '/b/x.bb', line: 7, column, lineText, length };
  const diagnostic: StoredDiagnostic = { code: 'syntax-error', severity: 'error', message: 'no', place, ...more };
  return diagnosticText(diagnostic, { base: '/b' }).split('\n');
}

test('the mark stands under the whole of what is meant', (t) => {
  t.deepEqual(shown('A = <red>'), ['x.bb:7:5: error: no [syntax-error]', '    7 | A = red', '      |     ^~~']);
});

test('tabs before the mark are repeated, those in it are as wide as a terminal shows them', (t) => {
  t.is(shown('A\t=\t<red>')[2], '      |  \t \t^~~');
  t.is(shown('<A\t=>')[2], '      | ^~~~~~~~~');
});

test('wide characters count for two columns, marks above letters for none', (t) => {
  t.is(shown('A = "日本" <x>')[2], `      | ${' '.repeat(11)}^`);
  t.is(shown('A = "👩" <x>')[2], `      | ${' '.repeat(9)}^`);
  t.is(shown('A = "e\u0301" <x>')[2], `      | ${' '.repeat(8)}^`);
  t.is(shown('A = <日本>')[2], '      |     ^~~~');
});

test('characters that steer a terminal are not printed', (t) => {
  const lines = shown('A \u001b[31m<=> \u0007\ufeff', { message: 'got `\u001b`', help: 'not \u0000\nnor \u001b' });
  t.deepEqual(lines, [
    'x.bb:7:8: error: got `\ufffd` [syntax-error]',
    '    7 | A \ufffd[31m= \ufffd\ufffd',
    '      |        ^',
    '   help: not \ufffd',
    '         nor \ufffd',
  ]);
});

test('of a very long line the part around the mark is shown', (t) => {
  const [, line = '', marks = ''] = shown(`A = "${'x'.repeat(5000)} <here> ${'y'.repeat(5000)}"`);
  t.true(line.length < 450);
  t.regex(line, /^ {4}7 \| \.\.\.x+ here y+\.\.\.$/);
  t.is(line.slice(marks.indexOf('^'), marks.length), 'here');
  const [, start = '', under = ''] = shown(`<A = "${'x'.repeat(5000)}">`);
  t.regex(start, /^ {4}7 \| A = "x+\.\.\.$/);
  t.is(under.length, start.length - '...'.length);
});

test('the end of a log keeps its words: colours and what was written over are left out, nothing steers the terminal', (t) => {
  const detail = '\u001b[1;31merror:\u001b[m\u001b[K no\n 10 %\r 99 %\rdone\r\n\u001b[2J\u001b[?1049h\u0007x\n';
  const lines = shown('A = <red>', { detail });
  t.deepEqual(lines.slice(3), ['   | error: no', '   | done', '   | \ufffd[2J\ufffd[?1049h\ufffdx']);
});
