import test from 'ava';
import { type PlanAnswer, type PlanRow, planText } from '../../engine/explain/plan-answer.ts';

function answer(tasks: readonly PlanRow[], more: Partial<PlanAnswer> = {}): PlanAnswer {
  const counts = { run: 0, open: 0, restore: 0, 'up-to-date': 0, 'not-needed': 0 };
  for (const { decision } of tasks) counts[decision]++;
  const unknown = { fetchBytes: 0, unknownSizes: 0, expectedMs: null, totalMs: null, leastMs: null };
  return { tasks, counts, ...unknown, withoutHistory: 0, guessed: 0, ...more };
}

function row(task: string, decision: PlanRow['decision'], reason: string, more: Partial<PlanRow> = {}): PlanRow {
  return { task, decision, reason, usualMs: null, fetchBytes: null, ...more };
}

test('a plan is told line by line, with what is to fetch and how long it takes', (t) => {
  const tasks = [
    row('a:do_fetch', 'run', 'never built here', { fetchBytes: 2_000_000 }),
    row('a:do_compile', 'open', 'its inputs changed; spared if the output of b:do_stage stays the same', {
      usualMs: 3000,
    }),
    row('b:do_stage', 'restore', 'its result is in the store'),
    row('c:do_stage', 'up-to-date', 'its inputs are as they were, and what it left is there'),
  ];
  const times = { expectedMs: 61_000, totalMs: 62_000, leastMs: 1000, withoutHistory: 1, guessed: 2 };
  const text = planText(answer(tasks, { fetchBytes: 2_000_000, unknownSizes: 2, ...times }), { all: false, slots: 2 });
  t.is(
    text,
    [
      'a:do_fetch: run (never built here), 2.0 MB',
      'a:do_compile: runs unless the output of b:do_stage stays the same (its inputs changed), usually 3.0 s',
      'b:do_stage: restore (its result is in the store)',
      'to fetch: 2.0 MB and 2 files of unknown size',
      'time: about 1 min 2 s, 2.0 s if no output changes with 2 tasks at a time; 2 tasks without history guessed from others of the name; 1 task without history not counted',
      'stx-bake: dry run: 1 run, 1 open, 1 restore, 1 up-to-date',
      '',
    ].join('\n'),
  );
});

test('ten thousand tasks are told in a few lines, unless all are asked for', (t) => {
  const tasks = Array.from({ length: 1000 }, (_, index) => [
    row(`r${index}:do_compile`, 'run', 'its inputs changed', { usualMs: 100 }),
    row(`r${index}:do_fetch`, 'up-to-date', 'its inputs are as they were, and what it left is there'),
    row(`r${index}:do_stage`, 'open', `its inputs changed; spared if the output of r${index}:do_x stays the same`),
  ]).flat();
  const text = planText(answer(tasks), { all: false, slots: 4 });
  t.is(
    text,
    [
      'do_compile: run 1,000 (its inputs changed): r0, r1, r2 and 997 more, 1 min 40 s of work',
      'do_stage: may run 1,000 (its inputs changed): r0, r1, r2 and 997 more',
      '`--all` shows each task',
      'time: no history',
      'stx-bake: dry run: 1000 run, 1000 open, 1000 up-to-date',
      '',
    ].join('\n'),
  );
  t.is(planText(answer(tasks), { all: true, slots: 4 }).split('\n').length, 3000 + 3);
});

test('a plan with nothing to do says only that', (t) => {
  const tasks = [row('a:do_stage', 'up-to-date', 'its inputs are as they were, and what it left is there')];
  t.is(planText(answer(tasks), { all: false, slots: 2 }), 'stx-bake: dry run: 1 up-to-date\n');
});
