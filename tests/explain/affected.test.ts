import test from 'ava';
import { type AffectedSubject, affectedTasks } from '../../engine/explain/affected-tasks.ts';
import { describeTasks } from '../../engine/signatures/describe-tasks.ts';
import { describePorts, graphOf, type Settings } from '../support/graph-of.ts';
import { memoryFiles } from '../support/memory-files.ts';

const lock = `Package: busybox
Version: 1.36
Architecture: all
Filename: pool/busybox.deb
Size: 10
SHA256: ${'a'.repeat(64)}
Roots: root
`;

const edges = {
  'lib:do_fetch': [],
  'lib:do_compile': ['lib:do_fetch'],
  'lib:do_stage': ['lib:do_compile'],
  'lib:do_build': ['lib:do_stage'],
  'app:do_compile': ['lib:do_stage'],
  'app:do_install': ['app:do_compile'],
  'root:do_fetch': [],
} as const;

const recipes: Readonly<Record<string, Settings>> = {
  lib: {
    SRC_URI: 'file://a.txt',
    FILESPATH: '/layer/files',
    'do_fetch[builtin]': 'fetch',
    do_compile: 'make ${FLAGS}\n',
    FLAGS: '${OPTIMIZE} -g',
    OPTIMIZE: '-O2',
    do_stage: 'cp a b\n',
    'do_stage[sstate-outputdirs]': '/out',
    do_build: 'echo ${FLAGS}\n',
    'do_build[noexec]': '1',
  },
  app: {
    do_compile: `run "\${@bb.utils.contains('FEATURES', 'pam', 'a', 'b', d)}"\n`,
    FEATURES: 'pam x11',
    do_install: 'install ${OTHER}\n',
    'OTHER[vardepvalue]': 'fixed',
  },
  root: { 'do_fetch[builtin]': 'fetch-locked', 'do_fetch[lock-root]': 'root', LOCK_FILE: '/layer/x.lock' },
};

async function affected(...subjects: readonly AffectedSubject[]) {
  const files = memoryFiles({ '/layer/files/a.txt': 'a', '/layer/x.lock': lock });
  const ports = describePorts({ sources: files, files: { digest: async () => 'd' }, identity: { platform: 'p' } });
  const described = await describeTasks(graphOf(edges, recipes), ports);
  const found = affectedTasks({ described, workspace: { configurations: new Map() }, files }, subjects);
  return {
    direct: [...found.direct].sort(),
    maybe: [...found.maybe].sort(),
    certain: [...found.certain].sort(),
    possible: [...found.possible].sort(),
  };
}

test('a variable concerns the tasks that take it in, directly or not, but none that does nothing', async (t) => {
  const { direct, certain, possible } = await affected({ kind: 'variable', name: 'OPTIMIZE' });
  t.deepEqual(direct, ['lib:do_compile']);
  t.deepEqual(certain, ['lib:do_compile', 'lib:do_stage']);
  t.deepEqual(possible, ['app:do_compile', 'app:do_install', 'lib:do_build']);
});

test('a function is a variable, and may be meant for one recipe', async (t) => {
  t.deepEqual((await affected({ kind: 'variable', name: 'do_compile' })).direct, ['app:do_compile', 'lib:do_compile']);
  t.deepEqual((await affected({ kind: 'variable', name: 'do_compile', recipe: 'app' })).direct, ['app:do_compile']);
  t.deepEqual((await affected({ kind: 'variable', name: 'do_compile:append:pn-lib' })).direct, ['lib:do_compile']);
});

test('a flag concerns the task whose work it shapes', async (t) => {
  t.deepEqual((await affected({ kind: 'variable', name: 'do_stage', flag: 'sstate-outputdirs' })).direct, [
    'lib:do_stage',
  ]);
  t.deepEqual((await affected({ kind: 'variable', name: 'do_stage', flag: 'doc' })).direct, []);
  t.deepEqual((await affected({ kind: 'variable', name: 'OTHER', flag: 'vardepvalue' })).direct, ['app:do_install']);
});

test('a list that is only asked for a word concerns a task perhaps', async (t) => {
  const { direct, maybe, certain, possible } = await affected({ kind: 'variable', name: 'FEATURES' });
  t.deepEqual(direct, []);
  t.deepEqual(maybe, ['app:do_compile']);
  t.deepEqual(certain, []);
  t.deepEqual(possible, ['app:do_compile', 'app:do_install']);
});

test('a source concerns the tasks that read it, also one that would be found instead of it', async (t) => {
  t.deepEqual((await affected({ kind: 'file', path: '/layer/files/a.txt' })).direct, ['lib:do_fetch']);
  t.deepEqual((await affected({ kind: 'file', path: '/layer/files/b.txt' })).direct, []);
  t.deepEqual((await affected({ kind: 'file', path: '/layer/files' })).direct, ['lib:do_fetch']);
});

test('a lock file concerns the tasks that read it, a record of it only those whose root holds the package', async (t) => {
  t.deepEqual((await affected({ kind: 'file', path: '/layer/x.lock' })).direct, ['root:do_fetch']);
  const record = { kind: 'lock-record', path: '/layer/x.lock', package: 'busybox' } as const;
  t.deepEqual((await affected(record)).direct, ['root:do_fetch']);
});

test('a tool concerns every task, a task itself, a recipe its tasks', async (t) => {
  t.is((await affected({ kind: 'identity', name: 'platform' })).direct.length, Object.keys(edges).length);
  t.deepEqual((await affected({ kind: 'task', task: 'app:do_install' })).certain, ['app:do_install']);
  const app = await affected({ kind: 'recipe', configuration: '', recipe: 'app' });
  t.deepEqual(app.direct, ['app:do_compile', 'app:do_install']);
});

test('several changes are answered together', async (t) => {
  const both = await affected({ kind: 'variable', name: 'OPTIMIZE' }, { kind: 'task', task: 'app:do_compile' });
  t.deepEqual(both.certain, ['app:do_compile', 'app:do_install', 'lib:do_compile', 'lib:do_stage']);
  t.deepEqual(both.possible, ['lib:do_build']);
});

test('what chooses recipes, versions or results may change what it chooses among', async (t) => {
  const all = Object.keys(edges).sort();
  const ofLib = all.filter((key) => key.startsWith('lib:'));
  for (const name of ['BBMASK', 'OVERRIDES', 'PREFERRED_PROVIDER_virtual/x', 'STAMP', 'WORKDIR'])
    t.deepEqual((await affected({ kind: 'variable', name })).maybe, all, name);
  t.deepEqual((await affected({ kind: 'variable', name: 'PREFERRED_VERSION_lib' })).maybe, ofLib);
  t.deepEqual((await affected({ kind: 'variable', name: 'BBMASK', recipe: 'lib' })).maybe, ofLib);
  for (const path of ['/layer/lib_2.0.bb', '/layer/lib.bb', '/other/lib_%.bbappend'])
    t.deepEqual((await affected({ kind: 'file', path })).maybe, ofLib, path);
  t.deepEqual((await affected({ kind: 'file', path: '/layer/unknown_1.bb' })).maybe, []);
});

test('flags that say what a result is and which stamp it has count', async (t) => {
  for (const flag of ['sstate-plaindirs', 'stamp-extra-info'])
    t.deepEqual((await affected({ kind: 'variable', name: 'do_stage', flag })).direct, ['lib:do_stage'], flag);
});
