import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { sha256 } from '../../engine/base/sha256.ts';
import { attributesName } from '../../engine/sstate/attributes.ts';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { openLocalStore } from '../../engine/sstate/local-store.ts';
import { restoreOutputs } from '../../engine/sstate/restore-outputs.ts';
import { filesBelow } from '../support/after-kill.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const key = sha256('key');

/** A directory with small, large, linked and equal files, and one file that threads have to write. */
function makeSource(from: string): void {
  mkdirSync(join(from, 'sub/deep'), { recursive: true });
  writeFileSync(join(from, 'small'), 'small');
  writeFileSync(join(from, 'sub/text'), 'a line of text\n'.repeat(5000), { mode: 0o755 });
  writeFileSync(join(from, 'sub/deep/program'), readFileSync(process.execPath).subarray(0, 3_000_000));
  writeFileSync(join(from, 'empty'), '');
  linkSync(join(from, 'small'), join(from, 'sub/same'));
  symlinkSync('../small', join(from, 'sub/link'));
  chmodSync(join(from, 'sub/deep'), 0o750);
}

type Damage = (path: string, at: number, other: string) => void;

const damages: Readonly<Record<string, Damage>> = {
  truncated: (path, at) => truncateSync(path, Math.floor(at * readFileSync(path).byteLength)),
  emptied: (path) => truncateSync(path, 0),
  removed: (path) => rmSync(path),
  changed: (path, at) => {
    const bytes = readFileSync(path);
    const index = Math.floor(at * bytes.byteLength);
    if (bytes.byteLength === 0) return;
    bytes[index] = (bytes[index] ?? 0) ^ 0x40;
    writeFileSync(path, bytes);
  },
  extended: (path) => writeFileSync(path, 'more', { flag: 'a' }),
  exchanged: (path, _at, other) => cpSync(other, path),
};

test('whatever happens to one file of the store, a restored tree is right or nothing is restored', async (t) => {
  using home = temporaryDirectory();
  const [from, sound] = [join(home.path, 'from'), join(home.path, 'sound')];
  makeSource(from);
  const first = openLocalStore(sound);
  const { trees, files, output } = await captureOutputs([from], first.blobs);
  await first.actions.put(key, { trees, files, output, dependencies: {}, durationMs: 1 });
  const names = filesBelow(sound).map((path) => path.slice(sound.length + 1));
  const seen = new Set<string>();
  const choice = fc.record({
    name: fc.constantFrom(...names),
    other: fc.constantFrom(...names),
    kind: fc.constantFrom(...Object.keys(damages)),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(choice, async ({ name, other, kind, at }) => {
      using place = temporaryDirectory();
      const [directory, to] = [join(place.path, 'store'), join(place.path, 'to')];
      cpSync(sound, directory, { recursive: true });
      damages[kind]?.(join(directory, name), at, join(sound, other));
      const { actions, blobs } = openLocalStore(directory);
      const found = (await actions.find([key])).get(key);
      if (found === undefined) {
        seen.add('miss');
        return;
      }
      t.deepEqual(found.output, output);
      const target = { tree: found.trees[0]!, attributes: found.files?.[attributesName(0)], directory: to };
      const missing = await restoreOutputs([target], blobs);
      seen.add(missing === undefined ? 'restored' : 'incomplete');
      if (missing === undefined) t.deepEqual((await captureOutputs([to], first.blobs)).output, output);
      else {
        t.false(existsSync(to));
        t.true(
          filesBelow(directory).every((path) => !path.includes(`cas/${missing.hash.slice(0, 2)}/${missing.hash}`)),
        );
        await captureOutputs([from], blobs);
        t.is(await restoreOutputs([target], blobs), undefined, 'after the task has run again, all is well');
      }
    }),
    { numRuns: 150 },
  );
  t.deepEqual([...seen].sort(), ['incomplete', 'miss', 'restored']);
});

test('threads that write a large tree can be stopped, and find a damaged blob among many', async (t) => {
  using home = temporaryDirectory();
  const [from, to] = [join(home.path, 'from'), join(home.path, 'to')];
  mkdirSync(from);
  for (let file = 0; file < 3000; file++) writeFileSync(join(from, `file-${file}`), `content ${file}\n`.repeat(400));
  const { blobs } = openLocalStore(join(home.path, 'store'));
  const { trees, output } = await captureOutputs([from], blobs);
  const target = { tree: trees[0]!, directory: to };
  t.is(await restoreOutputs([target], blobs), undefined);
  t.deepEqual((await captureOutputs([to], blobs)).output, output);
  rmSync(to, { recursive: true });
  const stop = new AbortController();
  const stopped = restoreOutputs([target], blobs, { signal: stop.signal });
  setImmediate(() => stop.abort(new Error('stop')));
  await t.throwsAsync(stopped, { message: 'stop' });
  t.deepEqual(readdirSync(home.path).sort(), ['from', 'store'], 'a restore that was stopped leaves nothing');
  const hash = sha256('content 1500\n'.repeat(400));
  const [blob] = filesBelow(join(home.path, 'store/cas')).filter((path) => path.includes(hash));
  writeFileSync(blob!, 'x');
  t.is((await restoreOutputs([target], blobs))?.hash, hash);
  t.false(existsSync(to));
  t.is(filesBelow(join(home.path, 'store/quarantine')).length, 1);
});
