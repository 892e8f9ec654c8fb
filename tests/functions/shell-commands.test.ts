import test from 'ava';
import { shellCommands } from '../../engine/functions/shell-commands.ts';

const rows: readonly (readonly [title: string, text: string, expected: readonly string[]])[] = [
  ['the first word of each line is called', 'one a\ntwo b\n', ['one', 'two']],
  ['an argument is not called, quoted or not', 'echo f5 "f6" \'f7\'\n', ['echo']],
  ['substitutions are read', 'x=$(f1 a) y=`f2`\necho "$(f3)"\n', ['echo', 'f1', 'f2', 'f3']],
  [
    'pipes, lists and subshells begin commands',
    'cat x | f1 || f2 && f3; ( f4 ) & f5\n',
    ['cat', 'f1', 'f2', 'f3', 'f4', 'f5'],
  ],
  [
    'conditions and loops begin commands',
    'if f1; then f2; else f3; fi\nwhile f4; do f5; done\nfor i in a b; do f6; done\n',
    ['f1', 'f2', 'f3', 'f4', 'f5', 'f6'],
  ],
  ['the command after an assignment is called', 'A=1 B="x y" f1\n', ['f1']],
  [
    'patterns of case are not called, its branches are',
    'case $x in\na|b) f1;;\n(c) f2 ;;\nesac\nf3\n',
    ['f1', 'f2', 'f3'],
  ],
  ['here-documents are text, but their substitutions are read', 'cat <<EOF\nf1\n$(f2)\nEOF\nf3\n', ['cat', 'f2', 'f3']],
  ['a quoted here-document is only text', "cat <<'EOF'\n$(f2)\nEOF\nf3\n", ['cat', 'f3']],
  ['comments are not read', '# f1\nf2 # f3\n', ['f2']],
  ['the file of a redirection is not called', '> f1 f2 2>&1\n', ['f2']],
  ['negation is passed over', '! f1\n', ['f1']],
  ['a computed word is not a call', '$CMD f1\n"$X"/y f2\nf3\n', ['f3']],
  ['arithmetic holds no commands', 'x=$((a + b))\nf1\n', ['f1']],
  ['a default value may hold a substitution', 'echo ${x:-$(f1)}\n', ['echo', 'f1']],
  [
    'what the text defines itself is not called',
    'f1() {\n f2\n}\nf1\nfunction f3 { f4; }\nf3\nx=$(f1)\n',
    ['f2', 'f4'],
  ],
  ['eval calls what its words say', 'eval f1 f2\neval A=1 f3\neval "$x"\n', ['f1', 'f3']],
  ['the number of a redirection is not called', '2>&1 f1\n3<x f2 2>y\n', ['f1', 'f2']],
  ['a continued line is one command', 'f1 a \\\n  f2\n', ['f1']],
];

for (const [title, text, expected] of rows) {
  test(title, (t) => {
    t.deepEqual([...shellCommands(text)].sort(), [...expected].sort());
  });
}

test('unfinished text does not fail', (t) => {
  for (const text of ['echo "', 'x=$(', 'cat <<EOF', 'case', "'", '`', '${', '\\', 'a <('])
    t.notThrows(() => shellCommands(text), text);
});
