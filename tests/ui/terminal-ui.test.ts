import test from 'ava';
import fc from 'fast-check';
import type { BuildEvent } from '../../engine/messages/build-event.ts';
import { BuildModel } from '../../engine/ui/build-model.ts';
import { footerLines } from '../../engine/ui/footer.ts';
import { TerminalUi } from '../../engine/ui/terminal-ui.ts';
import { columnAfter } from '../../engine/ui/text-width.ts';
import { KeptOutput, ManualTime } from '../support/manual-time.ts';
import { TestTerminal, textOf } from '../support/terminal.ts';

const plan: BuildEvent = { kind: 'plan', run: 1000, restore: 0, open: 0, upToDate: 0, notNeeded: 0 };
const ok = {
  status: 'ok',
  durationMs: 100,
  output: undefined,
  result: undefined,
  artifacts: [],
  warnings: [],
} as const;

function started(task: string, usualMs?: number): BuildEvent {
  return { kind: 'task-started', task, action: 'run', usualMs };
}

function ended(task: string): BuildEvent {
  return { kind: 'task-finished', task, action: 'run', outcome: ok };
}

function open() {
  const output = new KeptOutput();
  const time = new ManualTime();
  const ui = new TerminalUi(output, { base: '/' }, time);
  const screen = async () => {
    const terminal = new TestTerminal({ rows: output.rows, columns: output.columns });
    await terminal.write(output.writes.join(''));
    return terminal.screen();
  };
  return { output, time, ui, screen };
}

test('a thousand tasks a second are ten drawings a second, and no line is lost', async (t) => {
  const { output, time, ui, screen } = open();
  ui.show({ ...plan, run: 3000 });
  for (let task = 0; task < 3000; task++) {
    time.goTo(task);
    ui.show(started(`r${task}:do_x`));
    ui.show(ended(`r${task}:do_x`));
  }
  t.true(output.writes.length <= 31, String(output.writes.length));
  ui.show({ kind: 'finished', ran: 3000, restored: 0, failed: 0, durationMs: 3000 });
  const done = textOf(await screen()).filter((row) => row.startsWith('  done'));
  t.is(done.length, 3000);
  t.is(new Set(done).size, 3000);
});

test('progress of many tasks makes no more than ten drawings in any second', (t) => {
  const { output, time, ui } = open();
  const at: number[] = [];
  output.write = () => void at.push(time.elapsedMs());
  ui.show(plan);
  for (let task = 0; task < 8; task++) ui.show(started(`r${task}:do_fetch`));
  for (let ms = 0; ms < 5000; ms += 7) {
    time.goTo(ms);
    ui.show({ kind: 'task-progress', task: `r${ms % 8}:do_fetch`, text: `${ms}`, fraction: ms / 5000 });
  }
  for (const start of at) t.true(at.filter((each) => each >= start && each < start + 1000).length <= 10);
  t.true(at.length > 40);
});

test('while nothing happens the times are renewed once a second, and nothing is written after the end', (t) => {
  const { output, time, ui } = open();
  ui.show(plan);
  ui.show(started('linux:do_compile', 60_000));
  time.goTo(100);
  const before = output.writes.length;
  time.goTo(10_150);
  t.is(output.writes.length - before, 10);
  ui.show({ kind: 'finished', ran: 0, restored: 0, failed: 0, durationMs: 1 });
  ui.close();
  const end = output.writes.length;
  time.goTo(60_000);
  t.is(output.writes.length, end);
});

test('a failure is shown at once, with what went before', async (t) => {
  const { time, ui, screen } = open();
  ui.show(plan);
  ui.show({ ...started('a:do_x', 30_000), reason: { kind: 'forced' } } as BuildEvent);
  time.goTo(20_000);
  const diagnostics = [{ code: 'task-failed', severity: 'error', message: 'no', detail: 'first\nerrors' }] as const;
  const outcome = { status: 'failed', durationMs: 20_000, diagnostics, exitCode: 1, logPath: '/l/log.do_x' } as const;
  ui.show({ kind: 'task-finished', task: 'a:do_x', action: 'run', outcome });
  time.goTo(20_100);
  const rows = textOf(await screen());
  t.deepEqual(rows.slice(1, 9), [
    `──── FAILED a:do_x after 20.0 s ${'─'.repeat(47)}`,
    'stx-bake: error: no [task-failed]',
    '   | first',
    '   | errors',
    '   it ran because: asked for by name',
    '   it usually takes 30s',
    '   the whole log is /l/log.do_x',
    '   to look around where it failed: stx-bake shell a:x',
  ]);
  t.regex(rows.at(-1) ?? '', /1\/1000 tasks {2}1 FAILED/);
});

