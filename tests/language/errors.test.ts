import test from 'ava';
import { formatSpan } from '../../engine/base/source-text.ts';
import type { FileKind } from '../../engine/language/statements.ts';
import { parseText, plain, problems } from '../support/parse-text.ts';

const operator = 'expected an assignment operator';

const faults: readonly (readonly [title: string, text: string, problem: string, help: RegExp, kind?: FileKind])[] = [
  ['a value without quotes', 'A = x\n', 'error syntax-error 1:5 [x] expected a quoted value, got `x`', /`"x"`/],
  ['no value', 'A =\n', 'error syntax-error 1:4 [] expected a quoted value, got the end of the line', /`""`/],
  [
    'an open value',
    'A = "x\n',
    'error unterminated-value 1:5 ["] expected `"` at the end of the value, got the end of the line',
    /close the value/,
  ],
  [
    'different quotes',
    'A = "x\'\n',
    "error unterminated-value 1:7 ['] expected `\"` at the end of the value, got `'`",
    /close the value with `"`/,
  ],
  [
    'three quotes',
    'A = "x " y"\n',
    'error syntax-error 1:8 ["] expected the end of the line after the value, got a third `"`',
    /between `'`/,
  ],
  [
    'text after a value',
    'A = "x" # y\n',
    'error syntax-error 1:9 [# y] expected the end of the line after the value, got `# y`',
    /comment stands on a line/,
  ],
  [
    'a backslash after a value',
    'A = "x" \\\n\n',
    'error syntax-error 1:9 [\\] expected the end of the line after the value, got a backslash',
    /take the backslash away/,
  ],
  ['a blank in a name', 'MY A = "x"\n', `error syntax-error 1:4 [A] ${operator}, got \`A\``, /a statement is/],
  ['a bad character in a name', 'A@B = "x"\n', `error syntax-error 1:2 [@B] ${operator}, got \`@B\``, /a name holds/],
  ['no name', '+= "x"\n', 'error syntax-error 1:1 [+=] expected a variable name, got `+=`', /NAME = "value"/],
  ['a swapped operator', 'A =: "x"\n', `error syntax-error 1:3 [=:] ${operator}, got \`=:\``, /did you mean `:=`\?/],
  ['a doubled operator', 'A == "x"\n', `error syntax-error 1:3 [==] ${operator}, got \`==\``, /did you mean `=`\?/],
  ['an unknown operator', 'A |= "x"\n', `error syntax-error 1:3 [|=] ${operator}, got \`|=\``, /the operators are/],
  ['an empty flag', 'A[] = "x"\n', `error syntax-error 1:2 [[]] ${operator}, got \`[]\``, /a flag directly follows/],
  [
    'a blank before a flag',
    'A [b] = "x"\n',
    `error syntax-error 1:3 [[b]] ${operator}, got \`[b]\``,
    /a flag directly/,
  ],
  [
    'a flag with @ in front',
    'A[@b] = "x"\n',
    `error syntax-error 1:2 [[@b]] ${operator}, got \`[@b]\``,
    /a flag directly/,
  ],
  [
    'a misspelled keyword',
    'inhert a\n',
    `error syntax-error 1:8 [a] ${operator}, got \`a\``,
    /did you mean `inherit`\?/,
  ],
  [
    'a keyword alone',
    'inherit\n',
    `error syntax-error 1:8 [] ${operator}, got the end of the line`,
    /needs a class name/,
  ],
  ['a def without colon', 'def f(d)\n', `error syntax-error 1:5 [f] ${operator}, got \`f\``, /ends in a colon/],
  ['a brace too late', 'f()\n', `error syntax-error 1:2 [()] ${operator}, got \`()\``, /begins with `f\(\) \{`/],
  ['a brace too much', '}\n', `error syntax-error 1:2 [] ${operator}, got the end of the line`, /closes no function/],
  [
    'an indented statement',
    '  A = "x"\n',
    'error syntax-error 1:1 [  ] expected a statement in the first column, got a blank',
    /remove the blanks/,
  ],
  [
    'an indented comment',
    ' # x\n',
    'error syntax-error 1:1 [ ] expected a comment in the first column, got a blank',
    /remove the blanks/,
  ],
  ['no statement at all', '"x"\n', 'error syntax-error 1:1 ["x"] expected a statement, got `"x"`', /a statement is/],
  ['a lone backslash', '\\\n\n', 'error syntax-error 1:1 [\\] expected a statement, got `\\`', /a statement is/],
  [
    'unset of two names',
    'unset A B\n',
    'error syntax-error 1:9 [B] expected the end of the line, got `B`',
    /takes one name/,
  ],
  [
    'unset of an override',
    'unset A:b\n',
    'error syntax-error 1:8 [:b] expected the end of the line, got `:b`',
    /`unset A`/,
  ],
  [
    'unset of a flag of one character',
    'unset A[x]\n',
    'error syntax-error 1:8 [[x]] expected a flag of two or more characters without `/`, got `[x]`',
    /A\[x\] = ""/,
  ],
  [
    'export of two names',
    'export A B\n',
    'error syntax-error 1:10 [B] expected the end of the line, got `B`',
    /takes one name/,
  ],
  [
    'export of an override',
    'export A:b\n',
    'error syntax-error 1:9 [:b] expected the end of the line, got `:b`',
    /`export A`/,
  ],
  [
    'export without a name',
    'export = "x"\n',
    'error syntax-error 1:8 [=] expected a variable name, got `=`',
    /takes one name/,
  ],
  [
    'addtask with a comment only',
    'addtask # x\n',
    'error syntax-error 1:9 [# x] expected a task name after `addtask`, got a comment',
    /name a task/,
  ],
  [
    'an operation in a task name',
    'addtask a:append_b\n',
    'error syntax-error 1:9 [a:append_b] expected a task name, got `a:append_b`, which holds an operation',
    /rename the task/,
  ],
  [
    'too few fragment words',
    'addfragments a b\n',
    'error syntax-error 1:14 [a b] expected four words after `addfragments`, got 2',
    /PREFIX VARIABLE/,
  ],
  [
    'old syntax',
    "A_append_b += 'x'\n",
    'error old-override-syntax 1:1 [A_append_b] `A_append_b` contains an operation in the old override syntax',
    /^write `A:append:b \+= 'x'`; `stx-bake convert-syntax a.bb` rewrites the whole file$/,
  ],
  [
    'old syntax in a function',
    'fakeroot f_prepend() {\n}\n',
    'error old-override-syntax 1:10 [f_prepend] `f_prepend` contains an operation in the old override syntax',
    /^write `fakeroot f:prepend\(\) \{`; `stx-bake convert-syntax a.bb`/,
  ],
  [
    'old syntax in a def',
    'def f_remove(d):\n  x\n',
    'error old-override-syntax 1:5 [f_remove] `f_remove` contains an operation in the old override syntax',
    /another name/,
  ],
  [
    'a comment inside a statement',
    'A = "x \\\n# b \\\n y"\n',
    'error syntax-error 2:1 [# b \\] a comment in the middle of a multiline statement is invalid: expected the rest of the statement, got `#`',
    /above the statement/,
  ],
  [
    'a comment that becomes code',
    '# a \\\n# b \\\n c"\n',
    'error syntax-error 1:1 [# a \\] a comment that ends in a backslash goes on in a line that is no comment: confusing multiline comment',
    /remove the backslash/,
  ],
  [
    'a backslash at the end of the file',
    'A = "x \\\n',
    'error syntax-error 1:8 [\\] expected the rest of the statement after the backslash, got the end of the file',
    /remove the backslash/,
  ],
  [
    'an open function',
    '\nf() {\n x\n }\n',
    'error unclosed-function 2:1 [f() {] function `f` is never closed: expected `}` in the first column, got the end of the file',
    /a line that is `}`/,
  ],
  [
    'inherit in a configuration file',
    'inherit a\n',
    'error misplaced-statement 1:1 [inherit] expected an assignment or an include, got `inherit` in a configuration file',
    /INHERIT \+=/,
    'configuration',
  ],
  [
    'addtask in a configuration file',
    'addtask a\n',
    'error misplaced-statement 1:1 [addtask] expected an assignment or an include, got `addtask` in a configuration file',
    /into a recipe or a class/,
    'configuration',
  ],
  [
    'a function in a configuration file',
    'f() {\n  x\n}\n',
    'error misplaced-statement 1:1 [f() {] expected an assignment or an include, got function `f` in a configuration file',
    /recipes and classes/,
    'configuration',
  ],
  [
    'a def in a configuration file',
    'def f(d):\n  x\n',
    'error misplaced-statement 1:1 [def f(d):] expected an assignment or an include, got function `f` in a configuration file',
    /recipes and classes/,
    'configuration',
  ],
];

