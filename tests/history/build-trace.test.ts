import { readFileSync } from 'node:fs';
import test from 'ava';
import { tracePath } from '../../engine/history/build-recorder.ts';
import { ManualClock, recorderFor } from '../support/recorded-build.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

interface Trace {
  readonly traceEvents: readonly {
    readonly name: string;
    readonly ph: string;
    readonly pid: number;
    readonly tid: number;
    readonly ts?: number;
    readonly dur?: number;
    readonly args: Readonly<Record<string, unknown>>;
  }[];
}

test('a trace has a row per slot, downloads in a group of their own, and no two tasks of a row at once', (t) => {
  using folder = temporaryDirectory();
  const clock = new ManualClock();
  const recorder = recorderFor(folder.path, { clock });
  const start = (task: string): void => recorder.take({ kind: 'task-started', task, action: 'run' });
  const end = (task: string): void => {
    const outcome = {
      status: 'ok',
      durationMs: 0,
      output: undefined,
      result: undefined,
      artifacts: [],
      warnings: [],
    } as const;
    recorder.take({ kind: 'task-finished', task, action: 'run', outcome });
  };
  start('a:do_fetch');
  start('b:do_compile');
  clock.ms = 10;
  start('c:do_compile');
  clock.ms = 20;
  end('b:do_compile');
  start('d:do_compile');
  clock.ms = 35;
  for (const task of ['a:do_fetch', 'c:do_compile', 'd:do_compile']) end(task);
  recorder.finish('ok');
  const { traceEvents } = JSON.parse(readFileSync(tracePath(folder.path, 1), 'utf8')) as Trace;
  const spans = traceEvents.filter(({ ph }) => ph === 'X').sort((a, b) => (a.name < b.name ? -1 : 1));
  t.deepEqual(
    spans.map(({ name, pid, tid, ts, dur }) => [name, pid, tid, ts, dur]),
    [
      ['a:do_fetch', 2, 1, 0, 35000],
      ['b:do_compile', 1, 1, 0, 20000],
      ['c:do_compile', 1, 2, 10000, 25000],
      ['d:do_compile', 1, 1, 20000, 15000],
    ],
  );
  const names = traceEvents.filter(({ ph }) => ph === 'M').map(({ pid, tid, args }) => [pid, tid, args['name']]);
  t.deepEqual(names, [
    [1, 0, 'tasks'],
    [1, 1, 'slot 1'],
    [1, 2, 'slot 2'],
    [2, 0, 'fetch'],
    [2, 1, 'download 1'],
  ]);
});
