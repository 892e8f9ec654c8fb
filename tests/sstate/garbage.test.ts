import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { digestOf, sha256 } from '../../engine/base/sha256.ts';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { collectGarbage } from '../../engine/sstate/collect-garbage.ts';
import { openLocalStore } from '../../engine/sstate/local-store.ts';
import { messageBytes } from '../../engine/sstate/reapi/wire.ts';
import { blobFilePath, resultFilePath, writeResultFile } from '../../engine/sstate/store-files.ts';
import { readPins, removePin, writePin } from '../../engine/sstate/store-pins.ts';
import { storeStats } from '../../engine/sstate/store-stats.ts';
import { useStore } from '../../engine/sstate/store-users.ts';
import { verifyStore } from '../../engine/sstate/verify-store.ts';
import { filesBelow } from '../support/after-kill.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const hour = 3600;

/** A store with one result for each name; each has a file of its own and one that all share. */
async function filled(base: string, names: readonly string[]) {
  const directory = join(base, 'store');
  const store = openLocalStore(directory);
  for (const name of names) {
    const from = join(base, `from-${name}`);
    mkdirSync(from);
    writeFileSync(join(from, 'own'), name.repeat(9000));
    writeFileSync(join(from, 'shared'), 'shared');
    const { trees, output } = await captureOutputs([from], store.blobs);
    await store.actions.put(sha256(name), { trees, output, dependencies: {}, durationMs: 1 });
    await store.tasks.add({ recipe: name, task: 'do_x' }, sha256(name));
  }
  /** Sets the last use of a result, or of every blob, so many seconds back. */
  const age = (seconds: number, ...which: readonly string[]): void => {
    const time = Date.now() / 1000 - seconds;
    const paths =
      which.length > 0
        ? which.map((name) => resultFilePath(directory, sha256(name)))
        : filesBelow(join(directory, 'cas'));
    for (const path of paths) utimesSync(path, time, time);
  };
  const there = (): readonly string[] => names.filter((name) => existsSync(resultFilePath(directory, sha256(name))));
  return { directory, store, age, there };
}

test('what was not used for longest goes until the rest is small enough, and its blobs with it', async (t) => {
  using home = temporaryDirectory();
  const { directory, store, age, there } = await filled(home.path, ['a', 'b', 'c']);
  age(30 * hour);
  age(3 * hour, 'a');
  age(1 * hour, 'b');
  age(2 * hour, 'c');
  store.actions.markUsed(sha256('a'));
  age(60, 'a');
  const { storedBytes } = await storeStats(directory);
  const report = await collectGarbage(directory, { maxBytes: storedBytes - 1, dryRun: false });
  t.deepEqual(there(), ['a', 'b']);
  t.is(report.removedResults, 1);
  t.true(report.removedBytes > 200 && report.keptBytes < storedBytes);
  t.is((await storeStats(directory)).storedBytes, report.keptBytes);
  t.deepEqual(await store.blobs.findMissing([digestOf('shared'), digestOf('b'.repeat(9000))]), []);
  t.is((await store.blobs.findMissing([digestOf('c'.repeat(9000))])).length, 1);
  t.deepEqual(await store.tasks.keysOf({ recipe: 'c', task: 'do_x' }), []);
  t.is((await store.tasks.keysOf({ recipe: 'b', task: 'do_x' })).length, 1);
});

test('a dry run says the same and removes nothing', async (t) => {
  using home = temporaryDirectory();
  const { directory, age, there } = await filled(home.path, ['a', 'b']);
  age(30 * hour);
  age(9 * hour, 'a');
  const before = filesBelow(directory);
  const rules = { unusedMs: 5 * hour * 1000 };
  const said = await collectGarbage(directory, { ...rules, dryRun: true });
  t.deepEqual(filesBelow(directory), before);
  t.deepEqual(await collectGarbage(directory, { ...rules, dryRun: false }), said);
  t.deepEqual(there(), ['b']);
});