for (const [title, text, problem, help, kind] of faults) {
  test(`refuses ${title}`, (t) => {
    t.deepEqual(problems(text, kind), [problem]);
    const parsed = parseText(text, kind);
    t.regex(parsed.diagnostics[0]?.help ?? '', help);
    t.deepEqual(plain(parsed.statements), []);
  });
}

for (const [title, text, problem] of [
  [
    'a lack of blanks',
    'A="x"\n',
    'warning assignment-whitespace 1:2 [=] a lack of whitespace around the assignment to `A`',
  ],
  [
    'operators with operations',
    'A:append += "x"\n',
    'warning discouraged-operator 1:10 [+=] `A:append +=` is not a recommended operator combination',
  ],
  [
    'tabs in Python',
    'python f() {\n    x\n  \ty\n\t\n}\n',
    'warning python-tabs 3:3 [\t] python should use 4 spaces indentation, but found tabs',
  ],
  [
    'tabs in a def',
    'def f(d):\n\tx\n',
    'warning python-tabs 2:1 [\t] python should use 4 spaces indentation, but found tabs',
  ],
  [
    'alternating words in addtask',
    'addtask a after b before c after d\n',
    'note joined-task-names 1:9 [a after b before c after d] `before` and `after` alternate: the last name of one clause and the first of the next become one name',
  ],
] as const) {
  test(`warns of ${title}`, (t) => {
    t.deepEqual(problems(text), [problem]);
    t.truthy(parseText(text).diagnostics[0]?.help);
  });
}

