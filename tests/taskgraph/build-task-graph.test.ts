import test from 'ava';
import type { Workspace } from '../../engine/metadata/workspace.ts';
import { buildTaskGraph } from '../../engine/taskgraph/build-task-graph.ts';
import { parseTarget } from '../../engine/taskgraph/parse-target.ts';
import { baseTasks, type RecipeSketch, sketchRecipe, sketchWorkspace } from '../support/hand-made-workspace.ts';

type Recipes = Readonly<Record<string, RecipeSketch>>;

/** Edges as `a.do_x -> b.do_y`, sorted; fails on any diagnostic. */
function edgesOf(workspace: Workspace, ...targets: readonly string[]): readonly string[] {
  const { value, diagnostics } = buildTaskGraph(workspace, targets.map(parseTarget));
  if (diagnostics.length > 0) throw new Error(diagnostics.map((each) => each.message).join('\n'));
  return value.keys().flatMap((key) => value.dependencies(key).map((need) => `${key} -> ${need}`));
}

function edges(recipes: Recipes, ...targets: readonly string[]): readonly string[] {
  return edgesOf(sketchWorkspace({ '': recipes }), ...targets);
}

/** Only edges between different recipes. */
function crossEdges(recipes: Recipes, ...targets: readonly string[]): readonly string[] {
  return edges(recipes, ...targets).filter((edge) => {
    const [from, to] = edge.split(' -> ').map((each) => each.split(':').at(-2));
    return from !== to;
  });
}

function problems(workspace: Workspace, ...targets: readonly string[]) {
  const { value, diagnostics } = buildTaskGraph(workspace, targets.map(parseTarget));
  return { size: value.size, diagnostics };
}

test('a target needs the tasks before it, and nothing that comes after it', (t) => {
  t.deepEqual(edges({ app: {} }, 'app:compile'), ['app:do_compile -> app:do_prepare']);
});

test('a target without a task means the default task of the configuration', (t) => {
  const workspace = sketchWorkspace({ '': { app: {} } }, { BB_DEFAULT_TASK: 'compile' });
  t.deepEqual(edgesOf(workspace, 'app'), ['app:do_compile -> app:do_prepare']);
  const { value } = buildTaskGraph(workspace, [parseTarget('app')], { defaultTask: 'prepare' });
  t.deepEqual(value.keys(), ['app:do_prepare']);
  t.deepEqual(value.targets, ['app:do_prepare']);
});

test('deptask waits for the named task of everything in DEPENDS', (t) => {
  t.deepEqual(
    crossEdges({ app: { depends: ['liba', 'libb'] }, liba: { depends: ['libc'] }, libb: {}, libc: {} }, 'app'),
    ['app:do_prepare -> liba:do_install', 'app:do_prepare -> libb:do_install', 'liba:do_prepare -> libc:do_install'],
  );
});

test('rdeptask waits for RDEPENDS and RRECOMMENDS', (t) => {
  const flags = { do_install: { rdeptask: 'do_compile' } };
  t.deepEqual(crossEdges({ app: { rdepends: ['runa'], rrecommends: ['runb'], flags }, runa: {}, runb: {} }, 'app'), [
    'app:do_install -> runa:do_compile',
    'app:do_install -> runb:do_compile',
  ]);
});

test('names of ASSUME_RPROVIDED need no recipe when none makes them, and have one when it does', (t) => {
  const flags = { do_install: { rdeptask: 'do_compile' } };
  const recipes = { '': { app: { rdepends: ['runa', 'libc6'], flags }, runa: {} } };
  const found = edgesOf(sketchWorkspace(recipes, { ASSUME_RPROVIDED: '^.*' }), 'app');
  t.true(found.includes('app:do_install -> runa:do_compile'));
  const { diagnostics } = problems(sketchWorkspace(recipes, { ASSUME_RPROVIDED: 'libc' }), 'app');
  t.deepEqual(
    diagnostics.map((each) => each.code),
    ['nothing-provides', 'unbuildable-target'],
  );
});

test('RDEPENDS alone adds nothing', (t) => {
  t.deepEqual(crossEdges({ app: { rdepends: ['runa'] }, runa: {} }, 'app'), []);
});

