import test from 'ava';
import { reportBuild } from '../../engine/explain/report.ts';
import { reportText } from '../../engine/explain/report-text.ts';
import type { BuildRow, TaskRow } from '../../engine/history/rows.ts';

const build: BuildRow = {
  build: 7,
  startedMs: Date.UTC(2026, 0, 1),
  durationMs: 60_000,
  status: 'ok',
  targets: ['image'],
  slots: { processor: 2, network: 2 },
  preludeMs: 500,
  expectedMs: 55_000,
  counts: { ran: 3, restored: 1, failed: 0, upToDate: 5 },
};

function row(task: string, startMs: number, durationMs: number, more: Partial<TaskRow> = {}): TaskRow {
  return {
    ...{ build: 7, task, action: 'run', reason: undefined, pool: 'processor', startMs, durationMs, status: 'ok' },
    ...{ peakMemoryBytes: undefined, cpuMs: undefined, bytes: undefined, savedMs: undefined },
    ...{ signature: undefined, base: undefined, own: undefined, output: undefined },
    ...more,
  };
}

const tasks = [
  row('a:do_compile', 0, 40_000, { cpuMs: 39_000, peakMemoryBytes: 2_000_000_000 }),
  row('b:do_compile', 0, 10_000),
  row('c:do_compile', 10_000, 1_000, { action: 'restore', savedMs: 90_000, bytes: 5_000_000 }),
  row('image:do_image', 40_000, 20_000),
];
const graph = {
  tasks: ['a:do_compile', 'b:do_compile', 'c:do_compile', 'image:do_image'],
  needs: [[], [], [], [0, 1, 2]],
};

test('a report tells the slowest tasks, the critical path, the cache, and what a faster task would save', (t) => {
  const report = reportBuild(build, tasks, graph);
  t.deepEqual(
    report.slowest.map(({ task }) => task),
    ['a:do_compile', 'image:do_image', 'b:do_compile', 'c:do_compile'],
  );
  t.is(report.criticalPath?.durationMs, 60_000);
  t.deepEqual(
    report.criticalPath?.tasks.map(({ task }) => task),
    ['a:do_compile', 'image:do_image'],
  );
  t.deepEqual(report.cache, { restored: 1, bytes: 5_000_000, savedMs: 90_000 });
  t.deepEqual(report.savings, [
    { task: 'a:do_compile', savesMs: 30_000 },
    { task: 'image:do_image', savesMs: 20_000 },
  ]);
});

test('of a build whose order was not kept, the tasks are told all the same', (t) => {
  const report = reportBuild({ ...build, durationMs: undefined, status: undefined }, tasks, undefined);
  t.is(report.criticalPath, null);
  t.is(report.savings, null);
  t.is(report.durationMs, 60_000);
  t.regex(reportText(report, undefined), /^critical path: not kept for this build$/m);
});

test('what several configurations had done by one of them is counted, with the tasks below that the others did not do', (t) => {
  const made = { signature: 's', output: 'o/1' };
  const rows = [
    row('mc:one:a:do_compile', 0, 9000),
    row('mc:one:a:do_package', 9000, 1000, made),
    row('mc:two:a:do_package', 10_000, 50, { ...made, action: 'restore' }),
    row('mc:three:a:do_compile', 0, 8000),
    row('mc:three:a:do_package', 10_000, 50, { ...made, action: 'restore' }),
    row('mc:two:b:do_package', 10_000, 50, { signature: 'elder', output: 'o/1', action: 'restore' }),
  ];
  const shape = { tasks: ['mc:one:a:do_compile', 'mc:one:a:do_package'], needs: [[], [0]] };
  const report = reportBuild(build, rows, shape);
  t.deepEqual(report.shared, { tasks: 3, durationMs: 11_000 });
  t.regex(reportText(report, undefined), /^shared: 3 tasks, 11\.0 s$/m);
  t.notRegex(reportText(reportBuild(build, tasks, graph), undefined), /shared/);
});

test('the text of a report is for people', (t) => {
  const text = reportText(reportBuild(build, tasks, graph), 'history/traces/build-7.json').replace(
    /\d{4}-\d\d-\d\d \d\d:\d\d/,
    'START',
  );
  t.is(
    text,
    [
      'build 7: image, ok, START, 1 min 0 s, foretold 55.0 s',
      '3 ran, 1 restored, 5 up to date, 1 min 11 s of work',
      '',
      'slowest tasks:',
      '  40.0 s  a:do_compile    39.0 s of processor, at most 2.0 GB',
      '  20.0 s  image:do_image',
      '  10.0 s  b:do_compile',
      '  1.0 s   c:do_compile    restored',
      '',
      'by name:',
      '  50.0 s  do_compile          2 tasks',
      '  20.0 s  do_image            1 task',
      '  1.0 s   restore do_compile  1 task',
      '',
      'critical path: 1 min 0 s, 100 % of the build:',
      '  40.0 s  a:do_compile    39.0 s of processor, at most 2.0 GB',
      '  20.0 s  image:do_image',
      '',
      'what the build would gain if a task took no time:',
      '  30.0 s  a:do_compile',
      '  20.0 s  image:do_image',
      '',
      'cache: 1 task restored, 5.0 MB, 1 min 30 s of work saved',
      '',
      'trace (ui.perfetto.dev shows it): history/traces/build-7.json',
      '',
    ].join('\n'),
  );
});
