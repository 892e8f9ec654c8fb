import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { tracePath } from '../../engine/history/build-recorder.ts';
import { historyPath, openHistory } from '../../engine/history/history.ts';
import { ManualClock, recorderFor, recordTask, recordTasks } from '../support/recorded-build.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('a build directory without history answers every question with nothing, and stays as it is', (t) => {
  using folder = temporaryDirectory();
  using history = openHistory(folder.path);
  t.deepEqual(history.builds(), []);
  t.is(history.build(1), undefined);
  t.is(history.done().size, 0);
  t.is(history.taskTimes(['app:do_compile']).size, 0);
  t.is(history.record('abc'), undefined);
  t.deepEqual(readdirSync(folder.path), []);
});

test('a build is written down with its tasks, reasons, times, peaks, bytes and records', (t) => {
  using folder = temporaryDirectory();
  const graph = { tasks: ['app:do_fetch', 'app:do_compile'], needs: [[], [0]] };
  const tasks = [
    { task: 'app:do_fetch', ms: 500, outcome: { artifacts: [{ path: '/d/a.tar', sizeBytes: 77 }, { path: '/d/x' }] } },
    {
      task: 'app:do_compile',
      ms: 2000,
      output: 'f00/3',
      outcome: { usage: { peakMemoryBytes: 4096, cpuMs: 1800 } },
    },
  ];
  recordTasks(folder.path, tasks, { expectedMs: 2400, upToDate: 3, graph: () => graph });
  using history = openHistory(folder.path);
  t.like(history.builds()[0], {
    build: 1,
    status: 'ok',
    durationMs: 2500,
    targets: ['app'],
    preludeMs: 100,
    expectedMs: 2400,
    slots: { processor: 2, network: 2 },
    counts: { ran: 2, restored: 0, failed: 0, upToDate: 3 },
  });
  t.deepEqual(history.graph(1), graph);
  const [fetch, compile] = history.tasks(1);
  t.like(fetch, { task: 'app:do_fetch', pool: 'network', startMs: 0, durationMs: 500, bytes: 77, status: 'ok' });
  t.like(compile, { pool: 'processor', startMs: 500, durationMs: 2000, peakMemoryBytes: 4096, cpuMs: 1800 });
  t.deepEqual(compile?.reason, { kind: 'no-stamp' });
  t.is(compile?.base, 'base of app:do_compile');
  t.is(history.record('signature of app:do_compile'), 'inputs signature of app:do_compile');
  t.deepEqual(history.done().get('app:do_compile'), {
    build: 1,
    signature: 'signature of app:do_compile',
    base: 'base of app:do_compile',
    own: 'own signature of app:do_compile',
    output: 'f00/3',
  });
});

test('the usual time of a task is the mean of its last five runs, the newest counts most, and another configuration may lend its own', (t) => {
  using folder = temporaryDirectory();
  for (const ms of [9000, 100, 300, 200, 600, 400]) {
    const slowdown = () => (ms === 600 ? 2 : 1);
    recordTasks(folder.path, [{ task: 'app:do_compile', ms, outcome: { usage: { peakMemoryBytes: ms } } }], {
      slowdown,
    });
  }
  recordTasks(folder.path, [{ task: 'app:do_compile', ms: 30, action: 'restore' }]);
  using history = openHistory(folder.path);
  const times = history.taskTimes(['app:do_compile', 'mc:other:app:do_compile', 'app:do_install']);
  const usual = { restoreMs: 30, peakMemoryBytes: 600, bytes: undefined };
  t.deepEqual([...times.keys()], ['app:do_compile', 'mc:other:app:do_compile']);
  for (const time of times.values()) {
    t.like(time, usual);
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value, age) => sum + value / 2 ** age, 0) / (2 - 2 ** (1 - values.length));
    t.is(Math.round(time.runMs ?? 0), Math.round(mean([400, 600, 200, 300, 100])));
    t.is(Math.round(time.aloneMs ?? 0), Math.round(mean([400, 300, 200, 300, 100])));
  }
});

test('a restored task is credited with what it usually takes', (t) => {
  using folder = temporaryDirectory();
  const usual = new Map([
    [
      'app:do_compile',
      { runMs: 5000, aloneMs: 5000, restoreMs: undefined, peakMemoryBytes: undefined, bytes: undefined },
    ],
  ]);
  recordTasks(folder.path, [{ task: 'app:do_compile', ms: 200, action: 'restore' }], { usual });
  using history = openHistory(folder.path);
  t.is(history.tasks(1)[0]?.savedMs, 4800);
});

