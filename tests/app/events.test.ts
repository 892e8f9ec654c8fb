import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { type EventLine, parseEventHeader, parseEventLine } from '../../engine/messages/event-lines.ts';
import { startInTerminal, textOf } from '../support/terminal.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const program = new URL('../../engine/app/main.ts', import.meta.url).pathname;

function eventsIn(text: string): { readonly command: readonly string[] | undefined; readonly lines: EventLine[] } {
  const [first = '', ...rest] = text.trimEnd().split('\n');
  return { command: parseEventHeader(first)?.command, lines: rest.map((line) => parseEventLine(line)!) };
}

test('--events writes the whole build as JSON lines, and replay shows it as it was', async (t) => {
  await using project = new TestProject(toyLayer);
  const built = await project.run(['app', '--events', 'events.jsonl']);
  t.is(built.status, 0, built.output);
  const { command, lines } = eventsIn(project.read('events.jsonl'));
  t.deepEqual(command?.slice(2), ['app', '--events', 'events.jsonl']);
  t.true(lines.every((line) => line !== undefined));
  t.like(lines.at(-1), { exitCode: 0 });
  const started = lines.flatMap((line) =>
    'event' in line && line.event.kind === 'task-started' ? [line.event.task] : [],
  );
  t.deepEqual(started, built.ran);
  const times = lines.map(({ ms }) => ms);
  t.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );

  const replayed = await project.run(['replay', 'events.jsonl', '--speed', 'max']);
  t.is(replayed.status, 0);
  const taskLines = (text: string): readonly string[] => text.split('\n').filter((line) => /^(tasks:| {2})/.test(line));
  t.deepEqual(taskLines(replayed.stdout), taskLines(built.stdout));
  t.regex(replayed.stderr, /^stx-bake: replaying `stx-bake .*app --events events\.jsonl`\n/);
  t.regex(replayed.stderr, /stx-bake: the build ended well \(\d+\.\d s\)\n$/);

  // What is replayed without a name is the last build.
  const last = await project.run(['replay', '--speed', 'max']);
  t.deepEqual(taskLines(last.stdout), taskLines(built.stdout));
});

test('what is restored tells its size, and how much longer running it would have taken', async (t) => {
  await using project = new TestProject(toyLayer);
  project.edit(
    'meta-toy/classes/base.bbclass',
    '    cp "${B}/result" "${OUT}/result"',
    '    cp "${B}/result" "${OUT}/result"; sleep 0.7',
  );
  t.is((await project.run(['lib'])).status, 0);
  const size = statSync(join(project.path, 'build/tmp/out/lib/result')).size;
  rmSync(join(project.path, 'build/tmp'), { recursive: true });
  const again = await project.run(['lib', '--events', 'events.jsonl']);
  t.deepEqual(again.restored, ['lib:do_stage'], again.output);
  const { lines } = eventsIn(project.read('events.jsonl'));
  const ended = lines.flatMap((line) => ('event' in line && line.event.kind === 'task-finished' ? [line.event] : []));
  const outcome = ended[0]?.outcome;
  t.true(outcome?.status === 'ok' && outcome.bytes === size && (outcome.savedMs ?? -1) >= 0);
});

test('with --events - standard output holds nothing but events', async (t) => {
  await using project = new TestProject(toyLayer);
  project.edit('meta-toy/recipes/lib/lib_1.0.bb', 'shout > result', 'shout > result; exit 3');
  const { status, stdout, stderr, ran } = await project.run(['app', '--events', '-']);
  t.is(status, 1);
  const { command, lines } = eventsIn(stdout);
  t.true(command?.includes('app'));
  t.like(lines.at(-1), { exitCode: 1 });
  t.true(ran.includes('lib:do_compile') && stderr.includes('  FAILED lib:do_compile'));
  const finished = lines.flatMap((line) =>
    'event' in line && line.event.kind === 'task-finished' ? [line.event] : [],
  );
  const outcome = finished.find((event) => event.outcome.status !== 'ok')?.outcome;
  t.like(outcome, { status: 'failed', exitCode: 3 });
  t.true(outcome?.status === 'failed' && outcome.logPath.startsWith(join(project.path, 'build')));
});

