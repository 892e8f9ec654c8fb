import test from 'ava';
import { StxError } from '../../engine/base/stx-error.ts';
import type { DescribePorts } from '../../engine/signatures/describe-task.ts';
import { describeTasks } from '../../engine/signatures/describe-tasks.ts';
import type { DescribedTask } from '../../engine/signatures/described-task.ts';
import { describePorts, graphOf, type Settings } from '../support/graph-of.ts';
import { memoryFiles } from '../support/memory-files.ts';

async function describe(settings: Settings, ports: Partial<DescribePorts> = {}): Promise<DescribedTask> {
  const described = await describeTasks(graphOf({ 'a:do_x': [] }, { a: settings }), describePorts(ports));
  return described.task('a:do_x');
}

async function usedNames(settings: Settings): Promise<readonly string[]> {
  return Object.keys((await describe(settings)).inputs.metadata.variables).sort();
}

async function surroundings(settings: Settings): Promise<readonly string[]> {
  return Object.keys((await describe(settings)).inputs.metadata.surroundings).sort();
}

async function changesSignature(before: Settings, after: Settings): Promise<boolean> {
  const [one, two] = [await describe(before), await describe({ ...before, ...after })];
  return one.signature(new Map()) !== two.signature(new Map());
}

async function changes(before: Settings, after: Settings): Promise<boolean> {
  return (await describe(before)).baseHash !== (await describe({ ...before, ...after })).baseHash;
}

test('a variable of the text counts with those it refers to, and no other', async (t) => {
  const settings = { do_x: 'echo ${A}\n', A: '${C}-d', C: 'c', UNUSED: '1' };
  t.deepEqual(await usedNames(settings), ['A', 'C']);
  t.true(await changes(settings, { C: 'cc' }));
  t.false(await changes(settings, { UNUSED: '2' }));
});

test('values count as they are written, not as they expand', async (t) => {
  t.true(await changes({ do_x: 'echo ${A}\n', A: '${C}', C: 'c' }, { A: 'c' }));
});

test('a name made of references counts with its parts', async (t) => {
  t.deepEqual(await usedNames({ do_x: 'echo ${A_${B}}\n', B: 'x', A_x: '1' }), ['A_x', 'B']);
});

test('a shell variable that is no variable of ours counts by name only', async (t) => {
  const settings = { do_x: 'name=1\necho $other ${name}\n' };
  t.deepEqual(await usedNames(settings), ['name']);
  t.true(await changes(settings, { name: 'x' }));
  t.false(await changes(settings, { other: 'x' }));
});

test('called shell functions count, recursively, with their variables', async (t) => {
  const settings = { do_x: 'helper one\ntool\n', helper: 'inner\n', inner: 'echo ${V}\n', V: '1', unused: 'true\n' };
  t.deepEqual(await usedNames(settings), ['V', 'helper', 'inner']);
  t.true(await changes(settings, { inner: 'echo x${V}\n' }));
  t.false(await changes(settings, { unused: 'false\n' }));
});

test('functions that call each other are read once', async (t) => {
  t.deepEqual(await usedNames({ do_x: 'f\n', f: 'g\n', g: 'f\n' }), ['f', 'g']);
});

test('inline Python counts by its text and by the variables it reads', async (t) => {
  const settings = { do_x: 'echo "${A}"\n', A: "${@d.getVar('X') or ''}", X: '1' };
  t.deepEqual(await usedNames(settings), ['A', 'X']);
  t.true(await changes(settings, { X: '2' }));
});

test('contains takes in the tested item, not the list', async (t) => {
  const settings = { do_x: `echo "\${@bb.utils.contains('LIST', 'a', '1', '0', d)}"\n`, LIST: 'a b' };
  t.deepEqual(await usedNames(settings), []);
  t.false(await changes(settings, { LIST: 'a b c' }));
  t.true(await changes(settings, { LIST: 'b' }));
});

test('vardeps adds names, vardepsexclude and BB_BASEHASH_IGNORE_VARS take them out', async (t) => {
  const settings = { do_x: 'echo ${A} ${I}\n', A: '1', I: '1', E: '${F}', 'do_x[vardeps]': 'E' };
  t.deepEqual(await usedNames(settings), ['A', 'E', 'F', 'I']);
  const less = { ...settings, 'do_x[vardepsexclude]': 'A', BB_BASEHASH_IGNORE_VARS: 'I' };
  t.deepEqual(await usedNames(less), ['E', 'F']);
});