test('a depends flag names one task of the chosen provider, its own recipe included', (t) => {
  const flags = { do_compile: { depends: 'tool:do_install virtual/data:do_compile app:do_late' } };
  const tasks = { ...baseTasks, do_late: ['do_prepare'] };
  const found = edges({ app: { flags, tasks }, realdata: { provides: ['virtual/data'] }, tool: {} }, 'app');
  t.true(found.includes('app:do_compile -> tool:do_install'));
  t.true(found.includes('app:do_compile -> realdata:do_compile'));
  t.true(found.includes('app:do_compile -> app:do_late'));
});

test('an rdepends flag names a task of the recipe that makes a package', (t) => {
  const flags = { do_compile: { rdepends: 'data-files:do_install' } };
  t.deepEqual(crossEdges({ app: { flags }, data: { packages: ['data', 'data-files'] } }, 'app'), [
    'app:do_compile -> data:do_install',
  ]);
});

const packTasks = { ...baseTasks, do_pack: ['do_install'] };

test('recrdeptask follows the graph below the task, and RDEPENDS of the recipe itself', (t) => {
  const app: RecipeSketch = {
    depends: ['liba'],
    tasks: { ...baseTasks, do_collect: ['do_install'], do_build: ['do_install', 'do_collect'] },
    flags: { do_prepare: { deptask: 'do_install' }, do_collect: { recrdeptask: 'do_pack' } },
  };
  const recipes = {
    app,
    liba: { depends: ['libb'], tasks: packTasks },
    libb: { tasks: packTasks, rdepends: ['runx'] },
    runx: { tasks: packTasks },
  };
  t.deepEqual(
    edges(recipes, 'app').filter((edge) => edge.startsWith('app:do_collect')),
    ['app:do_collect -> app:do_install', 'app:do_collect -> liba:do_pack', 'app:do_collect -> libb:do_pack'],
  );
});

test('tasks that name themselves in recrdeptask do not wait for each other', (t) => {
  const tasks = { ...packTasks, do_collect: ['do_install'] };
  const flags = { do_prepare: { deptask: 'do_install' }, do_collect: { recrdeptask: 'do_collect do_pack' } };
  const recipes = {
    app: { depends: ['liba'], flags, tasks: { ...baseTasks, do_collect: ['do_install'] } },
    liba: { depends: ['libb'], flags, tasks },
    libb: { flags, tasks },
  };
  t.deepEqual(
    edges(recipes, 'app:collect').filter((edge) => edge.includes('collect')),
    ['app:do_collect -> app:do_install', 'app:do_collect -> liba:do_pack', 'app:do_collect -> libb:do_pack'],
  );
});

test('a recrdeptask that finds another one takes over what that one found', (t) => {
  const collect = { do_prepare: { deptask: 'do_install' }, do_collect: { recrdeptask: 'do_collect do_pack' } };
  const recipes: Recipes = {
    image: {
      depends: ['group'],
      tasks: { do_prepare: [], do_collect: [] },
      flags: { do_collect: { recrdeptask: 'do_gather do_pack' } },
    },
    group: {
      tasks: { do_gather: [], do_install: [] },
      rdepends: ['tool'],
      flags: { do_gather: { recrdeptask: 'do_pack' } },
    },
    tool: { tasks: packTasks, flags: collect },
  };
  t.deepEqual(
    edges(recipes, 'image:collect').filter((edge) => edge.startsWith('image')),
    ['image:do_collect -> group:do_gather', 'image:do_collect -> tool:do_pack'],
  );
});

test('recideptask is a further start of the search, and is not built for that', (t) => {
  const app: RecipeSketch = {
    depends: ['liba'],
    tasks: { ...baseTasks, do_collect: [] },
    flags: { do_prepare: { deptask: 'do_install' }, do_collect: { recrdeptask: 'do_pack', recideptask: 'do_install' } },
  };
  const recipes = { app, liba: { depends: ['libb'], tasks: packTasks }, libb: { tasks: packTasks } };
  const found = edges(recipes, 'app:collect');
  t.deepEqual(
    found.filter((edge) => edge.startsWith('app')),
    ['app:do_collect -> liba:do_pack', 'app:do_collect -> libb:do_pack'],
  );
});