test('a file of events that cannot be written is told before anything is built', async (t) => {
  await using project = new TestProject(toyLayer);
  const { status, stderr, ran } = await project.run(['app', '--events', 'no/such/folder/events']);
  t.is(status, 3, stderr);
  t.regex(stderr, /writing `no\/such\/folder\/events`/);
  t.deepEqual(ran, []);
});

test('a full disk under the events ends them, not the build', async (t) => {
  await using project = new TestProject(toyLayer);
  const { status, stdout, stderr } = await project.run(['app', '--events', '/dev/full']);
  t.is(status, 0, stderr);
  t.is(stdout.match(/the events are no longer written to \/dev\/full: ENOSPC/g)?.length, 1);
});

test('a reader of the events that goes away ends them, not the build', async (t) => {
  await using project = new TestProject(toyLayer);
  const call = '"$0" "$1" --build-dir build app --events >(head -n 1 > first)';
  const child = spawn('bash', ['-c', call, process.execPath, program], { cwd: project.path });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const [status] = await once(child, 'close');
  t.is(status, 0, output);
  t.regex(output, /app: \d+ tasks ran/);
  t.notRegex(output, /no longer written/);
  t.truthy(parseEventHeader(project.read('first').trim()));
});

test('what replay cannot show is refused with the way out', async (t) => {
  await using project = new TestProject(toyLayer);
  project.write('other.txt', '{"format":"stx-events-9","command":[],"pid":1,"startedAtMs":1}\n');
  const other = await project.run(['replay', 'other.txt']);
  t.is(other.status, 2);
  t.is(
    other.stderr,
    'stx-bake: error: `other.txt` holds no events of a build that this version can read [bad-argument]\n' +
      '   help: `stx-bake TARGET --events FILE` writes such a file; docs/reference/events.md describes it\n',
  );
  const nothing = await project.run(['replay']);
  t.is(nothing.status, 2);
  t.regex(nothing.stderr, /help: build something first, or name a file that `--events FILE` wrote\n$/);
  const folder = await project.run(['replay', 'build']);
  t.is(folder.status, 2);
  t.regex(folder.stderr, /^stx-bake: error: `build` holds no events of a build/);
  const speed = await project.run(['replay', 'other.txt', '--speed', '0']);
  t.is(speed.status, 2);
  t.true(
    speed.stderr.startsWith('stx-bake: error: `--speed` is `0`, not a number above 0 [bad-argument]\n'),
    speed.stderr,
  );
});

const started = { format: 'stx-events-1', command: ['app'], pid: 1, startedAtMs: 0 };
const short = [
  started,
  { ms: 10, event: { kind: 'plan', run: 2, restore: 0, upToDate: 0, open: 0, notNeeded: 0 } },
  { ms: 20, event: { kind: 'task-started', task: 'a:do_x', action: 'run' } },
  { ms: 25, event: { kind: 'of-a-later-version' } },
];

