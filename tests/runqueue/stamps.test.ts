import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
  t.deepEqual(readdirSync(join(folder, 'a')).sort(), ['do_x.json', 'do_y.m_x.json']);
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

test('a damaged stamp counts as none', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const task = inFolder(folder).task('a:do_x');
  fileStamps.write(task, stamp);
  for (const text of ['', '{"format":"stx-stamp-1"', '{}', 'null']) {
    writeFileSync(join(folder, 'a', 'do_x.json'), text);
    t.is(fileStamps.read(task), undefined, text);
  }
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