/** Sizes in turn, and whether a terminal that wraps long rows anew leaves nothing of a former footer. */
const resizings = [
  {
    how: 'grows and gets lower',
    sizes: [
      [24, 100],
      [10, 100],
      [40, 132],
      [18, 132],
      [30, 200],
    ],
    isClean: true,
  },
  {
    how: 'gets narrow',
    sizes: [
      [24, 40],
      [10, 40],
      [40, 132],
      [24, 80],
      [5, 12],
      [30, 100],
    ],
    isClean: false,
  },
] as const;

for (const { how, sizes, isClean } of resizings) {
  test(`when the terminal ${how}, the footer is drawn for it, and lines above it stay`, async (t) => {
    const { output, time, ui } = open();
    const terminal = new TestTerminal(output);
    output.write = (text) => void terminal.write(text);
    ui.show(plan);
    for (let task = 0; task < 12; task++) ui.show(started(`a-recipe-with-a-long-name-${task}:do_compile`, 90_000));
    for (let note = 0; note < 30; note++) ui.show({ kind: 'note', text: `note ${note}` });
    for (const [rows, columns] of sizes) {
      time.goTo(time.elapsedMs() + 500);
      await terminal.write('');
      terminal.resize({ rows, columns });
      output.resize(rows, columns);
      time.goTo(time.elapsedMs() + 100);
      await terminal.write('');
      const screen = terminal.screen();
      const footer = screen.rows.slice(screen.cursor.row);
      t.regex(footer[0] ?? '', /0\/1000/, `${columns}x${rows}`);
      t.true(footer.filter((row) => row !== '').length <= Math.max(1, rows / 3));
    }
    ui.close();
    await terminal.write('');
    const left = textOf(terminal.screen());
    const notes = Array.from({ length: 30 }, (_, note) => `note ${note}`);
    t.deepEqual(
      left.filter((row) => row.startsWith('note ')),
      notes,
    );
    if (isClean) t.deepEqual(left, ['tasks: 1000 to run', ...notes]);
  });
}

test('somebody else may write between: room is made, and the footer comes back below', async (t) => {
  const { output, time, ui, screen } = open();
  ui.show(plan);
  ui.show(started('a:do_x'));
  time.goTo(200);
  ui.makeRoom();
  output.writes.push('stx-bake: stopping\r\n');
  time.goTo(400);
  const rows = textOf(await screen());
  t.deepEqual(rows.slice(0, 2), ['tasks: 1000 to run', 'stx-bake: stopping']);
  t.is(rows.filter((row) => row.includes('0/1000')).length, 1);
  ui.close();
  t.deepEqual(textOf(await screen()), ['tasks: 1000 to run', 'stx-bake: stopping']);
});

test('text of a task cannot steer the terminal', async (t) => {
  const { output, time, ui } = open();
  ui.show(plan);
  ui.show(started('a:do_x'));
  ui.show({ kind: 'task-progress', task: 'a:do_x', text: 'evil \u001b[2J\u0007 text', fraction: 0.5 });
  ui.show({ kind: 'note', text: 'evil \u001b[2J note' });
  time.goTo(200);
  const written = output.writes.join('');
  t.true(written.includes('evil'));
  t.false(written.includes('\u001b[2J') || written.includes('\u0007'));
});

test('brought back by the shell, the view begins below what stands there', async (t) => {
  const { output, screen, time, ui } = open();
  ui.show(plan);
  ui.show(started('a:do_x'));
  time.goTo(200);
  const { rows } = output;
  output.writes.push(`${'\n'.repeat(rows)}$ fg\r\n`);
  ui.startBelow();
  time.goTo(400);
  const shown = textOf(await screen());
  const at = shown.indexOf('$ fg');
  t.true(at >= 0, shown.join('\n'));
  t.is(shown.slice(at).filter((row) => row.includes('0/1000')).length, 1);
  ui.close();
  t.is(textOf(await screen()).at(-1), '$ fg');
});