function jsonLines(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

test('events that end before the build are replayed as far as they go, and what is unknown is left out', async (t) => {
  await using project = new TestProject(toyLayer);
  project.write('cut.jsonl', `${jsonLines(short)}{"ms":30,"event":{"ki`);
  const { status, stdout, stderr } = await project.run(['replay', 'cut.jsonl']);
  t.is(status, 0, stderr);
  t.is(stdout, 'tasks: 2 to run\n  start  a:do_x (running)\n');
  t.regex(stderr, /the events end here, before the build did\n$/);
});

test('events of a later version, or spoilt ones, are left out one by one', async (t) => {
  await using project = new TestProject({});
  const outcome = { status: 'ok', durationMs: 800, artifacts: [], warnings: [] };
  const finished = { kind: 'task-finished', task: 'a:do_x', action: 'run' };
  const odd = [
    { ms: 30, event: finished },
    { ms: 31, event: { ...finished, outcome: { status: 'postponed', durationMs: 1 } } },
    { ms: 32, event: { ...finished, outcome: { ...outcome, warnings: [{ severity: 'error' }] } } },
    { ms: 33, event: { kind: 'diagnostic', diagnostic: { code: 'x', severity: 'error', message: 'm', place: {} } } },
    { ms: 34, event: { kind: 'plan', run: 'many' } },
    { ms: 35, event: { kind: 'task-started', task: 'b:do_x', action: 'run', reason: { kind: 'because' } } },
    { ms: 36, event: { kind: 'held', reason: { kind: 'moon' } } },
    { ms: 37, event: { ...finished, outcome, shade: 'green' } },
    { ms: 40, exitCode: 0 },
  ];
  project.write('odd.jsonl', jsonLines([...short, ...odd]));
  const { status, stdout, stderr } = await project.run(['replay', 'odd.jsonl', '--speed', 'max']);
  t.is(status, 0, stderr);
  t.is(stdout, 'tasks: 2 to run\n  start  a:do_x (running)\n  start  b:do_x (running)\n  done   a:do_x 0.8 s [1/2]\n');
});

test('a replay on a terminal goes at the speed of the build, and leaves its lines', async (t) => {
  await using project = new TestProject({});
  const outcome = { status: 'ok', durationMs: 800, artifacts: [], warnings: [] };
  const ended = [
    { ms: 820, event: { kind: 'task-finished', task: 'a:do_x', action: 'run', outcome } },
    { ms: 825, event: { kind: 'finished', ran: 1, restored: 0, failed: 0, durationMs: 800 } },
    { ms: 830, exitCode: 0 },
  ];
  writeFileSync(join(project.path, 'events'), jsonLines([...short, ...ended]));
  const size = { rows: 24, columns: 80 };
  using shown = startInTerminal([process.execPath, program, 'replay', 'events'], { size, cwd: project.path });
  t.is(await shown.done, 0);
  t.deepEqual(textOf(shown.terminal.screen()), [
    'stx-bake: replaying `stx-bake app`',
    'tasks: 2 to run',
    '  done     a:do_x 0.8 s',
    'stx-bake: the build ended well (0.8 s)',
  ]);
  const drawn = shown.writes.filter(({ text }) => text.includes('0/2 tasks'));
  t.true(drawn.length >= 1);
});

test('a build on a terminal: its lines stay, what stood below them is gone at the end', async (t) => {
  await using project = new TestProject(toyLayer);
  project.edit('meta-toy/recipes/lib/lib_1.0.bb', 'shout > result', 'shout > result; sleep 0.5');
  project.edit('meta-toy/recipes/app/app_1.0.bb', 'echo "${GREETING}"', 'echo broken; exit 4; echo "${GREETING}"');
  const size = { rows: 40, columns: 100 };
  const words = [process.execPath, program, '--build-dir', 'build', 'app'];
  using built = startInTerminal(words, { size, cwd: project.path });
  await built.seen('lib:do_compile');
  t.is(await built.done, 1);
  const text = textOf(built.terminal.screen());
  t.regex(text[0] ?? '', /^stx-bake: made |^tasks: \d+ to run/);
  const done = text.filter((row) => row.startsWith('  done     '));
  t.true(
    done.some((row) => /^ {2}done {5}lib:do_compile \d\.\d s \(never built here\)$/.test(row)),
    text.join('\n'),
  );
  t.is(text.filter((row) => row.includes('── FAILED app:do_compile after')).length, 1);
  t.true(text.includes('   to look around where it failed: ./stx-bake --build-dir build shell app:compile'));
  t.is(text.filter((row) => / tasks {2}/.test(row)).length, 0, text.join('\n'));
  t.true(built.writes.some(({ text: each }) => /\d\/\d+ tasks/.test(each)));
  t.true(readFileSync(join(project.path, 'build/cache/live-events.jsonl'), 'utf8').includes('"exitCode":1'));
});

test('Ctrl-C on a terminal: the notice stands on a row of its own, and the footer is gone at the end', async (t) => {
  await using project = new TestProject(toyLayer);
  project.edit('meta-toy/recipes/lib/lib_1.0.bb', 'shout > result', 'shout > result; sleep 100');
  const size = { rows: 24, columns: 100 };
  const words = [process.execPath, program, '--build-dir', 'build', 'lib'];
  using built = startInTerminal(words, { size, cwd: project.path });
  await built.seen('  lib:do_compile');
  built.type('\u0003');
  t.is(await built.done, 130);
  const text = textOf(built.terminal.screen());
  t.true(text.includes('stx-bake: stopping the running tasks; once more to end at once'), text.join('\n'));
  t.true(text.includes('  stopped  lib:do_compile'));
  t.is(text.filter((row) => / tasks {2}/.test(row)).length, 0, text.join('\n'));
  t.regex(text.at(-1) ?? '', /^stx-bake: interrupted after/);
});
