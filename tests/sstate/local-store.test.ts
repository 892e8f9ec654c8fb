import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { digestOf } from '../../engine/base/sha256.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { processSpace } from '../../engine/net/process-mark.ts';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { differingPaths } from '../../engine/sstate/differing-paths.ts';
import { openLocalStore, sweepTemporaryFiles } from '../../engine/sstate/local-store.ts';
import { type FieldWriter, messageBytes } from '../../engine/sstate/reapi/wire.ts';
import { restoreOutputs } from '../../engine/sstate/restore-outputs.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const key = digestOf('key').hash;

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('restoring and capturing again gives the same digest', async (t) => {
  const name = fc.stringMatching(/^[a-z][a-zA-Z0-9 ._-]{0,12}$/);
  const tree = fc.dictionary(
    name,
    fc.tuple(fc.uint8Array({ maxLength: 3000 }), fc.constantFrom(0o644, 0o755, 0o600, 0o4755)),
  );
  await fc.assert(
    fc.asyncProperty(tree, async (files) => {
      using home = temporaryDirectory();
      const from = join(home.path, 'from');
      mkdirSync(join(from, 'empty'), { recursive: true });
      for (const [file, [content, mode]] of Object.entries(files)) {
        writeFileSync(join(from, `f-${file}`), content);
        chmodSync(join(from, `f-${file}`), mode);
        symlinkSync(`../${file}`, join(from, `l-${file}`));
      }
      const store = openLocalStore(join(home.path, 'store'));
      const first = await captureOutputs([from], store.blobs);
      const to = join(home.path, 'to');
      t.is(await restoreOutputs([{ tree: first.trees[0]!, directory: to }], store.blobs), undefined);
      const second = await captureOutputs([to], store.blobs);
      t.deepEqual(second.output, first.output);
    }),
    { numRuns: 30 },
  );
});

test('a restored tree replaces what was there, and modes and links come back', async (t) => {
  using home = temporaryDirectory();
  const [from, to] = [join(home.path, 'from'), join(home.path, 'to')];
  mkdirSync(from);
  writeFileSync(join(from, 'tool'), 'x'.repeat(3_000_000), { mode: 0o755 });
  symlinkSync('tool', join(from, 'link'));
  mkdirSync(to);
  writeFileSync(join(to, 'left over'), '');
  const store = openLocalStore(join(home.path, 'store'));
  const { trees } = await captureOutputs([from], store.blobs);
  await restoreOutputs([{ tree: trees[0]!, directory: to }], store.blobs);
  t.deepEqual(readdirSync(to).sort(), ['link', 'tool']);
  t.is(statSync(join(to, 'tool')).mode & 0o777, 0o755);
  t.is(readlinkSync(join(to, 'link')), 'tool');
  t.deepEqual(readdirSync(home.path).sort(), ['from', 'store', 'to'], 'nothing temporary is left');
});

for (const damage of ['truncated', 'overwritten', 'emptied'] as const) {
  test(`a blob that was ${damage} is a miss, is set aside, and the target stays as it was`, async (t) => {
    using home = temporaryDirectory();
    const from = join(home.path, 'from');
    mkdirSync(from);
    const content = Buffer.alloc(2_000_000, damage === 'truncated' ? 'abc' : '');
    if (damage !== 'truncated')
      for (let at = 0; at < content.length; at += 4) content.writeUInt32LE((at * 2654435761) >>> 0, at);
    writeFileSync(join(from, 'file'), content);
    const store = openLocalStore(join(home.path, 'store'));
    const { trees } = await captureOutputs([from], store.blobs);
    const digest = digestOf(content);
    const [blob] = filesBelow(join(home.path, 'store', 'cas')).filter((path) => path.includes(digest.hash));
    if (damage === 'truncated') truncateSync(blob!, Math.floor(statSync(blob!).size / 2));
    else if (damage === 'emptied') truncateSync(blob!, 0);
    else writeFileSync(blob!, readFileSync(blob!).fill(7, 100, 200));
    const to = join(home.path, 'to');
    mkdirSync(to);
    writeFileSync(join(to, 'old'), 'old');
    const missing = await restoreOutputs([{ tree: trees[0]!, directory: to }], store.blobs);
    t.is(missing?.hash, digest.hash);
    t.deepEqual(readdirSync(to), ['old']);
    t.is(filesBelow(join(home.path, 'store', 'quarantine')).length, 1);
    t.deepEqual(await store.blobs.findMissing([digest]), [digest]);
  });
}

test('a damaged result is a miss and is replaced by the next put; a sound one is kept', async (t) => {
  using home = temporaryDirectory();
  const { actions } = openLocalStore(home.path);
  const result = (durationMs: number) => ({ trees: [], output: digestOf(''), dependencies: {}, durationMs });
  await actions.put(key, result(1));
  await actions.put(key, result(2));
  t.is((await actions.find([key])).get(key)?.durationMs, 1);
  const [file] = filesBelow(join(home.path, 'ac'));
  truncateSync(file!, statSync(file!).size - 5);
  t.is((await actions.find([key])).size, 0);
  await actions.put(key, result(3));
  t.is((await actions.find([key])).get(key)?.durationMs, 3);
});