test('a build with nothing to do draws nothing below its lines', (t) => {
  const { output, time, ui } = open();
  ui.show({ ...plan, run: 0, upToDate: 7 });
  ui.show({ kind: 'finished', ran: 0, restored: 0, failed: 0, durationMs: 1 });
  ui.close();
  time.goTo(5000);
  t.deepEqual(output.writes, []);
});

test('what is left is what was expected, not less than the slowest task at work, and is unknown without history', (t) => {
  const model = new BuildModel();
  model.take(plan, 0);
  t.is(model.leftMs(0), undefined);
  model.take({ ...plan, expectedMs: 60_000 } as BuildEvent, 1000);
  t.is(model.leftMs(31_000), 30_000);
  model.take(started('a:do_x', 50_000), 30_000);
  t.is(model.leftMs(31_000), 49_000);
  t.is(model.leftMs(91_000), 0);
});

test('what is left follows what is told when a task ends or turns out', (t) => {
  const model = new BuildModel();
  model.take({ ...plan, expectedMs: 60_000 } as BuildEvent, 1000);
  model.take(started('a:do_x'), 1000);
  model.take({ ...ended('a:do_x'), leftMs: 100_000 } as BuildEvent, 20_000);
  t.is(model.leftMs(30_000), 90_000);
  model.take(started('b:do_x'), 30_000);
  model.take(ended('b:do_x'), 40_000);
  t.is(model.leftMs(40_000), 80_000);
  model.take({ kind: 'task-settled', task: 'c:do_x', as: 'up-to-date', leftMs: 5000 }, 50_000);
  t.is(model.leftMs(51_000), 4000);
});

test('a task that was restored in vain is counted once, when it has run', (t) => {
  const model = new BuildModel();
  model.take({ ...plan, run: 0, restore: 1 } as BuildEvent, 0);
  const failed = { status: 'failed', durationMs: 1, diagnostics: [], exitCode: undefined, logPath: '' } as const;
  model.take({ kind: 'task-started', task: 'a:do_x', action: 'restore' }, 0);
  model.take({ kind: 'task-finished', task: 'a:do_x', action: 'restore', outcome: failed }, 1);
  t.like(model, { done: 0, failed: 0, restored: 0 });
  model.take(started('a:do_x'), 2);
  model.take(ended('a:do_x'), 3);
  t.like(model, { done: 1, failed: 0, restored: 0 });
});

test('whatever the size and the events: at most a third of the rows, no line as wide as the screen', (t) => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
  const task = fc.record({
    task: name,
    text: name,
    usualMs: fc.option(fc.nat(10_000_000), { nil: undefined }),
    fraction: fc.option(fc.double({ min: -1, max: 2, noNaN: true }), { nil: undefined }),
  });
  const look = fc.record({
    columns: fc.integer({ min: 1, max: 250 }),
    rows: fc.integer({ min: 1, max: 80 }),
    nowMs: fc.nat(100_000_000),
    unicode: fc.boolean(),
    colour: fc.constant(false),
  });
  fc.assert(
    fc.property(fc.array(task, { maxLength: 30 }), look, (tasks, frame) => {
      const model = new BuildModel();
      model.take({ ...plan, restore: 3, upToDate: 4 } as BuildEvent, 0);
      for (const each of tasks) {
        model.take(started(each.task, each.usualMs), 5);
        model.take({ kind: 'task-progress', ...each }, 6);
      }
      model.take({ kind: 'held', reason: { kind: 'load', value: 3, limit: 2 } }, 7);
      const lines = footerLines(model, frame);
      return (
        lines.length >= 1 &&
        lines.length <= Math.max(1, Math.floor(frame.rows / 3)) &&
        lines.every(
          (line) =>
            columnAfter(line, 0) <= Math.max(1, frame.columns - 1) &&
            !['\n', '\r', '\u001b'].some((each) => line.includes(each)),
        )
      );
    }),
    { numRuns: 500 },
  );
  t.pass();
});