test('vardepvalue stands for value and references', async (t) => {
  const settings = { do_x: 'echo ${A}\n', A: '${C} text', C: '1', 'A[vardepvalue]': '${KEY}', KEY: 'k' };
  t.deepEqual(await usedNames(settings), ['A']);
  t.false(await changes(settings, { C: '2' }));
  t.true(await changes(settings, { KEY: 'l' }));
});

test('references in vardepvalueexclude are not expanded', async (t) => {
  const settings = { do_x: 'echo ${A}\n', A: 'keep drop', 'A[vardepvalueexclude]': '${CUT}', CUT: 'drop' };
  t.true(await changes(settings, { A: 'keep other' }));
});

test('what the base hash leaves out is said by the configuration, not by a recipe', async (t) => {
  const ports = { ignoredVariables: 'B' };
  const settings = { do_x: 'echo ${A} ${B}\n', A: '1', B: '1', BB_BASEHASH_IGNORE_VARS: 'A' };
  const plain = await describe(settings, ports);
  t.deepEqual(Object.keys(plain.inputs.metadata.variables), ['A']);
});

test('a shell function that bash cannot read is an error before anything runs', async (t) => {
  const error = await t.throwsAsync(describe({ do_x: 'helper\n', helper: 'if true; then\n  echo\n' }), {
    instanceOf: StxError,
  });
  const [found] = error?.diagnostics ?? [];
  t.is(found?.code, 'shell-syntax');
  t.is(found?.message, 'bash cannot read `helper`: `if` is not closed by `fi`');
  t.is(found?.help, 'correct it; with references expanded it is line 1 of the function');
  await t.notThrowsAsync(describe({ do_x: 'echo\n', helper: 'if true; then\n' }));
});

test('vardepvalueexclude cuts the listed texts out', async (t) => {
  const settings = { do_x: 'echo ${A}\n', A: 'keep drop1 drop2', 'A[vardepvalueexclude]': 'drop1|drop2' };
  t.false(await changes(settings, { A: 'keep drop2 ' }));
  t.true(await changes(settings, { A: 'kept drop1 drop2' }));
});

test('prefuncs and postfuncs belong to the task', async (t) => {
  const settings = {
    do_x: ':\n',
    'do_x[prefuncs]': 'pre',
    'do_x[postfuncs]': 'post',
    pre: 'echo ${P}\n',
    post: ':\n',
    P: '1',
  };
  t.deepEqual(await usedNames(settings), ['P', 'post', 'pre']);
});

test('exported variables count for shell tasks', async (t) => {
  const settings = {
    do_x: ':\n',
    ENVIRONMENT: '1',
    'ENVIRONMENT[export]': '1',
    OFF: '1',
    'OFF[export]': '1',
    'OFF[unexport]': '1',
  };
  t.deepEqual(await usedNames(settings), ['ENVIRONMENT']);
});

test('exported variables do not count for the shell texts of a built-in task, which has an environment of its own', async (t) => {
  const settings = {
    'do_x[builtin]': 'bootstrap',
    bootstrap_setup: 'echo ${V}\n',
    V: '1',
    CFLAGS: '1',
    'CFLAGS[export]': '1',
  };
  t.true((await usedNames(settings)).includes('V'));
  t.false(await changes(settings, { CFLAGS: '2' }));
});

test('flags count unless they are excluded; an empty list of exclusions means that none does', async (t) => {
  const settings = { do_x: 'echo ${A}\n', A: '1', 'A[mine]': '${M}', M: '1', 'do_x[umask]': '022' };
  t.deepEqual(await usedNames(settings), ['A']);
  t.deepEqual(await usedNames({ ...settings, BB_SIGNATURE_EXCLUDE_FLAGS: 'func umask' }), ['A', 'A[mine]', 'M']);
});

test('a removal that is in force counts', async (t) => {
  t.true(await changes({ do_x: 'echo ${A}\n', A: 'a b' }, { 'A:remove': 'b' }));
});

test('a built-in task takes in its declared variables, per package too, and not the unhashed ones', async (t) => {
  const settings = {
    'do_x[builtin]': 'package',
    PACKAGES: '${PN}',
    'FILES:a': '${bindir}',
    bindir: '/usr/bin',
    WORKDIR: '/w',
  };
  const names = await usedNames(settings);
  t.true(['PACKAGES', 'PN', 'FILES:a', 'bindir'].every((name) => names.includes(name)));
  t.false(names.includes('WORKDIR'));
  t.true(await changes(settings, { bindir: '/bin' }));
  t.false(await changes(settings, { WORKDIR: '/v' }));
});

