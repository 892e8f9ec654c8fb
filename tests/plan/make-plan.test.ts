import test from 'ava';
import { BuildDirectory, type World } from '../support/build-world.ts';

/** lib: fetch, compile, package (captures); app: the same, and its compile needs lib's package. */
function project(changes: { lib?: string; app?: string } = {}): World {
  return {
    edges: {
      'lib:do_fetch': [],
      'lib:do_compile': ['lib:do_fetch'],
      'lib:do_package': ['lib:do_compile'],
      'app:do_fetch': [],
      'app:do_compile': ['app:do_fetch', 'lib:do_package'],
      'app:do_package': ['app:do_compile'],
    },
    recipes: {
      lib: {
        do_compile: `make ${changes.lib ?? ''}\n`,
        do_fetch: ':\n',
        'do_package[sstate-outputdirs]': '/lib',
        do_package: ':\n',
      },
      app: {
        do_compile: `make ${changes.app ?? ''}\n`,
        do_fetch: ':\n',
        'do_package[sstate-outputdirs]': '/app',
        do_package: ':\n',
      },
    },
  };
}

test('in an empty build directory known tasks run and those above new outputs are open', async (t) => {
  t.deepEqual(await new BuildDirectory().plan(project()), {
    'lib:do_fetch': 'run',
    'lib:do_compile': 'run',
    'lib:do_package': 'run',
    'app:do_fetch': 'run',
    'app:do_compile': 'open',
    'app:do_package': 'open',
  });
});

test('after a build the target is up to date and nothing else is needed', async (t) => {
  const directory = new BuildDirectory();
  await directory.build(project());
  const plan = await directory.plan(project());
  t.is(plan['app:do_package'], 'up-to-date');
  t.deepEqual(
    Object.values(plan).filter((decision) => decision !== 'not-needed'),
    ['up-to-date'],
  );
});

test('without stamps a stored result is restored, and nothing below it is needed', async (t) => {
  const directory = new BuildDirectory();
  await directory.build(project());
  directory.stamps.clear();
  const plan = await directory.plan(project());
  t.is(plan['app:do_package'], 'restore');
  t.deepEqual(
    Object.values(plan).filter((decision) => decision !== 'not-needed'),
    ['restore'],
  );
});

test('tasks that can be asked for together are asked for in one batch', async (t) => {
  const directory = new BuildDirectory();
  const world: World = {
    edges: { 'a:do_p': [], 'b:do_p': [], 'c:do_p': ['a:do_p', 'b:do_p'] },
    recipes: Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [name, { 'do_p[sstate-outputdirs]': `/${name}`, do_p: ':\n' }]),
    ),
  };
  await directory.build(world);
  directory.stamps.clear();
  directory.lookups.length = 0;
  await directory.plan(world);
  t.deepEqual(
    directory.lookups.map((keys) => keys.length),
    [2, 1],
  );
});

test('missing stamps of tasks below an up-to-date capturing task do not matter', async (t) => {
  const directory = new BuildDirectory();
  await directory.build(project());
  for (const key of ['lib:do_fetch', 'lib:do_compile', 'app:do_fetch', 'app:do_compile']) directory.stamps.delete(key);
  t.is((await directory.plan(project()))['app:do_package'], 'up-to-date');
  t.is((await directory.plan(project()))['app:do_compile'], 'not-needed');
});

test('a task that captures nothing covers nothing', async (t) => {
  const directory = new BuildDirectory();
  const world = { ...project(), targets: ['lib:do_compile'] };
  await directory.build(world);
  directory.stamps.delete('lib:do_fetch');
  const plan = await directory.plan(world);
  t.is(plan['lib:do_fetch'], 'run');
  t.is(plan['lib:do_compile'], 'run');
});

test('a missing artifact or output directory makes a task run or be restored', async (t) => {
  const directory = new BuildDirectory();
  await directory.build(project());
  directory.gone.add('/app');
  t.is((await directory.plan(project()))['app:do_package'], 'restore');
  directory.results.clear();
  const { planInputs } = await directory.inputs(project());
  const { makePlan } = await import('../../engine/plan/make-plan.ts');
  const planned = (await makePlan(planInputs)).tasks.get('app:do_package');
  t.deepEqual(planned?.decision === 'run' && planned.reason, { kind: 'artifact-missing', path: '/app' });
});

test('a predecessor of the same recipe that ran later makes a task run again', async (t) => {
  const directory = new BuildDirectory();
  const world = { ...project(), targets: ['lib:do_compile'] };
  await directory.build(world);
  const fetched = directory.stamps.get('lib:do_fetch');
  const compiled = directory.stamps.get('lib:do_compile');
  if (fetched && compiled)
    directory.stamps.set('lib:do_fetch', { ...fetched, finishedAtMs: compiled.finishedAtMs + 1 });
  t.is((await directory.plan(world))['lib:do_compile'], 'run');
});

test('after an edit of a dependency nothing above it is decided, and nothing beside it is started early', async (t) => {
  const directory = new BuildDirectory();
  await directory.build(project());
  directory.stamps.delete('app:do_fetch');
  const plan = await directory.plan(project({ lib: 'x' }));
  t.is(plan['lib:do_fetch'], 'up-to-date');
  t.is(plan['lib:do_compile'], 'run');
  t.is(plan['app:do_package'], 'open');
  t.is(plan['app:do_fetch'], 'open');
});

test('forced and nostamp tasks run', async (t) => {
  const directory = new BuildDirectory();
  await directory.build(project());
  t.is((await directory.plan(project(), ['app:do_package']))['app:do_package'], 'run');
  const world: World = { edges: { 'a:do_x': [] }, recipes: { a: { do_x: ':\n', 'do_x[nostamp]': '1' } } };
  await directory.build(world);
  t.is((await directory.plan(world))['a:do_x'], 'run');
});

test('a chain of 50,000 tasks is planned', async (t) => {
  const edges: Record<string, string[]> = {};
  for (let index = 0; index < 50_000; index++) edges[`a:do_${index}`] = index === 0 ? [] : [`a:do_${index - 1}`];
  const plan = await new BuildDirectory().plan({ edges, recipes: {} });
  t.is(Object.values(plan).filter((decision) => decision === 'run').length, 50_000);
});