test('pins keep what the rules would remove, until they are taken away', async (t) => {
  using home = temporaryDirectory();
  const { directory, age, there } = await filled(home.path, ['a', 'b']);
  age(30 * hour);
  age(30 * hour, 'a', 'b');
  await writePin(directory, { name: 'release', keys: [sha256('a'), sha256('not there')], comment: 'for a test' });
  t.deepEqual(
    [...((await readPins(directory)).get('release') ?? [])].sort(),
    [sha256('a'), sha256('not there')].sort(),
  );
  const report = await collectGarbage(directory, { maxBytes: 0, dryRun: false });
  t.is(report.pinned, 1);
  t.deepEqual(there(), ['a']);
  t.deepEqual((await storeStats(directory)).pins, { release: 1 });
  t.true(await removePin(directory, 'release'));
  t.false(await removePin(directory, 'release'));
  await collectGarbage(directory, { maxBytes: 0, dryRun: false });
  t.deepEqual(there(), []);
  t.deepEqual(filesBelow(join(directory, 'cas')), []);
});

test('what a build under way has used stays, and what it has not used goes', async (t) => {
  using home = temporaryDirectory();
  const { directory, store, age, there } = await filled(home.path, ['a', 'b', 'c']);
  age(30 * hour);
  age(30 * hour, 'a', 'b', 'c');
  {
    using _build = useStore(directory);
    const during = openLocalStore(directory);
    await during.actions.find([sha256('a')]);
    const own = join(home.path, 'from-c');
    const { trees } = await captureOutputs([own], during.blobs);
    await collectGarbage(directory, { maxBytes: 0, dryRun: false });
    t.deepEqual(there(), ['a'], 'a was looked up by the build');
    t.deepEqual(await store.blobs.findMissing([trees[0]!, digestOf('c'.repeat(9000))]), [], 'c is about to be stored');
  }
  age(30 * hour, 'a');
  age(30 * hour);
  await collectGarbage(directory, { maxBytes: 0, dryRun: false });
  t.deepEqual(there(), []);
});

test('a build that was killed does not protect anything', async (t) => {
  using home = temporaryDirectory();
  const { directory, age, there } = await filled(home.path, ['a']);
  mkdirSync(join(directory, 'users'));
  const [, space] = (await import('../../engine/net/process-mark.ts')).processMark().split('.');
  writeFileSync(join(directory, `users/4194304.${space}-x`), '0\n');
  age(1, 'a');
  await collectGarbage(directory, { maxBytes: 0, dryRun: false });
  t.deepEqual(there(), []);
  t.deepEqual(readdirSync(join(directory, 'users')), []);
});

test('a blob of no result goes when it is an hour old: before, its result may be on its way', async (t) => {
  using home = temporaryDirectory();
  const { directory, store, age } = await filled(home.path, []);
  const digest = await store.blobs.putBytes(Buffer.from('orphan'));
  await collectGarbage(directory, { dryRun: false });
  t.deepEqual(await store.blobs.findMissing([digest]), []);
  age(2 * hour);
  await collectGarbage(directory, { dryRun: false });
  t.deepEqual(await store.blobs.findMissing([digest]), [digest]);
});

test('what a transfer left of a blob is counted, and goes when nobody has continued it for an hour', async (t) => {
  using home = temporaryDirectory();
  const { directory } = await filled(home.path, []);
  mkdirSync(join(directory, 'partial'), { recursive: true });
  const [old, fresh] = ['old', 'fresh'].map((name) => join(directory, 'partial', `${sha256(name)}.part`));
  for (const path of [old, fresh]) writeFileSync(path ?? '', 'a part');
  const before = Date.now() / 1000 - 2 * hour;
  utimesSync(old ?? '', before, before);
  t.is((await storeStats(directory)).partialBytes, 12);
  t.is((await collectGarbage(directory, { dryRun: true })).removedBytes, 6);
  t.is((await collectGarbage(directory, { dryRun: false })).removedBytes, 6);
  t.deepEqual(readdirSync(join(directory, 'partial')), [`${sha256('fresh')}.part`]);
});

