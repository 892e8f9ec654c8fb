import test from 'ava';
import fc from 'fast-check';
import type { BuildEvent } from '../../engine/messages/build-event.ts';
import { holdReasonText } from '../../engine/messages/hold-reason.ts';
import { runBuild } from '../../engine/runqueue/runqueue.ts';
import { BuildDirectory, collect, type World } from '../support/build-world.ts';
import { type Behaviour, FakeTaskRunner, failedOutcome, okOutcome } from '../support/fake-task-runner.ts';
import type { Settings } from '../support/graph-of.ts';

/** What a task leaves follows from its signature, as in a real build. */
const bySignature: Behaviour = (key, order) => okOutcome(order.actionKey ?? key);

const systems = ['one', 'two', 'three'];

/** The same recipes in several configurations; `own` recipes differ between them. */
function everywhere(
  edges: World['edges'],
  recipes: Readonly<Record<string, Settings>>,
  more: { readonly own?: readonly string[]; readonly names?: readonly string[] } = {},
): World {
  const { own = [], names = systems } = more;
  const all: Record<string, string[]> = {};
  const settings: Record<string, Settings> = { ...recipes };
  for (const name of names) {
    for (const [key, needs] of Object.entries(edges))
      all[`mc:${name}:${key}`] = needs.map((need) => `mc:${name}:${need}`);
    for (const recipe of own) settings[`mc:${name}:${recipe}`] = { ...recipes[recipe], do_c: `echo ${name}\n` };
  }
  return { edges: all, recipes: settings };
}

/** Each captures in do_p what do_c made. */
function capturing(name: string): Settings {
  return { do_c: ':\n', do_p: ':\n', 'do_p[sstate-outputdirs]': `/${name}` };
}

const chain: World['edges'] = { 'a:do_c': [], 'a:do_p': ['a:do_c'], 'b:do_c': ['a:do_p'], 'b:do_p': ['b:do_c'] };
const chainRecipes = { a: capturing('a'), b: capturing('b') };

test('work that is the same in several configurations is done once, with all that lies below it', async (t) => {
  const { started } = await new BuildDirectory().build(everywhere(chain, chainRecipes), { behaviour: bySignature });
  t.deepEqual(started.toSorted(), [
    'mc:one:a:do_c',
    'mc:one:a:do_p',
    'mc:one:b:do_c',
    'mc:one:b:do_p',
    'restore mc:three:b:do_p',
    'restore mc:two:b:do_p',
  ]);
});

test('what differs is done everywhere, over what is the same', async (t) => {
  const world = everywhere(chain, chainRecipes, { own: ['b'] });
  const { started } = await new BuildDirectory().build(world, { behaviour: bySignature });
  t.deepEqual(started.filter((each) => each.includes(':a:')).toSorted(), [
    'mc:one:a:do_c',
    'mc:one:a:do_p',
    'restore mc:three:a:do_p',
    'restore mc:two:a:do_p',
  ]);
  t.is(started.filter((each) => each.endsWith('b:do_c')).length, 3);
  t.is(started.filter((each) => each.endsWith('b:do_p')).length, 3);
});

test('while a task waits for the same work of another configuration, the build says so', async (t) => {
  const directory = new BuildDirectory();
  const runner = new FakeTaskRunner((key, order) => (key.endsWith('do_p') ? undefined : bySignature(key, order)));
  const { inputs } = await directory.inputs(
    everywhere({ 'a:do_c': [], 'a:do_p': ['a:do_c'] }, { a: capturing('a') }, { names: ['one', 'two'] }),
    { runner },
  );
  const all: BuildEvent[] = [];
  for await (const event of runBuild(inputs)) {
    all.push(event);
    if (event.kind !== 'held' || event.reason === undefined) continue;
    t.deepEqual([...runner.held.keys()], ['mc:one:a:do_p']);
    runner.held.get('mc:one:a:do_p')?.finish();
    runner.behaviour = bySignature;
  }
  const reason = all.flatMap((event) => (event.kind === 'held' && event.reason ? [event.reason] : []))[0];
  t.deepEqual(reason, { kind: 'same-work', task: 'mc:two:a:do_p', as: 'mc:one:a:do_p' });
  t.is(
    reason && holdReasonText(reason),
    'mc:two:a:do_p takes what mc:one:a:do_p, which is the same work, will have made',
  );
  t.true(
    all.some((event) => event.kind === 'task-settled' && event.task === 'mc:two:a:do_p' && event.as === 'restore'),
  );
  t.like(all.at(-1), { kind: 'finished', ran: 2, restored: 1, failed: 0 });
});

test('a build after it has nothing to do', async (t) => {
  const directory = new BuildDirectory();
  const world = everywhere(chain, chainRecipes, { own: ['b'] });
  await directory.build(world, { behaviour: bySignature });
  t.deepEqual((await directory.build(world, { behaviour: bySignature })).started, []);
});

test('where the one that works fails, the next one tries, and those that do not need it go on', async (t) => {
  const behaviour: Behaviour = (key, order) =>
    key === 'mc:one:a:do_c' ? failedOutcome('no') : bySignature(key, order);
  const world = everywhere(chain, chainRecipes);
  const { started, events } = await new BuildDirectory().build(world, { behaviour, keepGoing: true });
  t.deepEqual(started.toSorted(), [
    'mc:one:a:do_c',
    'mc:two:a:do_c',
    'mc:two:a:do_p',
    'mc:two:b:do_c',
    'mc:two:b:do_p',
    'restore mc:one:b:do_p',
    'restore mc:three:b:do_p',
  ]);
  t.like(events.at(-1), { kind: 'finished', failed: 1 });
});

