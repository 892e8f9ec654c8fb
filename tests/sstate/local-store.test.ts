import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { digestOf } from '../../engine/base/sha256.ts';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { openLocalStore, sweepTemporaryFiles } from '../../engine/sstate/local-store.ts';
import { restoreOutputs } from '../../engine/sstate/restore-outputs.ts';
import { decodeTreeManifest } from '../../engine/sstate/tree-manifest.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

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
  const key = digestOf('key').hash;
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
