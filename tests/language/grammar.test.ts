import test from 'ava';
import { parseText, plain, problems } from '../support/parse-text.ts';

const assign = (name: string, value: string, operator = '=', exported = false) => ({
  kind: 'assign',
  name,
  operator,
  value,
  exported,
});

const readable: readonly (readonly [title: string, text: string, ...statements: unknown[]])[] = [
  ...['=', '?=', '??=', ':=', '+=', '=+', '.=', '=.'].map(
    (operator) => [`operator ${operator}`, `A ${operator} "x"\n`, assign('A', 'x', operator)] as const,
  ),
  ['export with a value', 'export A = "1"\n', assign('A', '1', '=', true)],
  ['export of a name', 'export A\n', { kind: 'export', name: 'A' }],
  [
    'export with a flag: an export and a flag',
    'export A[x] = "1"\n',
    { kind: 'export', name: 'A' },
    { kind: 'assign-flag', name: 'A', flag: 'x', operator: '=', value: '1' },
  ],
  ...['doc', 'name@x', 'a/b', 'a+b', '_u', '1', '.-'].map(
    (flag) =>
      [
        `flag ${flag}`,
        `A[${flag}] .= "v"\n`,
        { kind: 'assign-flag', name: 'A', flag, operator: '.=', value: 'v' },
      ] as const,
  ),
  ['unset', 'unset A${B}\n', { kind: 'unset', name: 'A${B}' }],
  ['unset of a flag', 'unset A[doc]\n', { kind: 'unset', name: 'A', flag: 'doc' }],
  ['include', 'include a.inc b.inc\n', { kind: 'include', path: 'a.inc b.inc', mode: 'include' }],
  ['require', 'require ${X}.inc\n', { kind: 'include', path: '${X}.inc', mode: 'require' }],
  ['include_all', 'include_all conf/x.conf\n', { kind: 'include', path: 'conf/x.conf', mode: 'include_all' }],
  ['inherit', 'inherit a ${B}\n', { kind: 'inherit', classes: 'a ${B}', deferred: false }],
  ['inherit_defer', 'inherit_defer ${@x d}\n', { kind: 'inherit', classes: '${@x d}', deferred: true }],
  [
    'inherit takes the rest of the line whatever it is',
    'inherit = "x"\n',
    { kind: 'inherit', classes: '= "x"', deferred: false },
  ],
  [
    'addtask with before and after in any order and a comment',
    'addtask a b before c before d after e after f # g\n',
    { kind: 'add-task', names: 'a b', before: ['c', 'd'], after: ['e', 'f'] },
  ],
  [
    'addtask with after first',
    'addtask a after b before c\n',
    { kind: 'add-task', names: 'a', before: ['c'], after: ['b'] },
  ],
  ['addtask alone', 'addtask a\n', { kind: 'add-task', names: 'a', before: [], after: [] }],
  ['deltask', 'deltask a b # c\n', { kind: 'delete-task', names: 'a b' }],
  ['addhandler', 'addhandler a\n', { kind: 'add-handler', names: 'a' }],
  ['EXPORT_FUNCTIONS', 'EXPORT_FUNCTIONS do_a do_b\n', { kind: 'export-functions', names: 'do_a do_b' }],
  ['addfragments', 'addfragments a B C D\n', { kind: 'add-fragments', words: ['a', 'B', 'C', 'D'] }],
];

for (const [title, text, ...statements] of readable) {
  test(`reads ${title}`, (t) => {
    const parsed = parseText(text);
    t.deepEqual(plain(parsed.statements), statements);
    t.deepEqual(parsed.diagnostics, []);
  });
}

const functionStatement = (name: string, more: object = {}) => ({
  kind: 'function',
  name,
  language: 'shell',
  fakeroot: false,
  anonymous: false,
  body: '    x\n',
  ...more,
});

for (const [header, expected] of [
  ['f() {', functionStatement('f')],
  ['f(){', functionStatement('f')],
  ['f ( )   {  ', functionStatement('f')],
  ['f() \\\n{', functionStatement('f')],
  ['do_x:append:${B}.c-d+e() {', functionStatement('do_x:append:${B}.c-d+e')],
  ['fakeroot f() {', functionStatement('f', { fakeroot: true })],
  ['fakeroot() {', functionStatement('fakeroot')],
  ['python f() {', functionStatement('f', { language: 'python' })],
  ['python fakeroot f() {', functionStatement('f', { language: 'python', fakeroot: true })],
  ['fakeroot python f() {', functionStatement('f', { language: 'python', fakeroot: true })],
  ['pythonic() {', functionStatement('pythonic')],
  ['python() {', functionStatement('', { language: 'python', anonymous: true })],
  ['python () {', functionStatement('', { language: 'python', anonymous: true })],
  ['python __anonymous () {', functionStatement('__anonymous', { language: 'python', anonymous: true })],
] as const) {
  test(`reads the function header ${JSON.stringify(header)}`, (t) => {
    const parsed = parseText(`${header}\n    x\n}\n`);
    t.deepEqual(plain(parsed.statements), [expected]);
    t.deepEqual(parsed.diagnostics, []);
  });
}