test('the checksums of SRC_URI count for fetch although its flags are excluded', async (t) => {
  const settings = {
    'do_x[builtin]': 'fetch',
    SRC_URI: 'http://h/a',
    'SRC_URI[sha256sum]': '1',
    BB_SIGNATURE_EXCLUDE_FLAGS: 'sha256sum',
  };
  t.true(await changes(settings, { 'SRC_URI[sha256sum]': '2' }));
});

test('who asks for a download, in front of its host or behind its path, does not count', async (t) => {
  const settings = { 'do_x[builtin]': 'fetch', SRC_URI: 'https://h/a.tar', 'SRC_URI[sha256sum]': 'f'.repeat(64) };
  t.false(await changes(settings, { SRC_URI: 'https://joe:word@h/a.tar?token=s3cret' }));
  t.true(await changes(settings, { SRC_URI: 'https://h/b.tar' }));
});

test('noexec and nostamp are on whatever they say, as in BitBake', async (t) => {
  for (const value of ['1', '0', '', 'no']) {
    t.true((await describe({ do_x: 'echo\n', 'do_x[noexec]': value })).noexec, value);
    t.true((await describe({ do_x: 'echo\n', 'do_x[nostamp]': value })).nostamp, value);
  }
  const plain = await describe({ do_x: 'echo\n' });
  t.deepEqual([plain.noexec, plain.nostamp], [false, false]);
});

test('an unknown built-in task is an error that names the closest', async (t) => {
  const error = await t.throwsAsync(describe({ 'do_x[builtin]': 'fetsh' }), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'unknown-builtin');
  t.is(error?.diagnostics[0]?.help, 'did you mean `fetch`?');
});

test('unequal numbers of input and output directories are an error', async (t) => {
  const error = await t.throwsAsync(describe({ 'do_x[sstate-inputdirs]': '/a /b', 'do_x[sstate-outputdirs]': '/c' }), {
    instanceOf: StxError,
  });
  t.is(error?.diagnostics[0]?.code, 'unequal-outputs');
});

test('another checkout path gives the same hashes', async (t) => {
  const at = (root: string) =>
    describe(
      {
        do_x: `cat ${root}/build/x ${root}/layers/core/files/y\n`,
        A: `${root}/build`,
        'do_x[vardeps]': 'A',
        TOPDIR: `${root}/build`,
        'do_x[file-checksums]': `${root}/layers/core/z:True`,
      },
      { layers: [{ name: 'core', path: `${root}/layers/core` }], files: { digest: async () => 'd' } },
    );
  const [here, there] = await Promise.all([at('/home/one'), at('/srv/two/three')]);
  t.is(here.baseHash, there.baseHash);
  t.is(here.taskHash, there.taskHash);
  t.is(here.signature(new Map()), there.signature(new Map()));
  t.false(JSON.stringify(here.inputs).includes('/home/one'));
});

test('a path that only begins like a project path stays', async (t) => {
  const task = await describe({ do_x: 'cat /p/build2 /p/build/x\n', TOPDIR: '/p/build' });
  t.is(task.inputs.metadata.body, 'cat /p/build2 <TOPDIR>/x\n');
});

test('file-checksums marked True count in the task hash, those marked False are not looked at', async (t) => {
  const asked: string[] = [];
  const withDigest = (digest: string) =>
    describe(
      { do_x: ':\n', 'do_x[file-checksums]': '/d/a:True /d/b:False' },
      {
        files: {
          digest: async (path) => {
            asked.push(path);
            return digest;
          },
        },
      },
    );
  const [one, two] = [await withDigest('1'), await withDigest('missing')];
  t.is(one.baseHash, two.baseHash);
  t.not(one.taskHash, two.taskHash);
  t.deepEqual(asked, ['/d/a', '/d/a']);
});

test('local files of SRC_URI are found along FILESPATH, the first one counts', async (t) => {
  const files = new Map([
    ['/two/fix.patch', 'p2'],
    ['/three/fix.patch', 'p3'],
  ]);
  const settings = {
    'do_x[builtin]': 'patch',
    SRC_URI: 'http://h/a.tgz file://fix.patch;striplevel=1 file:///abs/c',
    FILESPATH: '/one:/two:/three',
  };
  const task = await describe(settings, {
    sources: memoryFiles(Object.fromEntries(files)),
    files: { digest: async (path) => files.get(path) ?? 'missing' },
  });
  t.deepEqual(task.inputs.outside.files, { 'file://fix.patch': 'p2', 'file:///abs/c': 'missing' });
});