test('what a transfer finds in the store is in use from then on', async (t) => {
  using home = temporaryDirectory();
  const { directory, store, age } = await filled(home.path, []);
  const digest = await store.blobs.putBytes(Buffer.from('there already'));
  age(2 * hour);
  t.deepEqual(await openLocalStore(directory).blobs.claim([digest]), []);
  await collectGarbage(directory, { dryRun: false });
  t.deepEqual(await store.blobs.findMissing([digest]), []);
});

test('results of other programs count, with what they need', async (t) => {
  using home = temporaryDirectory();
  const { directory, store, age } = await filled(home.path, []);
  const digest = await store.blobs.putBytes(Buffer.from('output of another program'));
  const bytes = messageBytes((fields) =>
    fields.message(2, (file) => {
      file.text(1, 'out');
      file.digest(2, digest);
    }),
  );
  await writeResultFile(directory, sha256('foreign'), bytes);
  age(30 * hour);
  await collectGarbage(directory, { dryRun: false });
  t.deepEqual(await store.blobs.findMissing([digest]), []);
  const stats = await storeStats(directory);
  t.is(stats.foreignResults, 1);
  t.is(stats.unusable, 0);
  t.deepEqual((await verifyStore(directory, { dryRun: false })).incomplete, []);
});

test('a check finds what is damaged or lacks something, and sets it aside', async (t) => {
  using home = temporaryDirectory();
  const { directory, store, there } = await filled(home.path, ['sound', 'rotten', 'robbed', 'torn']);
  const blob = blobFilePath(directory, digestOf('rotten'.repeat(9000)).hash, true);
  writeFileSync(blob, readFileSync(blob).fill(0, 20));
  rmSync(blobFilePath(directory, digestOf('robbed'.repeat(9000)).hash, true));
  const torn = resultFilePath(directory, sha256('torn'));
  writeFileSync(torn, readFileSync(torn).subarray(0, 40));
  const dry = await verifyStore(directory, { dryRun: true });
  t.deepEqual(there().length, 4);
  const report = await verifyStore(directory, { dryRun: false });
  t.deepEqual(report, dry);
  t.deepEqual(report.damagedBlobs, [blob]);
  t.deepEqual(report.damagedResults, [torn]);
  t.deepEqual([...report.incomplete].sort(), [sha256('rotten'), sha256('robbed')].sort());
  t.deepEqual(there(), ['sound']);
  t.is(readdirSync(join(directory, 'quarantine')).length, 4);
  const again = await verifyStore(directory, { dryRun: false });
  t.deepEqual([again.damagedBlobs, again.damagedResults, again.incomplete], [[], [], []]);
  t.is((await store.actions.find([sha256('sound')])).size, 1);
});

test('the index gives the keys of a task, the newest first', async (t) => {
  using home = temporaryDirectory();
  const { tasks } = openLocalStore(home.path);
  const task = { recipe: 'a/../b c', task: 'do_x' };
  t.deepEqual(await tasks.keysOf(task), []);
  for (const [key, seconds] of [
    ['old', 50],
    ['new', 10],
  ] as const) {
    await tasks.add(task, key);
    await tasks.add(task, key);
    const [path] = filesBelow(join(home.path, 'tasks')).filter((each) => each.endsWith(key));
    utimesSync(path!, Date.now() / 1000 - seconds, Date.now() / 1000 - seconds);
  }
  t.deepEqual(
    (await tasks.keysOf(task)).map(({ key }) => key),
    ['new', 'old'],
  );
  t.deepEqual(readdirSync(home.path), ['tasks']);
  await tasks.add({ recipe: 'x'.repeat(300), task: 'do_x' }, 'long');
  t.is((await tasks.keysOf({ recipe: 'x'.repeat(300), task: 'do_x' })).length, 1);
});

test('of results that are put under one key at the same time, one stays and all are told which', async (t) => {
  using home = temporaryDirectory();
  const results = ['one', 'two', 'three', 'four'].map((name) => {
    return { trees: [], output: digestOf(name), dependencies: {}, durationMs: 1 };
  });
  const kept = await Promise.all(results.map((result) => openLocalStore(home.path).actions.put(sha256('k'), result)));
  t.is(new Set(kept.map(({ output }) => output.hash)).size, 1);
});
