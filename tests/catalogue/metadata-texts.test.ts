import test from 'ava';
import { storeDiagnostic } from '../../engine/messages/stored-diagnostic.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { diagnosticText } from '../../engine/ui/diagnostic-text.ts';
import { metadataProject } from '../support/metadata-project.ts';

const a = '/meta/recipes/a_1.0.bb';

/** A mistake, and the exact first line that the user reads. */
const catalogue: readonly {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly line: string;
}[] = [
  {
    what: 'a function without its closing brace',
    files: { [a]: 'do_compile() {\n    make\n' },
    line: `${a}:1:1: error: function \`do_compile\` is never closed: expected \`}\` in the first column, got the end of the file [unclosed-function]`,
  },
  {
    what: 'a value without its closing quote',
    files: { [a]: 'A = "x\n' },
    line: `${a}:1:5: error: expected \`"\` at the end of the value, got the end of the line [unterminated-value]`,
  },
  {
    what: 'a value without quotes',
    files: { [a]: 'A = x\n' },
    line: `${a}:1:5: error: expected a quoted value, got \`x\` [syntax-error]`,
  },
  {
    what: 'an operator without blanks',
    files: { [a]: 'A="x"\n' },
    line: `${a}:1:2: warning: a lack of whitespace around the assignment to \`A\` [assignment-whitespace]`,
  },
  {
    what: 'two operators at once',
    files: { [a]: 'A:append += "x"\n' },
    line: `${a}:1:10: warning: \`A:append +=\` is not a recommended operator combination [discouraged-operator]`,
  },
  {
    what: 'the old override syntax',
    files: { [a]: 'A_append = "x"\n' },
    line: `${a}:1:1: error: \`A_append\` contains an operation in the old override syntax [old-override-syntax]`,
  },
  {
    what: 'a class in a configuration file',
    files: { '/build/conf/local.conf': 'inherit a\n' },
    line: 'conf/local.conf:1:1: error: expected an assignment or an include, got `inherit` in a configuration file [misplaced-statement]',
  },
  {
    what: 'tabs in Python',
    files: { [a]: 'def f():\n\treturn 1\n' },
    line: `${a}:2:1: warning: python should use 4 spaces indentation, but found tabs [python-tabs]`,
  },
  {
    what: 'a class that no layer has',
    files: { [a]: 'inherit autotool\n' },
    line: `${a}:1:9: error: no layer has a class \`autotool\` [unknown-class]`,
  },
  {
    what: 'a required file that no layer has',
    files: { [a]: 'require b.inc\n' },
    line: `${a}:1:9: error: no layer has the file \`b.inc\` [unknown-include]`,
  },
  {
    what: 'a file that is included twice',
    files: { [a]: 'require a.inc\nrequire a.inc\n', '/meta/recipes/a.inc': 'A = "1"\n' },
    line: `${a}:2:1: warning: \`/meta/recipes/a.inc\` is included a second time in \`${a}\` [duplicate-include]`,
  },
  {
    what: 'an append file without its recipe',
    files: { '/extra/recipes/z_1.0.bbappend': 'A = "1"\n' },
    line: '/extra/recipes/z_1.0.bbappend:1:1: error: no recipe matches the append file `/extra/recipes/z_1.0.bbappend` [dangling-append]',
  },
  {
    what: 'variables that refer to each other',
    files: { [a]: 'A = "${B}"\nB = "${A}"\nDEPENDS = "${A}"\n' },
    line: `${a}:1:1: error: \`A\` refers to itself: \`A\` -> \`B\` -> \`A\` [recursive-reference]`,
  },
  {
    what: 'an expression that is no Python',
    files: { [a]: 'DEPENDS = "${@1 +}"\n' },
    line: `${a}:1:12: error: \`\${@1 +}\` in \`DEPENDS\` is not valid Python: unexpected token in expression [python-syntax]`,
  },
  {
    what: 'a task in Python that is no Python',
    files: { [a]: 'python do_x() {\n    x = 1\n    if x\n        pass\n}\naddtask x\n' },
    line: `${a}:3:9: error: \`do_x\` is not valid Python: expected ':' after if condition [python-syntax]`,
  },
  {
    what: 'a file that begins with a byte order mark',
    files: { [a]: '\ufeffA = "x"\n' },
    line: `${a}:1:1: error: the file begins with a byte order mark [syntax-error]`,
  },
  {
    what: 'an expression that writes a file',
    files: { [a]: "DEPENDS = \"${@open('x', 'w')}\"\n" },
    line: `${a}:1:12: error: \`open\` for writing is not supported, in \`\${@open('x', 'w')}\` in \`DEPENDS\` [unsupported-python]`,
  },
  {
    what: 'an expression over an unset variable',
    files: { [a]: 'DEPENDS = "${@d.getVar(\'NO\').split()}"\n' },
    line: `${a}:1:12: error: \`\${@d.getVar('NO').split()}\` in \`DEPENDS\` raised AttributeError: 'NoneType' object has no attribute 'split' [python-exception]`,
  },
  {
    what: 'an expression without end',
    files: { [a]: 'DEPENDS = "${@[x for x in range(100000000)]}"\n' },
    line: `${a}:1:12: error: \`\${@[x for x in range(100000000)]}\` in \`DEPENDS\` takes more than 1000000 steps [python-limit]`,
  },
  {
    what: 'a preference that is no number',
    files: { [a]: 'DEFAULT_PREFERENCE = "high"\n' },
    line: `${a}:1:1: error: DEFAULT_PREFERENCE of \`${a}\` is not a whole number: \`high\` [invalid-value]`,
  },
];

for (const { what, files, line } of catalogue) {
  test(`${what} is told in these words`, (t) => {
    const project = metadataProject(files, { evaluator: createInlineEvaluator() });
    const { diagnostics } = project;
    const texts = diagnostics.map((each) => diagnosticText(storeDiagnostic(each), { base: '/build' }));
    t.deepEqual(
      texts.map((text) => text.split('\n')[0]),
      [line],
    );
    const isError = diagnostics.some((each) => each.severity === 'error');
    t.is(isError, line.includes(': error: '));
  });
}
