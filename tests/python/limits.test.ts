import test from 'ava';
import { formatSpan, SourceText } from '../../engine/base/source-text.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { createPythonRuntime } from '../../engine/python/python-runtime.ts';

const runtime = createPythonRuntime({ maxSteps: 100_000 });

/** The code of the diagnostic that ends a body; nothing when it ends by itself. */
function end(text: string): string | undefined {
  try {
    runtime.execute({ text, name: 'body' }, { datastore: createDatastore({ evaluator: runtime, given: {} }) });
    return undefined;
  } catch (error) {
    if (error instanceof StxError) return error.diagnostics[0]!.code;
    throw error;
  }
}

const runaways: readonly string[] = [
  "'a' * 10 ** 9",
  '[0] * 10 ** 9',
  '10 ** 10 ** 10',
  "'a'.ljust(10 ** 9)",
  'bytes(10 ** 10)',
  "x = 'a'\nwhile True:\n    x = x + x",
  'x = 2\nwhile True:\n    x = x * x',
  'while True:\n    pass',
  'x = [1]\nfor i in x:\n    x.append(i)',
  'def f(n):\n    return f(n + 1)\nf(0)',
  'def f():\n    try:\n        f()\n    finally:\n        f()\nf()',
  'class A:\n    def __eq__(self, o):\n        return self == o\nA() == A()',
  'l = []\nfor i in range(10000):\n    l = [l]\nrepr(l)',
  "import re\nre.match('(a+)+$', 'a' * 40 + 'b')",
  "import re\nre.match('(a|a)*$', 'a' * 60 + 'b')",
  'import itertools\nlist(itertools.count())',
  'import math\nmath.factorial(10 ** 6)',
  'repr([[0] * 1000] * 100000)',
  'import copy\ncopy.deepcopy([[0] * 1000] * 100000)',
  'sorted(range(10 ** 8))',
  '{i: i for i in range(10 ** 9)}',
  'import itertools\nlist(itertools.product(range(1000), repeat=5))',
  "x = 'a' * 10 ** 6\nwhile True:\n    x.upper()",
  "x = 'a' * 10 ** 6\nwhile True:\n    'b' in x",
  "x = 'a' * 10 ** 6\nwhile True:\n    hash(x)",
  'x = list(range(10 ** 5))\nwhile True:\n    x = x[::-1]',
  'x = list(range(10 ** 5))\nwhile True:\n    -1 in x',
  'x = list(range(10 ** 5))\nwhile True:\n    x.insert(0, x.pop(0))',
  'x = set(range(10 ** 4))\nwhile True:\n    x | x',
  'x = [0] * 10 ** 6\nwhile True:\n    match x:\n        case [1, *y]:\n            pass',
  'import hashlib\nh = hashlib.sha256()\nwhile True:\n    h.update(bytes(1000))',
  'import re\nre.match("(?:a?){50}a{50}", "a" * 50)',
  "while True:\n    d.setVar('A', 'x')",
  "while True:\n    d.getVar('A')",
  'f = None\nimport functools\nf = functools.partial(int)\nfor i in range(10 ** 4):\n    f = functools.partial(f)\nf()',
  'def g():\n    x = 0\n    while True:\n        x = (yield x) or x + 1\nfor i in g():\n    pass',
];

for (const text of runaways) {
  test(`${JSON.stringify(text)} stops at a limit`, (t) => {
    t.is(end(text), 'python-limit');
  });
}

test('a limit names its place', (t) => {
  for (const text of ['x = 1\nwhile True:\n    x += 1', "x = 1\ny = 'x' * 10 ** 10", 'x = 1\n9 ** 9 ** 9', nested]) {
    const source = new SourceText('recipe.bb', text);
    const datastore = createDatastore({ evaluator: runtime, given: {} });
    const lineAt = (line: number) => source.span(0, line);
    const error = t.throws(() => runtime.execute({ text, name: 'body', lineAt }, { datastore }), {
      instanceOf: StxError,
    });
    const [first] = error.diagnostics;
    t.deepEqual([first?.code, first?.span !== undefined, first?.help !== undefined], ['python-limit', true, true]);
  }
});

/** Deeper than the engine's own stack. */
const nested = 'x = iter([])\nfor i in range(10 ** 5):\n    x = map(str, x)\nlist(x)';

for (const [text, message] of [
  ["'{:>10000000000}'.format('x')", 'width too big'],
  ["'%10000000000s' % 'x'", 'width too big'],
  ["int('9' * 10 ** 6)", 'Exceeds the limit (4300 digits)'],
] as const) {
  test(`${text} raises ValueError, as it does in CPython`, (t) => {
    const datastore = createDatastore({ evaluator: runtime, given: {} });
    const error = t.throws(() => runtime.execute({ text, name: 'body' }, { datastore }), { instanceOf: StxError });
    t.true(error.message.includes(`ValueError: ${message}`) || error.message.includes('too'), error.message);
  });
}

test('code cannot catch a limit', (t) => {
  t.is(end('try:\n    while True:\n        pass\nexcept BaseException:\n    pass\nfinally:\n    pass'), 'python-limit');
});

test('an exception names its place, and the calls that led there', (t) => {
  const text = 'def f(x):\n    return x.y\nf(1)\n';
  const datastore = createDatastore({ evaluator: runtime, given: {} });
  const source = new SourceText('recipe.bb', `python () {\n${text}}\n`);
  const lineAt = (line: number) => {
    const start = source.text.split('\n').slice(0, line).join('\n').length + 1;
    return source.span(start, start + source.line(line + 1).length);
  };
  const error = t.throws(() => runtime.execute({ text, name: '__anon', lineAt }, { datastore }), {
    instanceOf: StxError,
  });
  const { code, message, span, related = [] } = error.diagnostics[0]!;
  t.is(code, 'python-exception');
  t.is(message, "`__anon` raised AttributeError: 'int' object has no attribute 'y'");
  t.is(formatSpan(span!), 'recipe.bb:3:12');
  t.deepEqual(
    related.map((each) => [formatSpan(each.span), each.message]),
    [['recipe.bb:4:1', 'called here, in `__anon`']],
  );
});
