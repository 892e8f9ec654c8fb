import test from 'ava';
import type { Workspace } from '../../engine/metadata/workspace.ts';
import { askProvider } from '../../engine/taskgraph/ask-provider.ts';
import { buildTaskGraph, type TaskGraphOptions } from '../../engine/taskgraph/build-task-graph.ts';
import { parseTarget } from '../../engine/taskgraph/parse-target.ts';
import { tasksToForce } from '../../engine/taskgraph/tasks-to-force.ts';
import { baseTasks, type RecipeSketch, sketchRecipe, sketchWorkspace } from '../support/hand-made-workspace.ts';

type Recipes = Readonly<Record<string, RecipeSketch>>;

function graph(workspace: Workspace, targets: readonly string[], options: TaskGraphOptions = {}) {
  const { value, diagnostics } = buildTaskGraph(workspace, targets.map(parseTarget), options);
  return { keys: value.keys(), targets: value.targets, value, codes: diagnostics.map(({ code }) => code), diagnostics };
}

function keys(recipes: Recipes, targets: readonly string[], options: TaskGraphOptions = {}): readonly string[] {
  return graph(sketchWorkspace({ '': recipes }), targets, options).keys;
}

const nobody = { depends: ['nobody'] };

test('when the best provider cannot be built, the next one takes its place; for a mere look it stays', (t) => {
  const recipes: Recipes = {
    top: { depends: ['virtual/app'] },
    appa: { provides: ['virtual/app'], ...nobody },
    appb: { provides: ['virtual/app'] },
  };
  t.true(keys(recipes, ['top:prepare']).includes('appb:do_install'));
  t.true(keys(recipes, ['top:prepare'], { incomplete: true }).includes('appa:do_install'));
});

test('a build dependency that nobody provides is left out of a mere look, with a warning', (t) => {
  const { keys: found, diagnostics } = graph(sketchWorkspace({ '': { app: nobody } }), ['app:prepare'], {
    incomplete: true,
  });
  t.deepEqual(found, ['app:do_prepare']);
  t.deepEqual(
    diagnostics.map(({ code, severity }) => `${severity} ${code}`),
    ['warning nothing-provides'],
  );
});

test('a run-time dependency that nobody provides makes a recipe unbuildable, for a mere look too', (t) => {
  const workspace = sketchWorkspace({ '': { app: { depends: ['lib'] }, lib: { rdepends: ['nobody'] } } });
  for (const incomplete of [true, false]) {
    const { codes, diagnostics } = graph(workspace, ['app'], { incomplete });
    t.deepEqual(codes, ['nothing-provides', 'unbuildable-target']);
    t.is(diagnostics[1]?.message, 'the target `app` cannot be built: `app` needs `lib` needs `nobody`');
  }
});

test('going on after failures, targets that cannot be built are left out as long as one is left', (t) => {
  const workspace = sketchWorkspace({ '': { app: nobody, other: {} } });
  t.deepEqual(graph(workspace, ['app:prepare', 'other:prepare'], { keepGoing: true }).keys, ['other:do_prepare']);
  t.deepEqual(graph(workspace, ['app', 'missing'], { keepGoing: true }).codes.at(-1), 'nothing-to-run');
});

test('recipes in a circle of dependencies are buildable as far as names go', (t) => {
  const recipes = { a: { depends: ['b'], flags: { do_prepare: {} } }, b: { depends: ['a'] } };
  t.deepEqual(keys(recipes, ['a:prepare']), ['a:do_prepare']);
});

test('world leaves out excluded recipes, virtual names, names with two providers and recipes without the task', (t) => {
  const recipes: Recipes = {
    plain: {},
    excluded: { excludedFromWorld: true },
    kernel: { provides: ['virtual/kernel'] },
    mine: { provides: ['shared'] },
    yours: { provides: ['shared'] },
    bare: { tasks: {} },
    gone: { skipped: 'no' },
  };
  const prepare = { defaultTask: 'prepare' };
  t.deepEqual(keys(recipes, ['world'], prepare), ['plain:do_prepare']);
  t.deepEqual(
    keys(recipes, ['universe'], prepare),
    ['excluded', 'kernel', 'mine', 'plain', 'yours'].map((name) => `${name}:do_prepare`),
  );
});

test('mc:*:NAME is every configuration but the default one when that has a target of its own', (t) => {
  const workspace = sketchWorkspace({ '': { app: {}, lib: {} }, arm: { app: {} }, mips: { app: {} } });
  const all = ['mc:arm:app:do_prepare', 'mc:mips:app:do_prepare'];
  const options = { defaultTask: 'prepare' };
  t.deepEqual(graph(workspace, ['mc:*:app'], options).keys, ['app:do_prepare', ...all]);
  t.deepEqual(graph(workspace, ['lib', 'multiconfig:*:app'], options).keys, ['lib:do_prepare', ...all]);
});

test('BB_DEFAULT_TASK of the default configuration counts for all of them', (t) => {
  const workspace = sketchWorkspace({ '': { app: {} }, arm: { app: {} } }, { BB_DEFAULT_TASK: 'prepare' });
  t.deepEqual(graph(workspace, ['mc:arm:app']).keys, ['mc:arm:app:do_prepare']);
});

test('a task with a dash behind it stands for what it needs', (t) => {
  const { keys: found, targets } = graph(sketchWorkspace({ '': { app: {} } }), ['app:do_install-']);
  t.deepEqual([found, targets], [['app:do_compile', 'app:do_prepare'], ['app:do_compile']]);
});

