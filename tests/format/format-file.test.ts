import test from 'ava';
import fc from 'fast-check';
import { SourceText } from '../../engine/base/source-text.ts';
import { formatFile } from '../../engine/format/format-file.ts';
import type { FileKind } from '../../engine/language/statements.ts';
import { parseText, plain } from '../support/parse-text.ts';
import { statement } from '../support/statement-texts.ts';

function format(text: string, kind: FileKind = 'recipe'): string {
  const result = formatFile(new SourceText('a.bb', text), kind);
  if (result.text === undefined) throw new Error(result.diagnostics.map((each) => each.message).join('; '));
  return result.text;
}

const cases: readonly (readonly [title: string, before: string, after: string])[] = [
  [
    'one blank stands on each side of an operator',
    "A='x'\nB  ?=\"y\"\nC[f]+= 'z'\n",
    'A = "x"\nB ?= "y"\nC[f] += "z"\n',
  ],
  ['a value that holds a double quote keeps its quotes', 'A = \'say "x"\'\n', 'A = \'say "x"\'\n'],
  [
    'a list over several lines is indented by four, its quote has a line of its own',
    'SRC_URI = "file://a \\\n           file://b;x=1   file://c"\n',
    'SRC_URI = " \\\n    file://a \\\n    file://b;x=1 file://c \\\n"\n',
  ],
  [
    'a list that is appended without a blank gets none',
    'FILES:${PN}:append = "/a \\\n  /b"\n',
    'FILES:${PN}:append = "/a \\\n    /b"\n',
  ],
  [
    'a list to which the file puts text without a blank keeps its end',
    'SRC_URI = "a \\\n  b"\nSRC_URI .= ";c=1"\n',
    'SRC_URI = " \\\n    a \\\n    b"\nSRC_URI .= ";c=1"\n',
  ],
  [
    'a value that is no known list keeps its lines, for blanks may mean something',
    'TEXT = "a  b \\\n     c"\n',
    'TEXT = "a  b \\\n     c"\n',
  ],
  [
    'a list with quotes in it keeps its lines',
    'EXTRA_OECONF = "A=\'x  y\' \\\n     b"\n',
    'EXTRA_OECONF = "A=\'x  y\' \\\n     b"\n',
  ],
  [
    'inline code in a list stays one word',
    "DEPENDS = \"a \\\n\t${@bb.utils.contains('A', 'b',  'c', '', d)} d\"\n",
    "DEPENDS = \" \\\n    a \\\n    ${@bb.utils.contains('A', 'b',  'c', '', d)} d \\\n\"\n",
  ],
  [
    'empty lines are at most one in a row, and none at the start or the end',
    '\n\nA = "x"\n\n\n\nB = "y"\n\n\n',
    'A = "x"\n\nB = "y"\n',
  ],
  ['comments stay where they are', '# a  \nA="x"\n# b\n\n# c', '# a\nA = "x"\n# b\n\n# c\n'],
  [
    'shell lines stay, but for blanks at their ends',
    'do_a () {\n\tx  \n\n\n   y\n}   \n',
    'do_a() {\n\tx\n\n\n   y\n}\n',
  ],
  [
    'headers of functions have one form',
    'fakeroot   python  x  ( ) {\n    pass\n}\n',
    'fakeroot python x() {\n    pass\n}\n',
  ],
  ['an anonymous function has a blank before its brackets', 'python() {\n    pass\n}\n', 'python () {\n    pass\n}\n'],
  [
    'a comment behind a def is not part of it',
    'def f(d):\n    return 1\n\n\n# about A\nA="x"\n',
    'def f(d):\n    return 1\n\n# about A\nA = "x"\n',
  ],
  [
    'words behind keywords have one blank between',
    'inherit   a\tb\naddtask  x   after  y # why  not\n',
    'inherit a b\naddtask x after y # why  not\n',
  ],
  ['continued words are indented by four', 'inherit a \\\n  b\n', 'inherit a \\\n    b\n'],
  ['line ends are those of this system', 'A = "x"\r\nB = "y"\r\n', 'A = "x"\nB = "y"\n'],
  ['export with a flag stays one line', 'export A[x]="1"\n', 'export A[x] = "1"\n'],
  ['an empty file stays empty', '', ''],
];

for (const [title, before, after] of cases) {
  test(title, (t) => {
    t.is(format(before), after);
    t.is(format(after), after);
  });
}

test('a configuration file is formatted by the same rules', (t) => {
  t.is(format('A?="x"\nrequire   conf/b.conf\n', 'configuration'), 'A ?= "x"\nrequire conf/b.conf\n');
});

test('a file with errors is left alone, and they are what is given instead', (t) => {
  const result = formatFile(new SourceText('a.bb', 'A="x"\nB = 1\n'), 'recipe');
  t.is(result.text, undefined);
  t.deepEqual(
    result.diagnostics?.map((each) => each.code),
    ['syntax-error'],
  );
});

const comment = fc
  .string({ unit: fc.constantFrom('a', ' ', '"', '=', '{'), maxLength: 6 })
  .map((text) => `# ${text}x\n`);
const file = fc.array(
  fc.oneof(
    statement.map((each) => each.text),
    comment,
    fc.constantFrom('\n', '\n\n\n', ' \n'),
  ),
  { maxLength: 10 },
);

/** Statements with what formatting may change put to one form. */
function meaning(text: string): unknown {
  return JSON.parse(
    JSON.stringify(plain(parseText(text).statements), (key, value: unknown) =>
      typeof value === 'string' && key === 'text' ? value.replace(/(\n(#.*|\s*))+$/, '') : value,
    ),
  );
}

test('a formatted file says the same, keeps every comment, and is formatted', (t) => {
  fc.assert(
    fc.property(file, (parts) => {
      const before = parts.join('');
      const after = format(before);
      t.deepEqual(meaning(after), meaning(before));
      const comments = (text: string) =>
        text
          .split(/\r?\n/)
          .filter((line) => line.startsWith('#'))
          .map((line) => line.trimEnd());
      t.deepEqual(comments(after), comments(before));
      t.is(format(after), after);
    }),
    { numRuns: 500 },
  );
});

const listLine = fc.array(fc.constantFrom('a', '${B}', 'file://c', '${@d.getVar("X  Y")}', 'x=${Y}z'), {
  maxLength: 3,
});

test('the words of a list stay, in their order, whatever its lines look like', (t) => {
  const value = fc.array(fc.tuple(listLine, fc.constantFrom(' ', '\t', '   ')), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(value, fc.constantFrom('DEPENDS', 'SRC_URI:append', 'FILES:${PN}'), (lines, name) => {
      const inner = lines
        .map(([words, blank]) => words.join(blank) + blank)
        .join('\\\n')
        .replaceAll('"', "'");
      const before = `${name} = "${inner}"\n`;
      const words = (text: string) =>
        parseText(text).statements.flatMap((each) =>
          each.kind === 'assign' ? [each.value.text.trim().replace(/\s+/g, ' ')] : [],
        );
      const after = format(before);
      t.deepEqual(words(after), words(before));
      t.is(format(after), after);
    }),
  );
});