test('a function body ends at the first line that is a brace in the first column', (t) => {
  const { statements } = parseText('f() {\n { a \\  \n }\n# }\n} b\n\n}  \nA = "1"\n');
  t.deepEqual(plain(statements), [functionStatement('f', { body: ' { a \\\n }\n# }\n} b\n\n' }), assign('A', '1')]);
});

test('an empty function has an empty body', (t) => {
  t.deepEqual(plain(parseText('f() {\n}\n').statements), [functionStatement('f', { body: '' })]);
});

test('a def takes indented, empty and comment lines', (t) => {
  const { statements } = parseText('def f(d): # x\n    return 1  \n\n# c\n    # d\nA = "1"\n');
  t.deepEqual(plain(statements), [
    { kind: 'def', name: 'f', text: 'def f(d): # x\n    return 1\n\n# c\n    # d' },
    assign('A', '1'),
  ]);
});

test('a def at the end of the file needs no final newline', (t) => {
  t.deepEqual(plain(parseText('def f(d):\n    return 1').statements), [
    { kind: 'def', name: 'f', text: 'def f(d):\n    return 1' },
  ]);
});

for (const [title, text, name, operator, value] of [
  ['no blanks', "A='x'\n", 'A', '=', 'x'],
  ['an operator beside the name', 'A+= "x"\n', 'A', '+=', 'x'],
  ['plus signs in the name', 'lib++ = "x"\n', 'lib++', '=', 'x'],
  ['every character of names', 'aZ0-_+.${B}/~:c = "x"\n', 'aZ0-_+.${B}/~:c', '=', 'x'],
  ['the other quote inside', `A = "it's"\n`, 'A', '=', "it's"],
  ['two more quotes of the same kind', 'A = "a "b" c"\n', 'A', '=', 'a "b" c'],
  ['a backslash before a quote', 'A = "a\\"b\\"c"\n', 'A', '=', 'a\\"b\\"c'],
  ['blanks at the end of the line', 'A = "x" \t \n', 'A', '=', 'x'],
  ['a keyword as name', 'include ?= "x"\n', 'include', '?=', 'x'],
  ['no final newline', 'A = "x"', 'A', '=', 'x'],
  ['carriage returns', 'A = "x \\\r\ny"\r\n', 'A', '=', 'x y'],
  ['an empty value', "A = ''\n", 'A', '=', ''],
  ['a continued value', 'A = "x \\\n  y \\   \n"\n', 'A', '=', 'x   y '],
  ['a continuation before the operator', 'A \\\n= \\\n "x"\n', 'A', '=', 'x'],
  ['a continuation within the name', 'A\\\nB = "x"\n', 'AB', '=', 'x'],
  ['a backslash before an empty line', 'A = "x"\\\n\n', 'A', '=', 'x'],
] as const) {
  test(`an assignment may have ${title}`, (t) => {
    const parsed = parseText(text);
    t.deepEqual(plain(parsed.statements), [assign(name, value, operator)]);
    t.deepEqual(
      parsed.diagnostics.filter((each) => each.severity === 'error'),
      [],
    );
  });
}

test('comments and blank lines are no statements, and a comment may go on in a comment', (t) => {
  const parsed = parseText('# a \\\n# b\n\n   \n#\nA = "#x"\n');
  t.deepEqual(plain(parsed.statements), [assign('A', '#x')]);
  t.deepEqual(parsed.diagnostics, []);
});

test('recipe keywords are names in a configuration file', (t) => {
  const parsed = parseText('inherit = "a"\naddtask += "b"\n', 'configuration');
  t.deepEqual(plain(parsed.statements), [assign('inherit', 'a'), assign('addtask', 'b', '+=')]);
  t.deepEqual(parsed.diagnostics, []);
});

test('a comment inside a continued value is part of it in a configuration file', (t) => {
  const parsed = parseText('A = "x \\\n# c \\\ny"\n', 'configuration');
  t.deepEqual(plain(parsed.statements), [assign('A', 'x # c y')]);
  t.deepEqual(parsed.diagnostics, []);
});

test('spans reach from the first to the last character of a statement', (t) => {
  const { statements, source } = parseText('A = "1"\nB[x] \\\n = "2"  \nf() {\n x\n}  \n');
  t.deepEqual(
    statements.map(({ span }) => source.text.slice(span.start, span.end)),
    ['A = "1"', 'B[x] \\\n = "2"', 'f() {\n x\n}'],
  );
});

test('old names are plain names in ??= and with flags', (t) => {
  t.deepEqual(problems('A_append ??= "x"\nA_append[doc] = "x"\n'), []);
});
