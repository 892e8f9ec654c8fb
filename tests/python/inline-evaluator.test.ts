import test, { type ExecutionContext } from 'ava';
import { StxError } from '../../engine/base/stx-error.ts';
import type { Datastore } from '../../engine/datastore/datastore.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';

const given = {
  FEATURES: 'alpha beta gamma',
  EMPTY: '',
  PV: '1.22.333',
  FILE: '/layer/recipes/app_2.0_r3.bb',
  PARALLEL_MAKE: '-j 8 -l 9',
  ENABLED: 'Yes',
  MLPREFIX: 'lib32-',
  DISTRO_FEATURES: 'systemd pam',
  NESTED: '${PV}-x',
  __inherit_cache: '/layer/classes/base.bbclass /layer/classes/kernel.bbclass',
};

function datastore(maxSteps?: number): Datastore {
  const store = createDatastore({
    evaluator: createInlineEvaluator(maxSteps === undefined ? {} : { maxSteps }),
    given,
  });
  store.setFlag('A', 'f', '${PV}');
  store.setFlag('layer_function', 'func', '1');
  return store.seal();
}

function diagnosticOf(t: ExecutionContext, code: string, store = datastore()) {
  const error = t.throws(() => store.expand(`\${@${code}}`, 'PLACE'), { instanceOf: StxError });
  return error.diagnostics[0]!;
}

const values: readonly (readonly [code: string, expected: string])[] = [
  ["bb.utils.contains('FEATURES', 'alpha', 'yes', 'no', d)", 'yes'],
  ["bb.utils.contains('FEATURES', 'alpha beta', 'yes', 'no', d)", 'yes'],
  ["bb.utils.contains('FEATURES', ['alpha', 'x'], 'yes', 'no', d)", 'no'],
  ["bb.utils.contains('EMPTY', '', 'yes', 'no', d)", 'no'],
  ["bb.utils.contains('NOPE', 'a', 'yes', 'no', d)", 'no'],
  ["bb.utils.contains('FEATURES', 'alph', True, False, d)", 'False'],
  ["bb.utils.contains_any('FEATURES', 'x beta', 'yes', 'no', d)", 'yes'],
  ["bb.utils.contains_any('FEATURES', ('x', 'y'), 'yes', 'no', d)", 'no'],
  ["bb.utils.filter('FEATURES', 'gamma x alpha', d)", 'alpha gamma'],
  ["bb.utils.to_boolean(d.getVar('ENABLED'))", 'True'],
  ["bb.utils.to_boolean('0')", 'False'],
  ["bb.utils.to_boolean(d.getVar('NOPE'), 'dflt')", 'dflt'],
  ["bb.utils.vercmp_string('1.10', '1.9')", '1'],
  ["bb.utils.vercmp_string('1.0~rc1', '1.0')", '-1'],
  ["bb.utils.vercmp_string('1:1.0', '2.0')", '1'],
  ["bb.utils.vercmp_string('1.0a', '1.0')", '1'],
  ["bb.utils.vercmp_string_op('1.2', '1.2', '<=')", 'True'],
  ["bb.utils.explode_deps('a (>= 1) b')", "['a', 'b']"],
  ["bb.data.inherits_class('kernel', d)", 'True'],
  ["bb.data.inherits_class('ernel', d)", 'False'],
  ["bb.parse.vars_from_file(d.getVar('FILE', False), d)[0]", 'app'],
  ["bb.parse.vars_from_file('/x/y.conf', d)", '(None, None, None)'],
  ["bb.parse.vars_from_file('y_1.bbappend', d)", "['y', '1', None]"],
  ["oe.utils.conditional('PV', '1.22.333', 'y', 'n', d)", 'y'],
  ["oe.utils.vartrue('ENABLED', 'y', 'n', d)", 'y'],
  ["oe.utils.ifelse(0, 'y', 'n')", 'n'],
  ["oe.utils.trim_version(d.getVar('PV'), 2)", '1.22'],
  ["oe.utils.parallel_make_argument(d, '-n%d', limit=4)", '-n4'],
  ['oe.utils.parallel_make(d)', '8'],
  ["oe.utils.inherits(d, 'image', 'kernel')", 'True'],
  ["oe.utils.build_depends_string('a b', 'do_x')", 'a:do_x b:do_x'],
  ["oe.utils.set_intersect('FEATURES', 'DISTRO_FEATURES', d)", ''],
  ["oe.utils.prune_suffix('lib32-x-native', ['-native'], d)", 'x'],
  ["oe.utils.any_distro_features(d, 'x pam', 'y', 'n')", 'y'],
  ["oe.types.boolean('f')", 'False'],
  ["d.getVar('NESTED')", '1.22.333-x'],
  ["d.getVar('NOPE')", 'None'],
  ["d.getVarFlag('A', 'f')", '1.22.333'],
  ["d.getVarFlag('A', 'nope')", 'None'],
  ['FEATURES.split()[1]', 'beta'],
  ["__import__('re').sub('a', 'b', 'aa')", 'bb'],
];

