import test from 'ava';
import fc from 'fast-check';
import type { FileKind } from '../../engine/language/statements.ts';
import { parseText, plain } from '../support/parse-text.ts';

/** A statement as its fields, with the text that says it. */
interface Written {
  readonly fields: object;
  readonly text: string;
}

const letters = (characters: string, maxLength = 8) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength });
const name = letters('ABcd019-.').map((each) => `N${each}`);
const word = letters('abc_09', 6);
const words = fc.array(word, { minLength: 1, maxLength: 3 });
const operator = fc.constantFrom('=', '?=', '??=', ':=', '+=', '=+', '.=', '=.');
const gap = fc.constantFrom(' ', '  ', '\t', ' \\\n', ' \\  \n  ');
const end = fc.constantFrom('\n', ' \t\n', '\r\n');

/** A value without its quotes: no quote of its own kind, no backslash at a line's end. */
const quoted = fc.tuple(fc.constantFrom('"', "'"), letters('ab${}@#=\\. [', 12)).map(([quote, text]) => {
  const other = quote === '"' ? "'" : '"';
  const value = `${text}${other}`;
  return { value, text: `${quote}${value}${quote}` };
});

const assignment = fc.record({ name, operator, quoted, before: gap, after: gap, end, exported: fc.boolean() }).map(
  (it): Written => ({
    fields: { kind: 'assign', name: it.name, operator: it.operator, value: it.quoted.value, exported: it.exported },
    text: `${it.exported ? 'export ' : ''}${it.name}${it.before}${it.operator}${it.after}${it.quoted.text}${it.end}`,
  }),
);

const flagged = fc.record({ name, flag: letters('ab+.-_1'), operator, quoted, end }).map(
  (it): Written => ({
    fields: { kind: 'assign-flag', name: it.name, flag: it.flag, operator: it.operator, value: it.quoted.value },
    text: `${it.name}[${it.flag}] ${it.operator} ${it.quoted.text}${it.end}`,
  }),
);

const command = fc.record({ words, gap, end }).chain(({ words: list, gap: blank, end: tail }) => {
  const rest = list.join(' ');
  const line = (keyword: string, fields: object): Written => ({ fields, text: `${keyword}${blank}${rest}${tail}` });
  return fc.constantFrom(
    line('include', { kind: 'include', path: rest, mode: 'include' }),
    line('require', { kind: 'include', path: rest, mode: 'require' }),
    line('inherit', { kind: 'inherit', classes: rest, deferred: false }),
    line('inherit_defer', { kind: 'inherit', classes: rest, deferred: true }),
    line('deltask', { kind: 'delete-task', names: rest }),
    line('addhandler', { kind: 'add-handler', names: rest }),
    line('EXPORT_FUNCTIONS', { kind: 'export-functions', names: rest }),
  );
});

const task = fc
  .record({ names: words, before: words, after: words, beforeFirst: fc.boolean(), end })
  .map((it): Written => {
    const before = it.before.map((each) => ` before ${each}`).join('');
    const after = it.after.map((each) => ` after ${each}`).join('');
    return {
      fields: { kind: 'add-task', names: it.names.join(' '), before: it.before, after: it.after },
      text: `addtask ${it.names.join(' ')}${it.beforeFirst ? before + after : after + before}${it.end}`,
    };
  });

const bodyLine = letters('ab {}\\"\'#$=(', 12).map((each) => `    ${each}x`);

const functions = fc
  .record({ name, fakeroot: fc.boolean(), python: fc.boolean(), lines: fc.array(bodyLine, { maxLength: 4 }), end })
  .map((it): Written => {
    const body = it.lines.map((each) => `${each}\n`).join('');
    const language = it.python ? 'python' : 'shell';
    const words = `${it.fakeroot ? 'fakeroot ' : ''}${it.python ? 'python ' : ''}`;
    return {
      fields: { kind: 'function', name: it.name, language, fakeroot: it.fakeroot, anonymous: false, body },
      text: `${words}${it.name}() {\n${body}}${it.end}`,
    };
  });

const def = fc.record({ name: word, lines: fc.array(bodyLine, { minLength: 1, maxLength: 4 }) }).map((it): Written => {
  const text = [`def f${it.name}(d):`, ...it.lines].join('\n');
  return { fields: { kind: 'def', name: `f${it.name}`, text }, text: `${text}\n` };
});

const statement = fc.oneof(assignment, flagged, command, task, functions, def);

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