/** A store whose only entry has a key; `trees` captures a directory with these files. */
function storeWithTrees(base: string) {
  const store = openLocalStore(join(base, 'store'));
  const capture = async (name: string, files: Readonly<Record<string, string>>) => {
    const from = join(base, name);
    mkdirSync(join(from, 'sub'), { recursive: true });
    for (const [path, content] of Object.entries(files)) writeFileSync(join(from, path), content);
    const { trees, output } = await captureOutputs([from], store.blobs);
    return { trees, output, dependencies: {}, durationMs: 1 };
  };
  const remove = (hash: string) => {
    for (const path of filesBelow(join(base, 'store/cas'))) if (path.includes(hash)) rmSync(path);
  };
  return { store, capture, remove };
}

for (const lost of ['tree', 'file'] as const) {
  test(`a result that lost a ${lost} is replaced by the next put`, async (t) => {
    using home = temporaryDirectory();
    const { store, capture, remove } = storeWithTrees(home.path);
    const old = await capture('old', { 'sub/a': 'old', same: 'same' });
    const fresh = await capture('fresh', { 'sub/a': 'fresh', same: 'same' });
    await store.actions.put(key, old);
    remove(lost === 'tree' ? old.trees[0]!.hash : digestOf('old').hash);
    t.deepEqual(await store.actions.put(key, fresh), fresh);
    t.deepEqual((await store.actions.find([key])).get(key), fresh);
  });
}

test('a sound result is kept and given back, and the paths that differ can be named', async (t) => {
  using home = temporaryDirectory();
  const { store, capture } = storeWithTrees(home.path);
  const old = await capture('old', { 'sub/a': 'old', same: 'same', gone: '' });
  const fresh = await capture('fresh', { 'sub/a': 'fresh', same: 'same' });
  t.is(await store.actions.put(key, old), old);
  t.deepEqual(await store.actions.put(key, fresh), old);
  t.deepEqual((await store.actions.find([key])).get(key), old);
  t.deepEqual(await differingPaths(old, fresh, store.blobs), ['gone', 'sub/a']);
});

test('unfinished files of another container are swept when they have not changed for an hour', async (t) => {
  using home = temporaryDirectory();
  const folder = join(home.path, 'tmp');
  mkdirSync(folder);
  const overAnHourAgo = Date.now() / 1000 - 3700;
  const names = {
    dead: `4194304.${processSpace()}-a`,
    own: `${process.pid}.${processSpace()}-b`,
    foreignFresh: '4194304.00000000-c',
    foreignOld: '4194304.00000000-d',
  };
  for (const name of Object.values(names)) writeFileSync(join(folder, name), '');
  for (const name of [names.own, names.foreignOld]) utimesSync(join(folder, name), overAnHourAgo, overAnHourAgo);
  await sweepTemporaryFiles(home.path);
  t.deepEqual(readdirSync(folder).sort(), [names.foreignFresh, names.own].sort());
});

test('a tree that would write through a link or out of its directory is not restored', async (t) => {
  using home = temporaryDirectory();
  const { blobs } = openLocalStore(join(home.path, 'store'));
  const outside = join(home.path, 'outside');
  mkdirSync(outside);
  const harm = await blobs.putBytes(Buffer.from('harm'));
  const file = (name: string) => (fields: FieldWriter) =>
    fields.message(1, (node) => {
      node.text(1, name);
      node.digest(2, harm);
    });
  const link = (fields: FieldWriter) =>
    fields.message(3, (node) => {
      node.text(1, 'a');
      node.text(2, outside);
    });
  for (const names of [['a/x'], ['../outside/x'], ['/x'], ['a', 'a']]) {
    const root = (fields: FieldWriter) => {
      for (const name of names) file(name)(fields);
      link(fields);
    };
    const tree = await blobs.putBytes(messageBytes((fields) => fields.message(1, root)));
    const target = { tree, directory: join(home.path, 'to') };
    t.deepEqual(await restoreOutputs([target], blobs), tree, names.join());
    t.false(existsSync(target.directory));
  }
  t.deepEqual(readdirSync(outside), []);
});

for (const what of ['name', 'link target'] as const) {
  test(`a ${what} that is not UTF-8 is a clear error`, async (t) => {
    using home = temporaryDirectory();
    const from = join(home.path, 'from');
    mkdirSync(from);
    const latin1 = Buffer.from([0x66, 0xfc, 0x72]);
    if (what === 'name') writeFileSync(Buffer.concat([Buffer.from(`${from}/`), latin1]), '');
    else symlinkSync(latin1, join(from, 'link'));
    const { blobs } = openLocalStore(join(home.path, 'store'));
    const error = await t.throwsAsync(captureOutputs([from], blobs), { instanceOf: StxError });
    t.is(error?.diagnostics[0]?.code, 'unstorable-output');
    t.regex(error?.message ?? '', /not UTF-8: `f\ufffdr`/);
  });
}

test('a wrong size in somebody’s digest is a miss, and sets nothing aside', async (t) => {
  using home = temporaryDirectory();
  const { blobs } = openLocalStore(home.path);
  const digests = [
    await blobs.putBytes(Buffer.from('good content')),
    await blobs.putBytes(Buffer.alloc(100_000, 'text ')),
    await blobs.putBytes(randomBytes(100_000)),
  ];
  for (const digest of digests) {
    for (const sizeBytes of [0, 5, digest.sizeBytes - 1, digest.sizeBytes + 1]) {
      const wrong = { ...digest, sizeBytes };
      t.is(await blobs.read(wrong), undefined);
      t.false(await blobs.copyTo(wrong, join(home.path, 'copy'), 0o644));
      await blobs.findMissing([wrong]);
    }
    t.is((await blobs.read(digest))?.byteLength, digest.sizeBytes);
  }
  t.deepEqual(await blobs.findMissing(digests), []);
});
