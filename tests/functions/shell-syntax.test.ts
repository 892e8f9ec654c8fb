import { execFileSync } from 'node:child_process';
import test from 'ava';
import fc from 'fast-check';
import { findShellProblem } from '../../engine/functions/shell-syntax.ts';

const readable: readonly (readonly [string, string])[] = [
  ['nothing at all', ''],
  [
    'conditions, loops and branches',
    'if a; then b; elif c; then d; else e; fi\nwhile a; do b; done\nfor x; do y; done\n',
  ],
  ['case with open and closed branches', 'case $x in\n(a|b) c;;\n"d") ;;\n*) e\nesac\n'],
  ['functions of a function', 'f() { a; }\ng () (\n b\n)\nfunction h { c; }\nf\n'],
  ['arithmetic, also with shifts', 'x=$((1 << 2)); ((x++))\nfor ((i = 0; i < 3; i++)); do a; done\n'],
  ['arrays and tests of bash', 'a=(1 2\n3)\ndeclare -A b=([x]=y)\n[[ $a =~ ^(x|y)$ && ( -n $b ) ]] && c\n'],
  ['here-documents with anything in them', "cat <<EOF\nfi \" ' (\nEOF\ncat <<-'END' >x\n\t)\n\tEND\n"],
  ['substitutions in substitutions', 'x="$(a "$(b)" `c "d"`)" y=${z:-"$(e)"}\n'],
  ['a branch inside a substitution', 'x=$(case $y in a) b;; esac)\n'],
  ['words of the language as arguments', 'echo if then fi done { } [[ case\n'],
  ['processes as files', 'diff <(a) <(b | c) > >(d)\n'],
  ['comments with quotes', "a # it's \" (\n# don't\nb\n"],
  ['quotes with escapes', `echo $'it\\'s' "a \\" b" \\' 'c"' \\"\n`],
];

for (const [title, text] of readable) {
  test(`${title} can be read`, (t) => {
    t.is(findShellProblem(text), undefined);
  });
}

const faults: readonly (readonly [string, string, string, number])[] = [
  ['`if` without `fi`', 'a\nif b; then\n  c\n', '`if` is not closed by `fi`', 2],
  ['`if` without `then`', 'if b\n', '`if` has no `then`', 1],
  ['`while` without `done`', 'while a; do b\n', '`while` is not closed by `done`', 1],
  ['`case` without `esac`', 'case $x in\na) b;;\n', '`case` is not closed by `esac`', 1],
  ['a lonely `fi`', 'a\nfi\n', '`fi` is not expected here', 2],
  ['a lonely bracket', 'echo )\n', '`)` is not expected here', 1],
  ['nothing between `then` and `fi`', 'if a; then\nfi\n', '`fi` is not expected here', 2],
  ['a pipe to nowhere', 'a |\n', 'it ends where a command is expected', 2],
  ['two separators', 'a; ;\n', '`;` is not expected here', 1],
  ['a redirection without a file', 'a >\n', 'the end of the line is not expected here', 1],
  ['an open double quote', 'a\necho "b\n', 'the quote `"` is not closed', 2],
  ['an open single quote', "echo 'b\n", "the quote `'` is not closed", 1],
  ['an open backquote', 'echo `b\n', 'a backquote is not closed', 1],
  ['an open substitution', 'echo $(b\n', '`$(` is not closed by `)`', 1],
  ['an open parameter', 'echo ${b\n', '`${` is not closed by `}`', 1],
  ['an open array', 'a=(b\n', '`(` is not closed by `)`', 1],
  ['an open brace', '{ a\n', '`{` is not closed by `}`', 1],
  ['an open test', '[[ a\n', '`[[` is not closed by `]]`', 1],
];

for (const [title, text, message, line] of faults) {
  test(`${title} is a fault`, (t) => {
    t.deepEqual(findShellProblem(text), { message, line });
  });
}

test('a text nested without end is a fault, not a crash', (t) => {
  t.truthy(findShellProblem('('.repeat(100_000)));
});

test('bash is of the same mind about texts put together at random', (t) => {
  const piece = fc.constantFrom(
    ...[
      'if ',
      'then ',
      'else ',
      'fi',
      'while ',
      'do ',
      'done',
      'case $x in ',
      'a) ',
      'esac',
      ';; ',
      '{ ',
      '}',
      '( ',
      ')',
    ],
    ...[
      '; ',
      '\n',
      ' && ',
      ' | ',
      ' & ',
      ' > f',
      'echo ',
      'x=1 ',
      '"',
      "'",
      '$(',
      '`',
      '$y ',
      'f() ',
      'for i in a',
      '! ',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
      const text = `${pieces.join('')}\n`;
      t.is(findShellProblem(text) === undefined, bashReads(text), JSON.stringify(text));
    }),
    { numRuns: 150 },
  );
});

function bashReads(text: string): boolean {
  try {
    execFileSync('bash', ['-n'], { input: text, stdio: ['pipe', 'ignore', 'pipe'] });
    return true;
  } catch {
    return false;
  }
}
