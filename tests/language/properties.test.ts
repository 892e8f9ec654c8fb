import test from 'ava';
import fc from 'fast-check';
import type { FileKind } from '../../engine/language/statements.ts';
import { parseText, plain } from '../support/parse-text.ts';
import { assignment, command, flagged, functions, statement, task } from '../support/statement-texts.ts';

test('what is written as a file is read back as the same statements', (t) => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 8 }), (written) => {
      const parsed = parseText(written.map((each) => each.text).join(''));
      t.deepEqual(
        plain(parsed.statements),
        written.map((each) => each.fields),
      );
      t.deepEqual(
        parsed.diagnostics.filter((each) => each.severity === 'error'),
        [],
      );
    }),
  );
});

test('a broken line leaves the statements around it as they are', (t) => {
  const broken = fc.constantFrom(
    'A = 1\n',
    '  B\n',
    'foo bar\n',
    'A[] = "x"\n',
    '"\n',
    'inhert x\n',
    'A = "x" # y\n',
    '}\n',
  );
  const around = fc.array(fc.oneof(assignment, flagged, command, task, functions), { maxLength: 4 });
  fc.assert(
    fc.property(around, broken, around, (before, line, after) => {
      const parsed = parseText([...before.map((each) => each.text), line, ...after.map((each) => each.text)].join(''));
      t.deepEqual(
        plain(parsed.statements),
        [...before, ...after].map((each) => each.fields),
      );
      t.is(parsed.diagnostics.filter((each) => each.severity === 'error').length, 1);
    }),
  );
});

const fragments = fc.constantFrom(
  ...['A', ' ', '\t', '=', ' = ', '?=', '+=', '"', "'", '"x"', '\\\n', '\\', '\n', '\r', '# c', '[x]', '[', '${', '}'],
  ...['inherit', 'include', 'export', 'unset', 'addtask', 'python', 'fakeroot', 'def f', '()', ' {\n', '(d):', '\n}\n'],
  ...['_append', ':append', 'é', '\u2028', '\ufeff', '\0', 'before', ' after '],
);
const text = fc.oneof(
  fc.array(fragments, { maxLength: 40 }).map((each) => each.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
const kind = fc.constantFrom<FileKind>('recipe', 'class', 'include', 'configuration');

test('any text is parsed without an exception, and every span lies in it', (t) => {
  fc.assert(
    fc.property(text, kind, (each, fileKind) => {
      const { statements, diagnostics, source } = parseText(each, fileKind);
      const spans = [...statements, ...diagnostics].map((item) => item.span);
      t.true(
        spans.every((span) => span && 0 <= span.start && span.start <= span.end && span.end <= source.text.length),
      );
      t.true(diagnostics.every(({ severity, help }) => severity !== 'error' || Boolean(help)));
    }),
    { numRuns: 1000 },
  );
});

test('a line that is not blank, not a comment and not read is reported', (t) => {
  fc.assert(
    fc.property(text, (each) => {
      const { statements, diagnostics } = parseText(each);
      if (statements.length > 0 || diagnostics.length > 0) return;
      t.true(each.split(/[\n\r]/).every((line) => line.trim() === '' || line.startsWith('#')));
    }),
    { numRuns: 1000 },
  );
});

test('long lines, values and functions do not hang the parser', (t) => {
  const long = 100_000;
  const texts = [
    `A = "${'x " '.repeat(long)}`,
    'a'.repeat(long),
    `A = "${'\\'.repeat(long)}"`,
    `A = "${'x \\\n'.repeat(long)}"`,
    `${'python '.repeat(long)}`,
    `A${' '.repeat(long)}x`,
    `f() {\n${'  }\n'.repeat(long)}`,
    `def f(d):\n${'    x\n'.repeat(long)}`,
    '# x\\\n'.repeat(long),
    `A \\\n${'# x\\\n'.repeat(long)}`,
    '\\\n'.repeat(long),
    ' '.repeat(long),
    'A\n'.repeat(2_000),
  ];
  for (const each of texts) t.notThrows(() => parseText(each));
});
