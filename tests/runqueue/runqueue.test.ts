import test from 'ava';
import fc from 'fast-check';
import { runBuild } from '../../engine/runqueue/runqueue.ts';
import { BuildDirectory, collect, newOutput, sameOutput, type World } from '../support/build-world.ts';
import { FakeTaskRunner, failedOutcome, okOutcome } from '../support/fake-task-runner.ts';
import type { Settings } from '../support/graph-of.ts';

const capturing = (name: string, body = ''): Settings => ({
  do_p: `${body}:\n`,
  'do_p[sstate-outputdirs]': `/${name}`,
});

function layered(changes: { a?: string } = {}): World {
  return {
    edges: { 'a:do_c': [], 'a:do_p': ['a:do_c'], 'b:do_c': ['a:do_p'], 'b:do_p': ['b:do_c'], 'other:do_p': [] },
    recipes: {
      a: { ...capturing('a'), do_c: `echo ${changes.a ?? ''}\n` },
      b: { ...capturing('b'), do_c: ':\n' },
      other: capturing('other'),
    },
  };
}

test('a second build starts nothing', async (t) => {
  const directory = new BuildDirectory();
  t.is((await directory.build(layered())).started.length, 5);
  t.deepEqual((await directory.build(layered())).started, []);
});

test('identical output stops the rebuild', async (t) => {
  const directory = new BuildDirectory();
  await directory.build(layered(), { behaviour: sameOutput });
  const { started, events } = await directory.build(layered({ a: 'x' }), { behaviour: sameOutput });
  t.deepEqual(started, ['a:do_c', 'a:do_p']);
  t.true(events.some((event) => event.kind === 'task-settled' && event.task === 'b:do_p' && event.as === 'up-to-date'));
});

test('another output runs what is above it, and nothing beside it', async (t) => {
  const directory = new BuildDirectory();
  await directory.build(layered(), { behaviour: newOutput });
  const { started } = await directory.build(layered({ a: 'x' }), { behaviour: newOutput });
  t.deepEqual(started, ['a:do_c', 'a:do_p', 'b:do_c', 'b:do_p']);
});

test('taking an edit back restores instead of building', async (t) => {
  const directory = new BuildDirectory();
  await directory.build(layered(), { behaviour: newOutput });
  await directory.build(layered({ a: 'x' }), { behaviour: newOutput });
  t.deepEqual((await directory.build(layered(), { behaviour: newOutput })).started, ['restore b:do_p']);
});

test('a failed restore makes the task run with everything that it covered', async (t) => {
  const directory = new BuildDirectory();
  await directory.build(layered());
  directory.stamps.clear();
  const { started, events } = await directory.build(layered(), {
    behaviour: (key, order) =>
      order.work.kind === 'restore' && key === 'b:do_p' ? failedOutcome('bad blob') : okOutcome(key),
  });
  t.deepEqual(started.toSorted(), ['b:do_c', 'b:do_p', 'restore a:do_p', 'restore b:do_p', 'restore other:do_p']);
  const run = events.find(
    (event) => event.kind === 'task-started' && event.task === 'b:do_p' && event.action === 'run',
  );
  t.deepEqual(run?.kind === 'task-started' && run.reason, { kind: 'restore-failed', message: 'bad blob' });
  t.like(events.at(-1), { kind: 'finished', failed: 0 });
});

test('after a failure nothing new starts and no stamp is written', async (t) => {
  const directory = new BuildDirectory();
  const { events, started } = await directory.build(layered(), {
    behaviour: (key) => (key === 'a:do_c' ? failedOutcome('no') : okOutcome(key)),
  });
  t.false(started.includes('a:do_p'));
  t.false(directory.stamps.has('a:do_c'));
  t.like(events.at(-1), { kind: 'finished', failed: 1 });
  t.deepEqual((await directory.build(layered())).started.includes('a:do_c'), true);
});

test('with keep-going everything that does not need the failed task is done', async (t) => {
  const world: World = {
    edges: { 'a:do_1': [], 'a:do_2': ['a:do_1'], 'b:do_1': [], 'b:do_2': ['b:do_1'], 'b:do_3': ['b:do_2'] },
    recipes: {},
  };
  const behaviour = (key: string) => (key === 'a:do_1' ? failedOutcome('no') : okOutcome(key));
  const { started } = await new BuildDirectory().build(world, { behaviour, keepGoing: true });
  t.deepEqual(started.toSorted(), ['a:do_1', 'b:do_1', 'b:do_2', 'b:do_3']);
});

test('a cancelled build stops what runs, awaits it and writes no stamp', async (t) => {
  const directory = new BuildDirectory();
  const runner = new FakeTaskRunner(() => undefined);
  const { inputs } = await directory.inputs(layered(), { runner });
  const abort = new AbortController();
  const events = collect(runBuild({ ...inputs, signal: abort.signal }));
  await runner.whenStarted('a:do_c');
  abort.abort();
  t.is((await events).at(-1)?.kind, 'finished');
  t.true(runner.cancelled.includes('a:do_c'));
  t.deepEqual([...directory.stamps.keys()], []);
  t.is(runner.held.size, 0);
});

