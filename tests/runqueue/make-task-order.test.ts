import { execFileSync } from 'node:child_process';
import test from 'ava';
import type { TaskSignature } from '../../engine/base/brands.ts';
import { SourceText } from '../../engine/base/source-text.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { importDatastore } from '../../engine/datastore/portable-datastore.ts';
import { makeFunctionScript } from '../../engine/functions/shell-script.ts';
import { makeTaskOrder } from '../../engine/runqueue/make-task-order.ts';
import { describeTasks } from '../../engine/signatures/describe-tasks.ts';
import { datastoreOf, describePorts, graphOf, type Settings } from '../support/graph-of.ts';

const paths = { TOPDIR: '/p/build', TMPDIR: '/p/build/tmp', WORKDIR: '${TMPDIR}/work/a/1.0', B: '${WORKDIR}/a-1.0' };

async function orderOf(settings: Settings) {
  const described = await describeTasks(graphOf({ 'a:do_x': [] }, { a: { ...paths, ...settings } }), describePorts());
  return makeTaskOrder('a:do_x', described, {
    signature: 's' as TaskSignature,
    restore: undefined,
    dependencyDigests: {},
  });
}

test('a shell task gets a script with the functions it calls and no others', async (t) => {
  const { work } = await orderOf({
    do_x: 'helper ${V}\n',
    helper: 'inner\n',
    inner: 'echo "$1"\n',
    other: ':\n',
    V: 'value',
  });
  const script = work.kind === 'shell' ? work.script : '';
  t.true(script.includes('helper value'));
  t.true(script.includes('inner() {'));
  t.false(script.includes('other() {'));
});

test('functions that a used function names in vardeps are in the script, Python ones and variables are not', (t) => {
  const datastore = datastoreOf({
    do_x: 'helper=inner\n"$helper"\n',
    'do_x[vardeps]': 'inner V python_one',
    inner: '"$(printf dee)p"\n',
    'inner[vardeps]': 'deep',
    deep: 'echo deep\n',
    V: '1',
    python_one: 'pass\n',
    'python_one[python]': '1',
  });
  const { text } = makeFunctionScript('do_x', datastore, { environment: {}, umask: '022' });
  t.is(execFileSync('bash', ['-c', text], { encoding: 'utf8' }), 'deep\n');
  t.false(text.includes('python_one()'));
});

test('the script runs its function with the exported variables, and no function around it', (t) => {
  const datastore = datastoreOf({
    do_x: 'echo "task $NAME"\n',
    'do_x[prefuncs]': 'before',
    before: 'echo before\n',
  });
  const { text } = makeFunctionScript('do_x', datastore, { environment: { NAME: `it's "$x"\nnext` }, umask: '022' });
  const said = `task it's "$x" next\n`;
  t.is(execFileSync('bash', ['-c', text], { encoding: 'utf8' }), said, 'a line break becomes a blank, as in BitBake');
});

test('a failing command stops the script', (t) => {
  const { text } = makeFunctionScript('do_x', datastoreOf({ do_x: 'false\necho later\n' }), {
    environment: {},
    umask: '022',
  });
  const error = t.throws(() => execFileSync('bash', ['-c', text], { encoding: 'utf8' })) as Error & { stdout?: string };
  t.is(error.stdout, '');
});

test('script lines lead to the lines of the recipe, appended parts and longer expansions included', (t) => {
  const source = new SourceText('/r/a.bb', 'do_x() {\n    one ${LONG}\n    two\n}\n\ndo_x:append() {\n    three\n}\n');
  const builder = createDatastore({ evaluator: { evaluate: () => '' } });
  const at = (text: string) => source.span(source.text.indexOf(text), source.text.length);
  builder.setFlag('do_x', 'func', '1');
  builder.assign('LONG', '=', 'a\nb');
  builder.assign('do_x', '=', '    one ${LONG}\n    two\n', at('do_x() '));
  builder.assign('do_x:append', '=', '    three\n', at('do_x:append'));
  const { text, lines } = makeFunctionScript('do_x', builder.seal(), { environment: {}, umask: '022' });
  const scriptLines = text.split('\n');
  const found = lines.map(({ scriptLine, line }) => [scriptLines[scriptLine - 1]?.trim(), line]);
  t.deepEqual(found, [
    ['one a', 2],
    ['b', 2],
    ['two', 3],
    ['three', 7],
  ]);
});

test('a task gets the root that its hash took the lock records of', async (t) => {
  const settings = { 'do_x[builtin]': 'bootstrap', 'do_x[lock-root]': ' ${PN}-root ', LOCK_ROOT: 'other' };
  t.is((await orderOf(settings)).variables['LOCK_ROOT'], 'a-root');
});