const extra = { ...baseTasks, do_extra: ['do_prepare'] };

test('runAll is the task of every recipe that the targets need, and what that needs', (t) => {
  const recipes: Recipes = {
    app: { depends: ['lib'], tasks: extra },
    lib: { tasks: extra, flags: { do_extra: { depends: 'deep:do_compile' } } },
    deep: { tasks: extra },
    other: { tasks: extra },
  };
  const { keys: found, targets } = graph(sketchWorkspace({ '': recipes }), ['app'], { runAll: ['extra'] });
  t.deepEqual(
    found.filter((key) => key.endsWith('do_extra')),
    ['app:do_extra', 'deep:do_extra', 'lib:do_extra'],
  );
  t.false(found.includes('app:do_build'));
  t.true(targets.includes('deep:do_extra'));
});

test('runAll takes tasks along whose flag runall names one of its own', (t) => {
  const recipes: Recipes = {
    app: { depends: ['lib'], tasks: extra, flags: { do_extra: { runall: 'do_compile do_other' } } },
    lib: { tasks: extra },
  };
  const { targets } = graph(sketchWorkspace({ '': recipes }), ['app:prepare'], { runAll: ['compile'] });
  t.deepEqual(
    targets.filter((key) => !key.endsWith('do_prepare')),
    ['app:do_compile', 'app:do_extra', 'lib:do_compile'],
  );
});

test('runOnly keeps of what is needed that task, and what it needs', (t) => {
  const recipes: Recipes = { app: { depends: ['lib'] }, lib: {} };
  const { keys: found, targets } = graph(sketchWorkspace({ '': recipes }), ['app'], { runOnly: ['do_compile'] });
  t.deepEqual(targets, ['app:do_compile', 'lib:do_compile']);
  t.deepEqual(found, ['app:do_compile', 'app:do_prepare', 'lib:do_compile', 'lib:do_install', 'lib:do_prepare']);
});

test('forcing takes the targets, invalidating tasks of their recipes as far as they are needed', (t) => {
  const { value } = graph(sketchWorkspace({ '': { app: {} } }), ['app:install']);
  t.deepEqual([...tasksToForce(value, { force: true })], ['app:do_install']);
  t.deepEqual([...tasksToForce(value, { invalidate: ['compile', 'do_build'] })], ['app:do_compile']);
});

test('a flag that names a task that does not exist is reported even where that task is not needed', (t) => {
  const app = { flags: { do_build: { depends: 'lib:do_nothing' } } };
  t.deepEqual(graph(sketchWorkspace({ '': { app, lib: {} } }), ['app:prepare']).codes, ['unknown-task']);
});

test('two tasks with mcdepends wait for what both of them name', (t) => {
  const app = {
    flags: { do_compile: { mcdepends: 'mc::arm:fw:do_compile' }, do_install: { mcdepends: 'mc::arm:fw:do_prepare' } },
  };
  const { value } = graph(sketchWorkspace({ '': { app }, arm: { fw: {} } }), ['app']);
  t.deepEqual(value.dependencies('app:do_compile'), ['app:do_prepare', 'mc:arm:fw:do_compile', 'mc:arm:fw:do_prepare']);
});

test('mcdepends on a name that nobody provides there is an error', (t) => {
  const app = { flags: { do_compile: { mcdepends: 'mc::arm:fw:do_compile' } } };
  const { codes, diagnostics } = graph(sketchWorkspace({ '': { app }, arm: {} }), ['app']);
  t.deepEqual(codes, ['nothing-provides']);
  t.regex(diagnostics[0]?.message ?? '', /`mc::arm:fw:do_compile` in do_compile\[mcdepends\] of `app`/);
});

test('names of BB_MULTI_PROVIDER_ALLOWED may have several providers in a build', (t) => {
  const recipes = { a: { provides: ['virtual/x'] }, b: { provides: ['virtual/x'] } };
  t.deepEqual(graph(sketchWorkspace({ '': recipes }), ['a', 'b']).codes, ['multiple-providers']);
  const allowed = sketchWorkspace({ '': recipes }, { BB_MULTI_PROVIDER_ALLOWED: 'virtual/x' });
  t.deepEqual(graph(allowed, ['a', 'b']).codes, []);
});

test('asking for a name tells who provides it, whether a preference decides, and what is assumed', (t) => {
  const recipes = [sketchRecipe('a', { provides: ['virtual/x'] }), sketchRecipe('b', { provides: ['virtual/x'] })];
  const ask = (name: string, variables: Readonly<Record<string, string>> = {}) => {
    const workspace = sketchWorkspace({ '': recipes }, variables);
    const answer = askProvider(workspace, { configuration: '', kind: 'build', name });
    return [answer.eligible.map(({ pn }) => pn).join(' '), answer.isAmbiguous, answer.isAssumed];
  };
  t.deepEqual(ask('virtual/x'), ['a b', true, false]);
  t.deepEqual(ask('virtual/x', { 'PREFERRED_PROVIDER_virtual/x': 'b' }), ['b a', false, false]);
  t.deepEqual(ask('virtual/x', { ASSUME_PROVIDED: 'virtual/x' }), ['', false, true]);
  t.deepEqual(ask('nothing'), ['', false, false]);
});
