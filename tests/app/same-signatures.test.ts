import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openHistory } from '../../engine/history/history.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

/** All that one checkout may have and another has not. */
const noise = {
  HOME: '/nonexistent',
  LANG: 'de_DE.UTF-8',
  LC_ALL: 'C',
  TZ: 'Pacific/Chatham',
  USER: 'somebody',
  LOGNAME: 'somebody',
  SHELL: '/bin/false',
  EDITOR: 'ed',
  COLOUR: 'blue',
  GREETING: 'good day',
  MAKEFLAGS: '-j99',
  CFLAGS: '-O0',
  SOURCE_DATE_EPOCH: '1',
};

interface Stamped {
  readonly task: string;
  readonly signature?: string;
  readonly output?: { readonly hash: string };
}

/** Task -> signature and output digest, as the stamps hold them. */
function signatures(project: TestProject): Readonly<Record<string, string>> {
  const lines = project.read('build/tmp/stamps/stamps.jsonl').trim().split('\n').slice(1);
  const stamps = lines.map((line) => JSON.parse(line) as Stamped).filter((each) => each.signature !== undefined);
  return Object.fromEntries(stamps.map(({ task, signature, output }) => [task, `${signature} ${output?.hash ?? ''}`]));
}

test('two checkouts at different paths have the same signatures, whatever surrounds them', async (t) => {
  await using first = new TestProject(toyLayer);
  const deeper = mkdtempSync(join(tmpdir(), 'another-place-'));
  t.teardown(() => rmSync(deeper, { recursive: true }));
  const parent = join(deeper, 'with', 'a', 'much-longer-name');
  mkdirSync(parent, { recursive: true });
  await using second = new TestProject(toyLayer, parent);
  t.is((await first.run(['app'])).status, 0);
  const umask = process.umask(0o077);
  t.teardown(() => process.umask(umask));
  const other = await second.run(['app'], noise);
  process.umask(umask);
  t.is(other.status, 0, other.output);
  t.deepEqual(signatures(second), signatures(first));
  t.true(Object.keys(signatures(first)).length >= 8);
});

test('another checkout takes the results of the first from a common store, and runs none of these tasks', async (t) => {
  const store = mkdtempSync(join(tmpdir(), 'store-'));
  t.teardown(() => rmSync(store, { recursive: true }));
  const shared = { ...toyLayer, 'build/conf/local.conf': `GREETING = "hello"\nSSTATE_DIR = "${store}"\n` };
  await using first = new TestProject(shared);
  await using second = new TestProject(shared);
  t.is((await first.run(['app'])).status, 0);
  const { ran, restored, status, output } = await second.run(['app'], noise);
  t.is(status, 0, output);
  t.deepEqual([ran, restored], [[], ['app:do_stage']]);
  t.is(second.read('build/tmp/out/app/result'), first.read('build/tmp/out/app/result'));
});

test('no path of the checkout is in what stands behind a signature', async (t) => {
  await using project = new TestProject(toyLayer);
  t.is((await project.run(['app'])).status, 0);
  const history = openHistory(join(project.path, 'build'));
  const stamped = Object.values(signatures(project)).map((each) => each.split(' ')[0] ?? '');
  for (const signature of stamped) {
    const record = history.record(signature) ?? '';
    const { base } = JSON.parse(record) as { base: string };
    const text = history.record(base) ?? '';
    t.true(text.includes('"body"'), `${signature} has a base record`);
    t.false((record + text).includes(project.path));
  }
  t.true(stamped.length >= 8);
});