test('no recursive search looks below a task with norecrdeptask, which is needed all the same', (t) => {
  const tasks = { ...packTasks, do_root: [] };
  const recipes = (norecrdeptask: string): Recipes => ({
    image: { depends: ['app'], tasks: { do_collect: [] }, flags: { do_collect: { recrdeptask: 'do_pack' } } },
    app: {
      tasks: { ...packTasks, do_root: [], do_pack: ['do_root'] },
      flags: { do_root: { depends: 'tool:do_root', norecrdeptask } },
    },
    tool: { tasks },
  });
  const needs = (flag: string): readonly string[] => edges(recipes(flag), 'image:collect');
  t.true(needs('').includes('image:do_collect -> tool:do_pack'));
  t.false(needs('1').some((edge) => edge.includes('tool:do_pack')));
  t.true(needs('1').includes('image:do_collect -> app:do_pack'));
  t.true(needs('1').includes('app:do_root -> tool:do_root'));
});

test('recdeptask reaches all recipes along DEPENDS and none along RDEPENDS', (t) => {
  const flags = { do_sysroot: { recdeptask: 'do_install' } };
  const recipes: Recipes = {
    app: { depends: ['liba'], rdepends: ['runx'], tasks: { do_sysroot: [] }, flags },
    liba: { depends: ['libb'], tasks: { do_install: [] }, flags: {} },
    libb: { depends: ['liba'], tasks: { do_install: [] } },
    runx: {},
  };
  t.deepEqual(edges(recipes, 'app:sysroot'), [
    'app:do_sysroot -> liba:do_install',
    'app:do_sysroot -> libb:do_install',
  ]);
});

test('mcdepends joins configurations, and counts only in the one it starts from', (t) => {
  const app = { flags: { do_install: { mcdepends: 'mc::arm:firmware:do_install' } } };
  const workspace = sketchWorkspace({ '': { app, firmware: {} }, arm: { app, firmware: {} } });
  t.true(edgesOf(workspace, 'app').includes('app:do_install -> mc:arm:firmware:do_install'));
  t.false(edgesOf(workspace, 'mc:arm:app').some((edge) => edge.includes('firmware')));
});

test('mcdepends on a configuration that does not exist is an error', (t) => {
  const app = { flags: { do_install: { mcdepends: 'mc::ppc:firmware:do_install' } } };
  const { diagnostics } = problems(sketchWorkspace({ '': { app } }), 'app');
  t.is(diagnostics[0]?.code, 'unknown-configuration');
  t.true(diagnostics[0]?.message.includes('`ppc`'));
});

test('a target is a recipe or something provided; for a package its recipe is offered', (t) => {
  const recipes = { app: { provides: ['virtual/app'], packages: ['app', 'app-tools'] } };
  const expected = ['app:do_compile -> app:do_prepare'];
  for (const name of ['app', 'virtual/app']) t.deepEqual(edges(recipes, `${name}:compile`), expected);
  const [problem] = problems(sketchWorkspace({ '': recipes }), 'app-tools').diagnostics;
  t.is(problem?.code, 'unknown-target');
  t.is(problem?.help, 'it is a package of the recipe `app`: name that');
});

test('an unknown target offers the closest names', (t) => {
  const { diagnostics, size } = problems(sketchWorkspace({ '': { 'stx-image': {}, other: {} } }), 'stx-imgae');
  t.is(size, 0);
  t.is(diagnostics[0]?.code, 'unknown-target');
  t.is(diagnostics[0]?.help, 'did you mean `stx-image`?');
});

test('a skipped recipe is named with its reason', (t) => {
  const { diagnostics } = problems(sketchWorkspace({ '': { app: { skipped: 'not for this machine' } } }), 'app');
  t.is(diagnostics[0]?.help, '`app` was skipped: not for this machine');
});

test('an unknown task offers the closest ones', (t) => {
  const { diagnostics } = problems(sketchWorkspace({ '': { app: {} } }), 'app:instal');
  t.is(diagnostics[0]?.code, 'unknown-task');
  t.is(diagnostics[0]?.help, 'did you mean `do_install`?');
});