test('the root that a shell task runs in counts, as it is written', async (t) => {
  const settings = {
    do_x: ':\n',
    SANDBOX_ROOT: '${TMPDIR}/roots/${BUILD_ROOT}',
    BUILD_ROOT: 'one',
    TMPDIR: '/t',
    BB_BASEHASH_IGNORE_VARS: 'TMPDIR',
  };
  t.deepEqual(await surroundings(settings), ['BUILD_ROOT', 'SANDBOX_ROOT']);
  t.true(await changesSignature(settings, { BUILD_ROOT: 'two' }));
  t.false(await changesSignature(settings, { TMPDIR: '/u' }));
  t.true(await changesSignature(settings, { do_x: 'true\n' }));
  t.false(
    await changesSignature({ ...settings, 'do_x[noexec]': '1' }, { do_x: 'true\n' }),
    'a noexec task does nothing',
  );
  t.deepEqual(await surroundings({ ...settings, 'do_x[noexec]': '1' }), []);
});

test('the root that offers shared libraries counts for the task that reads them', async (t) => {
  t.true(await changes({ 'do_x[builtin]': 'package-qa', SHLIBS_ROOT: '/r/one' }, { SHLIBS_ROOT: '/r/two' }));
});

test('flags read by a computed name count, all of that variable', async (t) => {
  const settings = {
    do_x: 'echo "${TITLES}"\n',
    TITLES: "${@' '.join([d.getVarFlag('TITLE', v) for v in ['a', 'b']])}",
    'TITLE[a]': 'A',
    'TITLE[b]': '${NAME}',
    NAME: 'B',
  };
  t.true(await changes(settings, { 'TITLE[a]': 'AA' }));
  t.true(await changes(settings, { 'TITLE[c]': 'C' }));
  t.true(await changes(settings, { NAME: 'BB' }));
  t.false(await changes(settings, { 'OTHER[a]': 'AA' }));
  t.false(await changes({ ...settings, BB_BASEHASH_IGNORE_VARS: 'TITLE' }, { 'TITLE[a]': 'AA' }));
});

test('of several lock roots the records of all count, each once', async (t) => {
  const { inputs } = await describe(
    { 'do_x[builtin]': 'fetch-locked', 'do_x[lock-root]': ' a  b a', LOCK_FILE: '/l' },
    { lockRecords: async (_, roots) => `records of ${roots}` },
  );
  t.deepEqual(inputs.outside.locks, { 'a b': 'records of a b' });
});

test('a lock file counts by the records of the root alone', async (t) => {
  const asked: string[] = [];
  const task = await describe(
    { 'do_x[builtin]': 'fetch-locked', 'do_x[lock-root]': '${PN}', LOCK_FILE: ' /l/the lock ' },
    {
      lockRecords: async (path, root) => {
        asked.push(`${path} ${root}`);
        return 'digest';
      },
    },
  );
  t.deepEqual(asked, ['/l/the lock a']);
  t.deepEqual(task.inputs.outside.locks, { a: 'digest' });
});

test('the task hash follows the dependencies, the base hash does not', async (t) => {
  const make = async (value: string) => {
    const recipes = { a: { do_x: `echo ${value}\n` }, b: { do_y: ':\n' } };
    return (await describeTasks(graphOf({ 'a:do_x': [], 'b:do_y': ['a:do_x'] }, recipes), describePorts())).task(
      'b:do_y',
    );
  };
  const [one, two] = [await make('1'), await make('2')];
  t.is(one.baseHash, two.baseHash);
  t.not(one.taskHash, two.taskHash);
  t.is(one.signature(new Map([['a:do_x', 'same']])), two.signature(new Map([['a:do_x', 'same']])));
  t.not(one.signature(new Map([['a:do_x', 'same']])), one.signature(new Map([['a:do_x', 'other']])));
});

test('a nostamp task has another signature in every build, others do not', async (t) => {
  const sign = async (settings: Settings, buildNonce: string) =>
    (await describe(settings, { buildNonce })).signature(new Map());
  const nostamp = { do_x: ':\n', 'do_x[nostamp]': '1' };
  t.not(await sign(nostamp, '1'), await sign(nostamp, '2'));
  t.is(await sign({ do_x: ':\n' }, '1'), await sign({ do_x: ':\n' }, '2'));
});

test('a Python task takes in its root and its environment, which programs that it starts see', async (t) => {
  const settings = {
    do_x: '    open("x")\n',
    'do_x[python]': '1',
    SEEN: '1',
    'SEEN[export]': '1',
    HIDDEN: '1',
  };
  t.deepEqual(await surroundings(settings), ['SEEN']);
  t.deepEqual(await surroundings({ ...settings, SANDBOX_ROOT: '/r' }), ['SANDBOX_ROOT', 'SEEN']);
});
