import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { TaskSignature } from '../../engine/base/brands.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import type { Stamp } from '../../engine/plan/stamp.ts';
import { fileStamps, readStamps } from '../../engine/runqueue/stamps.ts';
import { graphOf } from '../support/graph-of.ts';

const stamp: Stamp = {
  signature: 'a'.repeat(64) as TaskSignature,
  output: undefined,
  result: undefined,
  artifacts: [{ path: '/d/x', sizeBytes: 3 }],
  finishedAtMs: 5,
  taint: undefined,
};

function inFolder(folder: string) {
  return graphOf(
    { 'a:do_x': [], 'a:do_y': ['a:do_x'] },
    { a: { STAMPS_DIR: folder, 'do_y[stamp-extra-info]': 'm/x' } },
  );
}

/** The lines of the journal behind its head. */
function journalOf(folder: string): readonly { readonly task: string; readonly finishedAtMs?: number }[] {
  const lines = readFileSync(join(folder, 'stamps.jsonl'), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => JSON.parse(line) as { readonly task: string });
}

test('a stamp is read back, replaced and removed', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const graph = inFolder(folder);
  t.is(fileStamps.read(graph.task('a:do_x')), undefined);
  fileStamps.write(graph.task('a:do_x'), stamp);
  fileStamps.write(graph.task('a:do_x'), { ...stamp, finishedAtMs: 6 });
  fileStamps.write(graph.task('a:do_y'), stamp);
  t.is(fileStamps.read(graph.task('a:do_x'))?.finishedAtMs, 6);
  t.deepEqual([...readStamps(graph).keys()], ['a:do_x', 'a:do_y']);
  t.deepEqual(
    journalOf(folder).map(({ task, finishedAtMs }) => [task, finishedAtMs]),
    [
      ['a/do_x', 5],
      ['a/do_x', 6],
      ['a/do_y.m/x', 5],
    ],
  );
  fileStamps.remove(graph.task('a:do_x'));
  t.is(fileStamps.read(graph.task('a:do_x')), undefined);
});

test('a stamp that another STAMP left, such as that of another version, counts as none', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const task = (version: string) =>
    graphOf({ 'a:do_x': [] }, { a: { STAMPS_DIR: folder, STAMP: `/stamps/a-${version}` } }).task('a:do_x');
  fileStamps.write(task('1'), stamp);
  t.is(fileStamps.read(task('2')), undefined);
  t.is(fileStamps.read(task('1'))?.finishedAtMs, 5);
});

test('a file that is no journal counts as none, and the next stamp makes it one', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const graph = inFolder(folder);
  for (const text of ['', '{"format":"stx-stamp-1"', '{}\n', 'null\n']) {
    fileStamps.write(graph.task('a:do_x'), stamp);
    writeFileSync(join(folder, 'stamps.jsonl'), text);
    t.is(fileStamps.read(graph.task('a:do_x')), undefined, text);
  }
  fileStamps.write(graph.task('a:do_y'), stamp);
  t.deepEqual([...readStamps(graph).keys()], ['a:do_y']);
  rmSync(folder, { recursive: true });
  t.deepEqual([...readStamps(graph).keys()], []);
  fileStamps.write(graph.task('a:do_x'), stamp);
  t.deepEqual([...readStamps(graph).keys()], ['a:do_x']);
});

test('a journal that was cut at any byte holds the stamps of its whole lines, and takes further ones', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'stamps.jsonl');
  const graph = inFolder(folder);
  fileStamps.write(graph.task('a:do_x'), { ...stamp, artifacts: [{ path: '/d/ä€' }] });
  fileStamps.write(graph.task('a:do_x'), { ...stamp, finishedAtMs: 6 });
  const whole = readFileSync(path);
  const ends = [...whole.entries()].flatMap(([index, byte]) => (byte === 10 ? [index + 1] : []));
  for (let length = 0; length <= whole.length; length++) {
    writeFileSync(path, whole);
    truncateSync(path, length);
    const lines = ends.filter((end) => end <= length).length;
    const expected = [undefined, undefined, 5, 6][lines];
    t.is(fileStamps.read(graph.task('a:do_x'))?.finishedAtMs, expected, `${length} bytes`);
    fileStamps.write(graph.task('a:do_y'), stamp);
    t.is(fileStamps.read(graph.task('a:do_y'))?.finishedAtMs, 5);
    t.is(fileStamps.read(graph.task('a:do_x'))?.finishedAtMs, expected, `${length} bytes, and a line more`);
  }
});

test('what another process writes is seen, a line that is not whole yet once it is', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'stamps.jsonl');
  const graph = inFolder(folder);
  fileStamps.write(graph.task('a:do_x'), stamp);
  const line = readFileSync(path, 'utf8').split('\n')[1] ?? '';
  const other = line.replace('a/do_x', 'a/do_y.m/x');
  appendFileSync(path, other.slice(0, 20));
  t.is(fileStamps.read(graph.task('a:do_y')), undefined);
  appendFileSync(path, `${other.slice(20)}\n{"task":"a/do_x"}\n`);
  t.deepEqual([...readStamps(graph).keys()], ['a:do_y']);
});

test('a journal that is mostly overwritten is written anew', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const graph = inFolder(folder);
  fileStamps.write(graph.task('a:do_y'), stamp);
  for (let round = 1; round <= 2100; round++) fileStamps.write(graph.task('a:do_x'), { ...stamp, finishedAtMs: round });
  t.true(journalOf(folder).length < 200);
  t.is(fileStamps.read(graph.task('a:do_x'))?.finishedAtMs, 2100);
  t.is(fileStamps.read(graph.task('a:do_y'))?.finishedAtMs, 5);
});

test('a folder that cannot be written is an error of the environment', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'file'), '');
  const error = t.throws(() => fileStamps.write(inFolder(join(folder, 'file')).task('a:do_x'), stamp), {
    instanceOf: StxError,
  });
  t.is(error?.origin, 'environment');
});

test('the taint of a task that was forced outlives its stamp, until it is cleaned', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const task = inFolder(folder).task('a:do_x');
  fileStamps.write(task, { ...stamp, taint: 'forced' });
  t.is(fileStamps.taint(task), 'forced');
  fileStamps.remove(task, 'forced');
  t.is(fileStamps.read(task), undefined);
  t.is(fileStamps.taint(task), 'forced');
  t.deepEqual([...readStamps(inFolder(folder)).keys()], []);
  fileStamps.write(task, stamp);
  t.is(fileStamps.taint(task), undefined);
  fileStamps.remove(task);
  t.is(fileStamps.taint(task), undefined);
});

test('a journal tells the latest time in it, so that a clock that was set back changes no order', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const graph = inFolder(folder);
  fileStamps.write(graph.task('a:do_x'), { ...stamp, finishedAtMs: 900 });
  fileStamps.write(graph.task('a:do_y'), { ...stamp, finishedAtMs: 100 });
  t.is(fileStamps.latestMs?.(graph.task('a:do_y')), 900);
});