test('a carriage return alone ends a line', (t) => {
  t.deepEqual(problems('# a \\\rb = 1\n').length, 1);
  t.deepEqual(plain(parseText('A = "1"\rB = "2"\r').statements).length, 2);
});

test('tabs in shell are not warned of', (t) => {
  t.deepEqual(problems('f() {\n\tx\n}\n'), []);
});

test('all errors of a file are reported in order, and what is right between them is read', (t) => {
  const text = 'A = 1\nB = "2"\ninhert x\n  C = "3"\nD = "4\nE = "5"\nf() {\n x\n';
  const parsed = parseText(text);
  t.deepEqual(
    parsed.diagnostics.map((each) => formatSpan(each.span!)),
    ['a.bb:1:5', 'a.bb:3:8', 'a.bb:4:1', 'a.bb:5:5', 'a.bb:7:1'],
  );
  t.deepEqual(
    plain(parsed.statements).map((each) => (each as { name: string }).name),
    ['B', 'E'],
  );
});

test('an error in a statement of several lines also names its last line', (t) => {
  const [error] = parseText('A = x \\\n y \\\n z\nB = "1"\n').diagnostics;
  t.is(formatSpan(error!.span!), 'a.bb:1:5');
  t.deepEqual(
    error?.related?.map((each) => `${formatSpan(each.span)} ${each.message}`),
    ['a.bb:3:1 the statement ends here'],
  );
});

test('an open function points at an indented brace and at the end of the file', (t) => {
  const [error] = parseText('f() {\n x\n  }\nA = "1"\n').diagnostics;
  t.deepEqual(
    error?.related?.map((each) => `${formatSpan(each.span)} ${each.message}`),
    ['a.bb:3:3 this `}` is indented and belongs to the body', 'a.bb:5:1 the file ends here'],
  );
});
