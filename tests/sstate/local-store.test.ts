import { spawn } from 'node:child_process';
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
import { restoreOutputs } from '../../engine/sstate/restore-outputs.ts';
import { decodeTreeManifest } from '../../engine/sstate/tree-manifest.ts';
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

test('a writer killed at any moment leaves only whole blobs, and its leftovers are swept', async (t) => {
  using home = temporaryDirectory();
  const program = `
    import { openLocalStore } from ${JSON.stringify(new URL('../../engine/sstate/local-store.ts', import.meta.url).href)};
    const { blobs } = openLocalStore(${JSON.stringify(home.path)});
    process.stdout.write('up');
    for (let n = 0; ; n++) await blobs.putBytes(Buffer.alloc(200_000 + n, String(n)));`;
  for (let round = 0; round < 8; round++) {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const blobsBefore = Math.floor(Math.random() * 40);
    const deadline = Date.now() + 5000;
    const cas = join(home.path, 'cas');
    const start = statSync(cas, { throwIfNoEntry: false }) ? filesBelow(cas).length : 0;
    while (
      Date.now() < deadline &&
      (statSync(cas, { throwIfNoEntry: false }) ? filesBelow(cas).length : 0) < start + blobsBefore
    ) {
      await new Promise(setImmediate);
    }
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
  }
  const { blobs } = openLocalStore(home.path);
  for (const file of filesBelow(join(home.path, 'cas'))) {
    const hash = file.split('/').at(-1)!.replace('.zst', '');
    const bytes = await blobs.read({ hash: hash as never, sizeBytes: statSync(file).size });
    t.is(bytes === undefined ? undefined : digestOf(bytes).hash, hash as never);
  }
  await sweepTemporaryFiles(home.path);
  t.deepEqual(
    statSync(join(home.path, 'tmp'), { throwIfNoEntry: false }) ? readdirSync(join(home.path, 'tmp')) : [],
    [],
  );
});

test('a manifest whose paths leave the directory is refused', (t) => {
  for (const path of ['../x', '/etc/passwd', 'a/../../b', '', 'a//b']) {
    const bytes = Buffer.from(JSON.stringify({ format: 'stx-tree-1', entries: [{ kind: 'link', path, target: 'x' }] }));
    t.is(decodeTreeManifest(bytes), undefined, path);
  }
});

/** A store whose only entry has a key; `trees` captures a directory with these files. */
function storeWithTrees(base: string) {
  const store = openLocalStore(join(base, 'store'));
  const capture = async (name: string, files: Readonly<Record<string, string>>) => {
    const from = join(base, name);
    mkdirSync(join(from, 'sub'), { recursive: true });
    for (const [path, content] of Object.entries(files)) writeFileSync(join(from, path), content);
    return { ...(await captureOutputs([from], store.blobs)), dependencies: {}, durationMs: 1 };
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
  t.deepEqual(await differingPaths(old.trees, fresh.trees, store.blobs), ['gone', 'sub/a']);
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

test('a manifest that would write through a link is not restored', async (t) => {
  using home = temporaryDirectory();
  const { blobs } = openLocalStore(join(home.path, 'store'));
  const outside = join(home.path, 'outside');
  mkdirSync(outside);
  const { hash, sizeBytes: size } = await blobs.putBytes(Buffer.from('harm'));
  const file = (path: string) => ({ kind: 'file', path, mode: 0o644, hash, size });
  const link = { kind: 'link', path: 'a', target: outside };
  const directory = { kind: 'directory', path: 'a', mode: 0o755 };
  for (const entries of [
    [link, file('a/x')],
    [directory, link, file('a/x')],
    [link, directory, file('a/x')],
    [file('a'), file('a')],
    [file('a/x')],
  ]) {
    const tree = await blobs.putBytes(Buffer.from(JSON.stringify({ format: 'stx-tree-1', entries })));
    const target = { tree, directory: join(home.path, 'to') };
    t.deepEqual(await restoreOutputs([target], blobs), tree, JSON.stringify(entries));
    t.false(existsSync(target.directory));
  }
  t.deepEqual(readdirSync(outside), []);
  const sound = Buffer.from(JSON.stringify({ format: 'stx-tree-1', entries: [directory, file('a/x')] }));
  t.truthy(decodeTreeManifest(sound));
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