test('in a sandbox paths below TMPDIR are relocated in script, environment, cwd and mounts', async (t) => {
  const order = await orderOf({
    do_x: 'cd ${WORKDIR}\n',
    SANDBOX_ROOT: '${TMPDIR}/roots/r',
    W: '${WORKDIR}/w',
    'W[export]': '1',
    'do_x[sandbox-ro]': '${TOPDIR}/downloads',
    'do_x[sstate-outputdirs]': '${TMPDIR}/out',
    'do_x[fakeroot]': '1',
  });
  t.is(order.cwd, '/stx/tmp/work/a/1.0');
  t.is(order.environment['W'], '/stx/tmp/work/a/1.0/w');
  const work = order.work.kind === 'shell' ? order.work : undefined;
  t.false(work?.script.includes('/p/build'));
  t.is(work?.sandbox?.root, '/p/build/tmp/roots/r');
  t.true(work?.sandbox?.allIds);
  t.false(work?.sandbox?.network);
  t.deepEqual(
    work?.sandbox?.mounts.map(({ source, target, writable }) => [source, target, writable]),
    [
      ['/p/build/tmp/out', '/stx/tmp/out', true],
      ['/p/build/tmp/work/a/1.0', '/stx/tmp/work/a/1.0', true],
      ['/p/build/downloads', '/stx/build/downloads', false],
      ['/p/build/tmp/work/a/1.0/recipe-sysroot', '/stx/tmp/work/a/1.0/recipe-sysroot', false],
    ],
  );
  t.is(order.directories.at(-1), '/p/build/tmp/work/a/1.0');
});

test('a built-in task gets its declared variables, checksums and values per package included', async (t) => {
  const fetch = await orderOf({
    'do_x[builtin]': 'fetch',
    SRC_URI: 'http://h/${PN}.tgz',
    'SRC_URI[sha256sum]': 'abc',
    DL_DIR: '${TOPDIR}/dl',
    SECRET: '1',
  });
  t.like(fetch.variables, { SRC_URI: 'http://h/a.tgz', 'SRC_URI[sha256sum]': 'abc', DL_DIR: '/p/build/dl' });
  t.false('SECRET' in fetch.variables);
  const split = await orderOf({
    'do_x[builtin]': 'package',
    PACKAGES: '${PN}-dev ${PN}',
    'FILES:a-dev': '/usr/include',
  });
  t.is(split.variables['FILES:a-dev'], '/usr/include');
  t.false('FILES:a' in split.variables);
});

test('a task sees its own task override', async (t) => {
  const { work } = await orderOf({ do_x: 'echo ${A}\n', A: 'base', 'A:task-x': 'mine' });
  t.true(work.kind === 'shell' && work.script.includes('echo mine'));
});

test('a task without a body, and a noexec one, have nothing to do', async (t) => {
  t.is((await orderOf({})).work.kind, 'nothing');
  t.is((await orderOf({ do_x: ':\n', 'do_x[noexec]': '1' })).work.kind, 'nothing');
});

const pythonOrder = (settings: Settings) =>
  orderOf({ 'do_x[python]': '1', 'do_x[func]': '1', do_x: '    open("x")\n', ...settings });

test('a task with Python in it gets its datastore as plain data, with what the running task is called', async (t) => {
  const order = await pythonOrder({ BBPATH: '/l/one:/l/two', OVERRIDES: 'o', 'V:task-x': 'of the task', V: 'other' });
  if (order.work.kind !== 'python') return t.fail(order.work.kind);
  const { datastore, libraries, sandbox } = structuredClone(order.work);
  const carried = importDatastore(datastore, { evaluate: () => '' });
  t.deepEqual(
    ['V', 'BB_CURRENTTASK', 'BB_RUNTASK', 'BB_FILENAME', 'BB_WORKERCONTEXT'].map((name) => carried.get(name)),
    ['of the task', 'x', 'do_x', '/layer/a_1.0.bb', '1'],
  );
  t.deepEqual(libraries, ['/l/one/lib', '/l/two/lib']);
  t.is(sandbox, undefined);
});

test('one Python function before or after makes a shell task one with Python in it', async (t) => {
  const shell = { do_x: ':\n', 'do_x[python]': '', py: '    open("x")\n', 'py[python]': '1' };
  t.is((await pythonOrder(shell)).work.kind, 'shell');
  const order = await pythonOrder({ ...shell, 'do_x[prefuncs]': 'other', 'do_x[postfuncs]': 'py', other: ':\n' });
  if (order.work.kind !== 'python') return t.fail(order.work.kind);
  t.deepEqual([order.work.prefuncs, order.work.postfuncs], [['other'], ['py']]);
});

test('a Python task in a sandbox sees the modules of layers, and its folders under the names of the sandbox', async (t) => {
  const order = await pythonOrder({ SANDBOX_ROOT: '/root', BBPATH: '/l/one', W: '${WORKDIR}', 'W[export]': '1' });
  if (order.work.kind !== 'python') return t.fail(order.work.kind);
  t.true(order.work.sandbox?.mounts.some(({ target, writable }) => target === '/l/one/lib' && !writable));
  t.is(order.cwd, '/stx/tmp/work/a/1.0');
  t.is(order.environment['W'], '/stx/tmp/work/a/1.0');
});