test('DEPENDS that nobody provides names who needs it, for every recipe at once', (t) => {
  const recipes = { app: { depends: ['libz1', 'lib'] }, lib: { depends: ['nobody'] }, zlib1: { provides: ['libz'] } };
  const { diagnostics, size } = problems(sketchWorkspace({ '': recipes }), 'app');
  t.is(size, 0);
  t.deepEqual(
    diagnostics.map((each) => each.code),
    ['nothing-provides', 'nothing-provides', 'unbuildable-target'],
  );
  t.regex(diagnostics[0]?.message ?? '', /`libz1`, which `app` needs/);
  t.regex(diagnostics[0]?.help ?? '', /^did you mean `libz`/, 'the closest name comes first');
  t.regex(diagnostics[1]?.message ?? '', /`nobody`, which `lib` needs/);
});

test('ASSUME_PROVIDED takes names as present, and patterns only with an anchor', (t) => {
  const app = {
    depends: ['hosttool', 'liba', 'other'],
    flags: { do_prepare: { deptask: 'do_install', depends: 'hosttool:do_x' } },
  };
  const workspace = sketchWorkspace({ '': { app, liba: {}, other: {} } }, { ASSUME_PROVIDED: 'hosttool ^lib.* oth.*' });
  const found = edgesOf(workspace, 'app').filter((edge) => edge.startsWith('app:do_prepare'));
  t.deepEqual(found, ['app:do_prepare -> other:do_install']);
});

test('a depends entry without a colon, without a provider or without such a task is an error', (t) => {
  const codeOf = (depends: string) =>
    problems(sketchWorkspace({ '': { app: { flags: { do_compile: { depends } } }, tool: {} } }), 'app').diagnostics[0]
      ?.code;
  t.is(codeOf('tool'), 'malformed-dependency');
  t.is(codeOf('nobody:do_install'), 'nothing-provides');
  t.is(codeOf('tool:do_nothing'), 'unknown-task');
});

test('a cycle is shown hop by hop', (t) => {
  const { diagnostics, size } = problems(
    sketchWorkspace({ '': { a: { depends: ['b'] }, b: { depends: ['a'] } } }),
    'a',
  );
  t.is(size, 0);
  t.is(diagnostics[0]?.code, 'dependency-cycle');
  t.is(
    diagnostics[0]?.help,
    [
      'take one of these dependencies out:',
      '  a:do_compile needs a:do_prepare: addtask',
      '  a:do_prepare needs b:do_install: DEPENDS names b',
      '  b:do_install needs b:do_compile: addtask',
      '  b:do_compile needs b:do_prepare: addtask',
      '  b:do_prepare needs a:do_install: DEPENDS names a',
      '  a:do_install needs a:do_compile: addtask',
      'most likely `b` in `DEPENDS`',
    ].join('\n'),
  );
});

test('two versions of one recipe in one build are an error', (t) => {
  const old = sketchRecipe('app', { version: '1.0', provides: ['virtual/old'] });
  const workspace = sketchWorkspace({ '': [old, sketchRecipe('app', { version: '2.0' })] });
  const { diagnostics } = problems(workspace, 'app', 'virtual/old');
  t.is(diagnostics[0]?.code, 'multiple-versions');
  t.regex(diagnostics[0]?.help ?? '', /PREFERRED_VERSION_app/);
});

test('a target text is read as name, task and configuration', (t) => {
  t.deepEqual(parseTarget('app'), { configuration: '', name: 'app' });
  t.deepEqual(parseTarget('app:do_build'), { configuration: '', name: 'app', task: 'do_build' });
  t.deepEqual(parseTarget('mc:arm:virtual/app:build'), { configuration: 'arm', name: 'virtual/app', task: 'do_build' });
  for (const text of ['', 'a:b:c', 'mc:arm', 'app:']) t.throws(() => parseTarget(text), { name: 'StxError' });
});

test('a chain of 50,000 tasks is built, ordered and searched for cycles', (t) => {
  const length = 50_000;
  const tasks = Object.fromEntries(
    Array.from({ length }, (_, index) => [`do_${index}`, index === 0 ? [] : [`do_${index - 1}`]]),
  );
  const { value, diagnostics } = buildTaskGraph(sketchWorkspace({ '': { app: { tasks, flags: {} } } }), [
    { configuration: '', name: 'app', task: `do_${length - 1}` },
  ]);
  t.deepEqual(diagnostics, []);
  t.is(value.size, length);
  t.is(value.topologicalOrder()[0], 'app:do_0');
  t.is(value.topologicalOrder().at(-1), `app:do_${length - 1}`);
});