for (const [code, expected] of values) {
  test(`${code} gives ${expected || 'an empty text'}`, (t) => {
    t.is(datastore().expand(`\${@${code}}`), expected);
  });
}

test('getVar can leave references as they are', (t) => {
  const store = datastore();
  t.is(createInlineEvaluator().evaluate("d.getVar('NESTED', False)", store, 'A'), '${PV}-x');
});

test('a generator expression stops reading variables early', (t) => {
  const read: string[] = [];
  const store = datastore();
  const watched: Datastore = new Proxy(store, {
    get: (_, key) => {
      const member: unknown = Reflect.get(store, key, store);
      if (key === 'get') return (name: string) => read.push(name) && store.get(name);
      return typeof member === 'function' ? member.bind(store) : member;
    },
  });
  const evaluator = createInlineEvaluator();
  t.is(evaluator.evaluate("any(d.getVar(v) for v in ['EMPTY', 'PV', 'FILE'])", watched, 'A'), 'True');
  t.deepEqual(read, ['EMPTY', 'PV']);
});

test('an exception names its type, its message and the place', (t) => {
  const { code, message, help } = diagnosticOf(t, "d.getVar('NOPE').split()");
  t.is(code, 'python-exception');
  t.regex(message, /in `PLACE` raised AttributeError: 'NoneType' object has no attribute 'split'/);
  t.regex(help ?? '', /or ''/);
});

test('text that is not Python is a syntax error', (t) => {
  t.is(diagnosticOf(t, 'a b').code, 'python-syntax');
  t.is(diagnosticOf(t, 'x = 1').code, 'python-syntax');
});

test('text that ends inside a string is no expression', (t) => {
  t.is(datastore().expand("${@d.getVar('}')}"), "${@d.getVar('}')}");
});

for (const [code, construct] of [
  ['os.getpid()', '`os.getpid`'],
  ["os.path.exists('/')", '`os.path.exists`'],
  ["open('/etc/passwd')", '`open`'],
  ['layer_function(d)', '`layer_function`'],
  ["__import__('subprocess').run([])", '`subprocess.run`'],
  ['1j', 'a complex number'],
  ['time.time()', '`time.time`'],
  ['(yield)', '`Yield`'],
] as const) {
  test(`${code} is refused with what to do instead`, (t) => {
    const diagnostic = diagnosticOf(t, code);
    t.is(diagnostic.code, 'unsupported-python');
    t.true(diagnostic.message.includes(construct), diagnostic.message);
    t.truthy(diagnostic.help);
  });
}

test('steps are limited', (t) => {
  const { code } = diagnosticOf(t, '[x for x in range(10000)]', datastore(500));
  t.is(code, 'python-limit');
});

test('sizes are limited', (t) => {
  for (const code of ["'x' * 10 ** 9", '[0] * 10 ** 9', '10 ** 10 ** 10', '1 << 10 ** 9']) {
    t.is(diagnosticOf(t, code).code, 'python-limit', code);
  }
});

test('depth is limited', (t) => {
  const deep = `${'('.repeat(3000)}1${')'.repeat(3000)}`;
  t.is(diagnosticOf(t, `${'not '.repeat(100_000)}1`).code, 'python-limit');
  t.is(diagnosticOf(t, '(lambda f: f(f))(lambda f: f(f))').code, 'python-limit');
  t.true(['python-limit', ''].includes(outcome(deep)));
});

/** The code of the error, or nothing. */
function outcome(code: string): string {
  try {
    datastore().expand(`\${@${code}}`);
    return '';
  } catch (error) {
    return error instanceof StxError ? error.diagnostics[0]!.code : String(error);
  }
}