test('a result that cannot be restored is made again', async (t) => {
  const behaviour: Behaviour = (key, order) =>
    order.work.kind === 'restore' && key === 'mc:two:b:do_p' ? failedOutcome('gone') : bySignature(key, order);
  const { started, events } = await new BuildDirectory().build(everywhere(chain, chainRecipes), { behaviour });
  t.true(started.includes('mc:two:b:do_c') && started.includes('mc:two:b:do_p'));
  t.false(started.includes('mc:three:b:do_c'));
  t.like(events.at(-1), { kind: 'finished', failed: 0 });
});

test('without stored results each configuration does its own work', async (t) => {
  const { inputs, runner } = await new BuildDirectory().inputs(everywhere(chain, chainRecipes), {
    behaviour: bySignature,
  });
  const planInputs = { ...inputs.planInputs, keepsApart: true };
  await collect(runBuild({ ...inputs, planInputs }));
  t.is(runner.started.length, 12);
  t.false(runner.started.some((each) => each.startsWith('restore')));
});

/** A random graph in random configurations: some recipes differ, some edges lead from one configuration to another. */
const worlds = fc
  .record({
    tasks: fc.array(
      fc.record({ needs: fc.array(fc.nat(30), { maxLength: 3 }), captures: fc.boolean(), isOwn: fc.boolean() }),
      { minLength: 1, maxLength: 9 },
    ),
    systems: fc.integer({ min: 2, max: 4 }),
    crossing: fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.nat(3)), { maxLength: 3 }),
    order: fc.infiniteStream(fc.nat(1000)),
  })
  .map(({ tasks, systems: count, crossing, order }): World => {
    const pairs: [string, string[]][] = [];
    const recipes: Record<string, Settings> = {};
    for (let system = 0; system < count; system++) {
      tasks.forEach(({ needs, captures, isOwn }, index) => {
        const key = `mc:s${system}:r${index}`;
        const before = new Set(needs.map((need) => need % (index + 1)).filter((need) => need !== index));
        const all = [...before].map((need) => `mc:s${system}:r${need}:do_p`);
        for (const [from, to, other] of crossing)
          if (from % tasks.length === index && to % tasks.length < index && other < count)
            all.push(`mc:s${other}:r${to % tasks.length}:do_p`);
        pairs.push([`${key}:do_p`, [...new Set(all)]]);
        const body = isOwn ? `echo ${system}\n` : ':\n';
        recipes[key] = captures ? { do_p: body, 'do_p[sstate-outputdirs]': `/r${index}` } : { do_p: body };
      });
    }
    const ranks = pairs.map(() => order.next().value ?? 0);
    const shuffled = pairs.map((pair, index) => ({ pair, rank: ranks[index] ?? 0 })).sort((a, b) => a.rank - b.rank);
    return { edges: Object.fromEntries(shuffled.map(({ pair }) => pair)), recipes };
  });

/** Key of the action -> how often it ran. */
function runs(runner: FakeTaskRunner): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { actionKey, work } of runner.orders)
    if (actionKey !== undefined && work.kind !== 'restore') counts.set(actionKey, (counts.get(actionKey) ?? 0) + 1);
  return counts;
}

/** Tasks that ran before something that they need. */
function tooEarly(world: World, events: readonly BuildEvent[]): readonly string[] {
  const ended = new Set<string>();
  return events.flatMap((event) => {
    if (event.kind === 'task-finished') ended.add(event.task);
    if (event.kind !== 'task-started' || event.action !== 'run') return [];
    return world.edges[event.task]?.every((need) => ended.has(need)) ? [] : [event.task];
  });
}

function finishedTasks(events: readonly BuildEvent[]): ReadonlySet<string> {
  return new Set(events.flatMap((event) => (event.kind === 'task-finished' ? [event.task] : [])));
}

test('law: in a build of several configurations nothing that captures is done twice', async (t) => {
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const directory = new BuildDirectory();
      const { runner, events } = await directory.build(world, { behaviour: bySignature });
      for (const [key, count] of runs(runner)) t.is(count, 1, key);
      t.like(events.at(-1), { kind: 'finished', failed: 0 });
      t.deepEqual(tooEarly(world, events), []);
      t.deepEqual((await directory.build(world, { behaviour: bySignature })).started, []);
    }),
    { numRuns: 300 },
  );
});

test('law: whatever fails, a build that keeps going does all that does not need it', async (t) => {
  await fc.assert(
    fc.asyncProperty(worlds, fc.nat(100), async (world, pick) => {
      const keys = Object.keys(world.edges);
      const broken = keys[pick % keys.length] ?? '';
      const behaviour: Behaviour = (key, order) =>
        key === broken && order.work.kind !== 'restore' ? failedOutcome('no') : bySignature(key, order);
      const { events } = await new BuildDirectory().build(world, { behaviour, keepGoing: true });
      const lost = new Set([broken]);
      for (const key of lost) for (const each of keys) if (world.edges[each]?.includes(key)) lost.add(each);
      const done = finishedTasks(events);
      const targets = keys.filter((key) => !keys.some((each) => world.edges[each]?.includes(key)));
      for (const target of targets) t.true(done.has(target) || lost.has(target), target);
      t.is(events.at(-1)?.kind, 'finished');
    }),
    { numRuns: 300 },
  );
});