test('the newest good work counts, as it was when a build had ended', (t) => {
  using folder = temporaryDirectory();
  recordTasks(folder.path, [{ task: 'app:do_compile', signature: 'one' }]);
  recordTasks(folder.path, [{ task: 'app:do_compile', signature: 'two' }]);
  recordTasks(folder.path, [{ task: 'app:do_compile', status: 'failed' }]);
  using history = openHistory(folder.path);
  t.like(history.done().get('app:do_compile'), { build: 2, signature: 'two' });
  t.like(history.done(1).get('app:do_compile'), { build: 1, signature: 'one' });
  t.is(history.builds()[0]?.status, 'failed');
  t.deepEqual(
    history.work('app:do_compile').map(({ build, status }) => [build, status]),
    [
      [3, 'failed'],
      [2, 'ok'],
      [1, 'ok'],
    ],
  );
});

test('a build in which no task starts leaves no history', (t) => {
  using folder = temporaryDirectory();
  const recorder = recorderFor(folder.path);
  recorder.done(
    { task: 'app:do_build', signature: 's', output: undefined },
    () => ({ base: 'b', own: 'o', texts: [] }),
    true,
  );
  recorder.take({ kind: 'finished', ran: 0, restored: 0, failed: 0, durationMs: 1 });
  recorder.finish('ok');
  t.deepEqual(readdirSync(folder.path), []);
});

test('a task that does nothing is known by its record, and is no row of the build', (t) => {
  using folder = temporaryDirectory();
  const clock = new ManualClock();
  const recorder = recorderFor(folder.path, { clock });
  recordTask(recorder, { task: 'app:do_compile' }, clock);
  const records = () => ({ base: 'none', own: 'o', texts: [{ hash: 'quiet', text: 'inputs of do_build' }] });
  recorder.done({ task: 'app:do_build', signature: 'quiet', output: undefined }, records, true);
  recorder.finish('ok');
  using history = openHistory(folder.path);
  t.deepEqual(
    history.tasks(1).map(({ task }) => task),
    ['app:do_compile'],
  );
  t.is(history.record('quiet'), 'inputs of do_build');
  t.is(history.done().get('app:do_build')?.signature, 'quiet');
});

test('builds beyond the limits go, but what each task was last made from stays', (t) => {
  using folder = temporaryDirectory();
  const limits = { builds: 2, days: 100 };
  recordTasks(
    folder.path,
    [
      { task: 'lib:do_compile', signature: 'lib' },
      { task: 'app:do_compile', signature: 'old' },
    ],
    { limits },
  );
  for (const signature of ['two', 'three', 'four']) {
    recordTasks(folder.path, [{ task: 'app:do_compile', signature }], { limits });
  }
  using history = openHistory(folder.path);
  t.deepEqual(
    history.builds().map(({ build }) => build),
    [4, 3],
  );
  t.is(history.done().get('lib:do_compile')?.signature, 'lib');
  t.is(history.record('lib'), 'inputs lib');
  t.is(history.record('old'), undefined);
  t.is(history.done(3).get('app:do_compile')?.signature, 'three');
});

test('a text that is named in others alone, such as that of a lock, goes with the last task that was made with it', (t) => {
  using folder = temporaryDirectory();
  const count = 60;
  for (let number = 0; number < count; number++) {
    const clock = new ManualClock();
    const recorder = recorderFor(folder.path, { clock, limits: { builds: 2, days: 100 } });
    const [task, hash] = ['app:do_fetch', `signature ${number}`];
    const texts = [
      { hash, text: JSON.stringify({ locks: { root: `lock ${number}` } }) },
      { hash: `lock ${number}`, text: `packages ${number}`, keep: true },
    ];
    recorder.take({ kind: 'task-started', task, action: 'run', reason: { kind: 'no-stamp' } });
    recorder.done({ task, signature: hash, output: undefined }, () => ({ base: 'b', own: 'o', texts }), false);
    const outcome = {
      status: 'ok',
      durationMs: 1,
      artifacts: [],
      warnings: [],
      output: undefined,
      result: undefined,
    } as const;
    recorder.take({ kind: 'task-finished', task, action: 'run', outcome });
    recorder.take({ kind: 'finished', ran: 1, restored: 0, failed: 0, durationMs: 1 });
    recorder.finish('ok');
  }
  using history = openHistory(folder.path);
  t.is(history.record('lock 0'), undefined);
  t.is(history.record(`lock ${count - 1}`), `packages ${count - 1}`);
  t.is(history.record(`lock ${count - 2}`), `packages ${count - 2}`);
});

test('builds go by their age, but never the newest', (t) => {
  using folder = temporaryDirectory();
  const day = 24 * 60 * 60 * 1000;
  const limits = { builds: 100, days: 10 };
  for (const age of [30, 20, 5]) {
    const clock = new ManualClock(Date.UTC(2026, 0, 31) - age * day);
    recordTasks(folder.path, [{ task: 'app:do_compile', signature: `${age}` }], { clock, limits });
  }
  using history = openHistory(folder.path);
  t.deepEqual(
    history.builds().map(({ build }) => build),
    [3],
  );
});