test('no more tasks run at once than there are slots', async (t) => {
  const edges = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}:do_x`, []]));
  const runner = new FakeTaskRunner(() => undefined);
  const { inputs } = await new BuildDirectory().inputs(
    { edges, recipes: Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, { do_x: ':\n' }])) },
    { runner },
  );
  const events = collect(runBuild(inputs));
  await runner.whenStarted('b:do_x');
  t.deepEqual([...runner.held.keys()], ['a:do_x', 'b:do_x']);
  runner.behaviour = (key) => okOutcome(key);
  for (const held of [...runner.held.values()]) held.finish();
  await events;
  t.is(runner.started.length, 4);
});

test('noexec tasks get a stamp without being handed over', async (t) => {
  const directory = new BuildDirectory();
  const world: World = {
    edges: { 'a:do_x': [], 'a:do_build': ['a:do_x'] },
    recipes: { a: { do_x: ':\n', 'do_build[noexec]': '1' } },
  };
  const { started } = await directory.build(world);
  t.deepEqual(started, ['a:do_x']);
  t.true(directory.stamps.has('a:do_build'));
});

test('metadata that cannot be expanded fails its task, not the engine', async (t) => {
  const world: World = { edges: { 'a:do_x': [] }, recipes: { a: { do_x: ':\n', 'do_x[umask]': '${V}', V: '${V}' } } };
  const { events } = await new BuildDirectory().build(world);
  const ended = events.find((event) => event.kind === 'task-finished');
  t.is(
    ended?.kind === 'task-finished' && ended.outcome.status === 'failed' && ended.outcome.diagnostics[0]?.code,
    'recursive-reference',
  );
});

/** A random acyclic graph: each task may need earlier ones; some capture. */
const worlds = fc
  .array(fc.record({ needs: fc.array(fc.nat(30), { maxLength: 4 }), captures: fc.boolean() }), {
    minLength: 1,
    maxLength: 14,
  })
  .map((tasks): World => {
    const edges: Record<string, string[]> = {};
    const recipes: Record<string, Settings> = {};
    tasks.forEach(({ needs, captures }, index) => {
      const before = needs.map((need) => need % (index + 1)).filter((need) => need !== index);
      edges[`r${index}:do_p`] = [...new Set(before)].map((need) => `r${need}:do_p`);
      recipes[`r${index}`] = captures ? capturing(`r${index}`) : { do_p: ':\n' };
    });
    return { edges, recipes };
  });

test('a build that leaves tasks undone without a failure does not end as a good one', async (t) => {
  const behaviour: NonNullable<Parameters<BuildDirectory['build']>[1]>['behaviour'] = (key) =>
    key === 'a:do_p' ? { ...okOutcome(key), output: undefined } : okOutcome(key);
  const error = await t.throwsAsync(new BuildDirectory().build(layered(), { behaviour }));
  t.regex(error?.message ?? '', /2 tasks never started, `b:do_c` first/);
});

test('what is done later is stamped later, although the clock was set back', async (t) => {
  const directory = new BuildDirectory();
  await directory.build(layered(), { behaviour: newOutput });
  const before = directory.stamps.get('a:do_p')?.finishedAtMs ?? 0;
  directory.setClockBack();
  await directory.build(layered({ a: 'x' }), { behaviour: newOutput });
  t.true((directory.stamps.get('a:do_c')?.finishedAtMs ?? 0) > before);
  t.deepEqual((await directory.build(layered({ a: 'x' }), { behaviour: newOutput })).started, []);
});

test('law: nothing starts before its dependencies have finished, and a second build does nothing', async (t) => {
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const directory = new BuildDirectory();
      const { events } = await directory.build(world, { behaviour: newOutput });
      const finished = new Set<string>();
      for (const event of events) {
        if (event.kind === 'task-started') for (const need of world.edges[event.task] ?? []) t.true(finished.has(need));
        if (event.kind === 'task-finished') finished.add(event.task);
      }
      t.is(finished.size, Object.keys(world.edges).length);
      t.deepEqual((await directory.build(world, { behaviour: newOutput })).started, []);
    }),
    { numRuns: 60 },
  );
});

test('law: after one changed input only that task and those above it run', async (t) => {
  await fc.assert(
    fc.asyncProperty(worlds, fc.nat(), async (world, pick) => {
      const directory = new BuildDirectory();
      await directory.build(world, { behaviour: newOutput });
      const names = Object.keys(world.recipes);
      const name = names[pick % names.length] ?? '';
      const recipes = { ...world.recipes, [name]: { ...world.recipes[name], do_p: 'echo changed\n' } };
      const { started } = await directory.build({ ...world, recipes }, { behaviour: newOutput });
      const above = new Set([`${name}:do_p`]);
      for (const [key, needs] of Object.entries(world.edges)) if (needs.some((need) => above.has(need))) above.add(key);
      t.deepEqual(started.toSorted(), [...above].sort());
    }),
    { numRuns: 60 },
  );
});
