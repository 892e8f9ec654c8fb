import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openView } from '../../engine/app/terminal-output.ts';
import type { BuildEvent } from '../../engine/messages/build-event.ts';

/**
 * What the view of a build costs, on a real terminal of 200x50: processor time of a core and drawings a second, while so
 * many tasks are at work, end, and tell of their progress. `node tests/bench/view.ts [--seconds N]`
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    tasks: { type: 'string' },
    'per-second': { type: 'string', default: '0' },
    bare: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const loads: readonly { readonly tasks: number; readonly perSecond: number }[] = [
  { tasks: 4, perSecond: 0 },
  { tasks: 16, perSecond: 2 },
  { tasks: 16, perSecond: 100 },
];

interface Measured {
  readonly cpuMs: number;
  readonly drawings: number;
  readonly bytes: number;
  readonly events: number;
}

if (values.tasks === undefined) await compare();
else await measure({ tasks: Number(values.tasks), perSecond: Number(values['per-second']) }, values.bare);

/** Each load with and without the view, in processes of their own; the difference is the view's. */
async function compare(): Promise<void> {
  for (const load of loads) {
    const bare = await inTerminal(load, true);
    const shown = await inTerminal(load, false);
    const share = ((shown.cpuMs - bare.cpuMs) / seconds / 10).toFixed(2);
    const per = (count: number): string => (count / seconds).toFixed(1);
    process.stdout.write(
      `${load.tasks} tasks at work, ${load.perSecond} ending a second (${per(shown.events)} events a second): ` +
        `${share} % of a core, ${per(shown.drawings)} drawings and ${per(shown.bytes)} bytes a second\n`,
    );
  }
}

async function inTerminal({ tasks, perSecond }: (typeof loads)[number], bare: boolean): Promise<Measured> {
  const terminal = fileURLToPath(new URL('../support/in-terminal.py', import.meta.url));
  const words = ['--tasks', `${tasks}`, '--per-second', `${perSecond}`, '--seconds', `${seconds}`];
  const command = [process.execPath, import.meta.filename, ...words, ...(bare ? ['--bare'] : [])];
  const child = spawn('python3', [terminal, '50', '200', ...command], {
    env: { ...process.env, TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let end = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    end = (end + text).slice(-2000);
  });
  await once(child, 'close');
  const found = /MEASURED (\{.*\})/.exec(end)?.[1];
  if (found === undefined) throw new Error(end);
  return JSON.parse(found) as Measured;
}

async function measure({ tasks, perSecond }: (typeof loads)[number], bare: boolean): Promise<void> {
  let [drawings, bytes, events] = [0, 0, 0];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((text: string) => {
    drawings++;
    bytes += Buffer.byteLength(text);
    return write(text);
  }) as typeof process.stdout.write;
  const view = openView({ base: '/' });
  const show = (event: BuildEvent): void => {
    events++;
    if (!bare) view.show(event);
  };
  show({ kind: 'plan', run: 100_000, restore: 0, upToDate: 10, open: 0, notNeeded: 0, expectedMs: 600_000 });
  const name = (number: number): string => `recipe-of-usual-length-${number}:do_compile`;
  for (let task = 0; task < tasks; task++)
    show({ kind: 'task-started', task: name(task), action: 'run', usualMs: 60_000 });
  const before = process.cpuUsage();
  let next = tasks;
  const stepMs = perSecond > 10 ? 10 : 500;
  let owed = 0;
  const ending = setInterval(() => {
    owed += (perSecond * stepMs) / 1000;
    for (; owed >= 1; owed--, next++) {
      const outcome = { status: 'ok', durationMs: 900, output: undefined, result: undefined } as const;
      show({
        kind: 'task-finished',
        task: name(next - tasks),
        action: 'run',
        outcome: { ...outcome, artifacts: [], warnings: [] },
      });
      show({ kind: 'task-started', task: name(next), action: 'run', usualMs: 60_000 });
    }
  }, stepMs);
  // Two tasks tell of their progress five times a second, as fetches do.
  let told = 0;
  const telling = setInterval(() => {
    for (const back of [1, 2])
      show({
        kind: 'task-progress',
        task: name(next - back),
        text: `${told++} MB, 3.4 MB/s`,
        fraction: (told % 100) / 100,
      });
  }, 200);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  clearInterval(ending);
  clearInterval(telling);
  const { user, system } = process.cpuUsage(before);
  const measured: Measured = { cpuMs: (user + system) / 1000, drawings, bytes, events };
  view.close();
  write(`MEASURED ${JSON.stringify(measured)}\n`);
}