test('a damaged database is set aside and begun anew, with a note', (t) => {
  using folder = temporaryDirectory();
  const path = historyPath(folder.path);
  mkdirSync(dirname(path));
  writeFileSync(path, 'this is no database, whatever its name says'.repeat(100));
  using before = openHistory(folder.path);
  t.deepEqual(before.builds(), []);
  t.deepEqual(before.notes(), ['the build history cannot be read; the next build begins a new one']);
  const notes: string[] = [];
  recordTasks(folder.path, [{ task: 'app:do_compile' }], { onNote: (text) => notes.push(text) });
  t.deepEqual(notes, [
    `the build history was damaged or of another format; it begins anew, the old one is \`${path}.set-aside\``,
  ]);
  using history = openHistory(folder.path);
  t.is(history.builds().length, 1);
  t.true(readFileSync(`${path}.set-aside`, 'utf8').startsWith('this is no database'));
});

test('a database that was cut short is noticed, and the next build begins a new one', (t) => {
  using folder = temporaryDirectory();
  const many = Array.from({ length: 600 }, (_, index) => ({ task: `r${index}:do_compile`, ms: 1 }));
  recordTasks(folder.path, many);
  truncateSync(historyPath(folder.path), 3 * 4096);
  using before = openHistory(folder.path);
  t.is(before.tasks(1).length, 0);
  t.is(before.notes().length, 1);
  const notes: string[] = [];
  recordTasks(folder.path, [{ task: 'app:do_compile' }], { onNote: (text) => notes.push(text) });
  t.is(notes.length, 1);
  using history = openHistory(folder.path);
  t.deepEqual(
    history.tasks(1).map(({ task }) => task),
    ['app:do_compile'],
  );
});

test('a history of another format is set aside', (t) => {
  using folder = temporaryDirectory();
  recordTasks(folder.path, [{ task: 'app:do_compile' }]);
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(historyPath(folder.path));
  database.exec('PRAGMA user_version = 999');
  database.close();
  const notes: string[] = [];
  using old = openHistory(folder.path);
  t.deepEqual(old.builds(), []);
  recordTasks(folder.path, [{ task: 'app:do_compile' }], { onNote: (text) => notes.push(text) });
  t.is(notes.length, 1);
  t.true(existsSync(`${historyPath(folder.path)}.set-aside`));
});

test('a history that cannot be written costs a note, not the build', (t) => {
  using folder = temporaryDirectory();
  writeFileSync(join(folder.path, 'history'), 'in the way');
  const notes: string[] = [];
  recordTasks(folder.path, [{ task: 'app:do_compile' }, { task: 'app:do_install' }], {
    onNote: (text) => notes.push(text),
  });
  t.is(notes.length, 1);
  t.regex(notes[0] ?? '', /^the history of this build is not kept: /);
});

test('readers see what is written while a build goes on, without waiting for it', (t) => {
  using folder = temporaryDirectory();
  const clock = new ManualClock();
  const recorder = recorderFor(folder.path, { clock });
  for (let index = 0; index < 500; index++) recordTask(recorder, { task: `r${index}:do_compile` }, clock);
  using history = openHistory(folder.path);
  t.like(history.builds()[0], { status: undefined, durationMs: undefined });
  t.is(history.tasks(1).length, 500);
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  using writer = new DatabaseSync(historyPath(folder.path));
  writer.exec('BEGIN IMMEDIATE; DELETE FROM tasks;');
  const startMs = performance.now();
  t.is(history.tasks(1).length, 500);
  t.true(performance.now() - startMs < 900);
  writer.exec('ROLLBACK');
  recorder.finish('ok');
});

test('each build directory has a history of its own', (t) => {
  using one = temporaryDirectory();
  using other = temporaryDirectory();
  recordTasks(one.path, [{ task: 'app:do_compile' }]);
  recordTasks(other.path, [{ task: 'lib:do_compile' }]);
  using history = openHistory(other.path);
  t.deepEqual([...history.done().keys()], ['lib:do_compile']);
});

test('the traces of the last ten builds stay', (t) => {
  using folder = temporaryDirectory();
  for (let index = 0; index < 12; index++) recordTasks(folder.path, [{ task: 'app:do_compile' }]);
  t.is(readdirSync(join(folder.path, 'history', 'traces')).length, 10);
  t.false(existsSync(tracePath(folder.path, 2)));
  t.true(existsSync(tracePath(folder.path, 12)));
});
