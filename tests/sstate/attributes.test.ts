import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { StxError } from '../../engine/base/stx-error.ts';
import {
  attributesName,
  decodeAttributes,
  deviceNumber,
  deviceNumbers,
  encodeAttributes,
  type PathAttributes,
} from '../../engine/sstate/attributes.ts';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { differingPaths } from '../../engine/sstate/differing-paths.ts';
import { openLocalStore } from '../../engine/sstate/local-store.ts';
import { encodeTree } from '../../engine/sstate/reapi/tree.ts';
import { restoreOutputs } from '../../engine/sstate/restore-outputs.ts';
import { systemCalls } from '../../engine/sstate/system-calls.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const isRoot = process.getuid?.() === 0;

/** A store, a directory to capture and one to restore to. */
function scene(base: string) {
  const [from, to] = [join(base, 'from'), join(base, 'to')];
  mkdirSync(from);
  const store = openLocalStore(join(base, 'store'));
  const bring = async (owned = false) => {
    const captured = await captureOutputs([from], store.blobs, { owned });
    const tree = captured.trees[0]!;
    const attributes = captured.files[attributesName(0)];
    const missing = await restoreOutputs([{ tree, attributes, directory: to }], store.blobs);
    return { captured, missing, again: await captureOutputs([to], store.blobs, { owned }) };
  };
  return { from, to, store, bring };
}

test('hard links come back as hard links, and two equal files stay two', async (t) => {
  using home = temporaryDirectory();
  const { from, to, bring } = scene(home.path);
  mkdirSync(join(from, 'bin'));
  writeFileSync(join(from, 'bin/git'), 'program');
  linkSync(join(from, 'bin/git'), join(from, 'bin/git-add'));
  linkSync(join(from, 'bin/git'), join(from, 'a'));
  writeFileSync(join(from, 'copy'), 'program');
  const { missing, captured, again } = await bring();
  t.is(missing, undefined);
  const inode = (path: string): number => lstatSync(join(to, path)).ino;
  t.is(inode('bin/git'), inode('a'));
  t.is(inode('bin/git-add'), inode('a'));
  t.not(inode('copy'), inode('a'));
  t.is(lstatSync(join(to, 'a')).nlink, 3, 'nothing else shares the inode: not the store either');
  t.deepEqual(again.output, captured.output);
});

test('a tree without links, owners and attributes has no manifest beside it', async (t) => {
  using home = temporaryDirectory();
  const { from, bring } = scene(home.path);
  writeFileSync(join(from, 'file'), '');
  t.deepEqual((await bring()).captured.files, {});
});

test('extended attributes of a task come back; labels of the host are not taken along', async (t) => {
  using home = temporaryDirectory();
  const { from, to, bring } = scene(home.path);
  writeFileSync(join(from, 'file'), '');
  symlinkSync('file', join(from, 'link'));
  const calls = systemCalls();
  t.truthy(calls, 'the C library can be called here');
  calls?.setAttribute(join(from, 'file'), 'user.note', Buffer.from([0, 255, 10]));
  if (isRoot) calls?.setAttribute(join(from, 'file'), 'trusted.host', Buffer.from('label'));
  const { captured, again } = await bring();
  t.deepEqual(calls?.attributes(join(to, 'file')).get('user.note'), Buffer.from([0, 255, 10]));
  t.false(calls?.attributes(join(to, 'file')).has('trusted.host'));
  t.deepEqual(again.output, captured.output);
});

test('a named pipe comes back', async (t) => {
  using home = temporaryDirectory();
  const { from, to, bring } = scene(home.path);
  systemCalls()?.makeNode(join(from, 'pipe'), 0o010640, 0);
  const { captured, again } = await bring();
  t.true(lstatSync(join(to, 'pipe')).isFIFO());
  t.is(lstatSync(join(to, 'pipe')).mode & 0o7777, lstatSync(join(from, 'pipe')).mode & 0o7777);
  t.deepEqual(again.output, captured.output);
});

test('owners count for a fakeroot task alone', async (t) => {
  using home = temporaryDirectory();
  const { from, to, bring, store } = scene(home.path);
  writeFileSync(join(from, 'own'), '');
  writeFileSync(join(from, 'shadow'), 'secret');
  writeFileSync(join(from, 'su'), 'program');
  const before = await captureOutputs([from], store.blobs);
  if (isRoot) chownSync(join(from, 'shadow'), 0, 42);
  if (isRoot) chownSync(join(from, 'su'), 33, 0);
  chmodSync(join(from, 'su'), 0o4755);
  chmodSync(join(from, 'own'), 0o640);
  const plain = await captureOutputs([from], store.blobs);
  t.deepEqual(plain.files, {}, 'owners are the builder\u2019s affair otherwise');
  t.notDeepEqual(plain.output, before.output, 'modes count always');
  const { captured, again } = await bring(true);
  t.notDeepEqual(captured.output, plain.output);
  t.deepEqual(again.output, captured.output);
  const seen = (path: string) => {
    const { uid, gid, mode } = lstatSync(join(to, path));
    return [uid, gid, mode & 0o7777];
  };
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  t.deepEqual(seen('own'), [uid, gid, 0o640]);
  t.deepEqual(seen('su'), isRoot ? [33, 0, 0o4755] : [uid, gid, 0o4755]);
  t.deepEqual(seen('shadow').slice(0, 2), isRoot ? [0, 42] : [uid, gid]);
});

const storeOne = new URL('../support/store-as-user.ts', import.meta.url).pathname;

/** Restores one file with these attributes as an ordinary user, over what is there. */
async function restoredByUser(home: string, paths: ReadonlyMap<string, PathAttributes>, before?: string) {
  const { blobs } = openLocalStore(join(home, 'store'));
  const content = await blobs.putBytes(Buffer.from('content'));
  const entries = [{ kind: 'file', path: 'file', mode: 0o2755, digest: content }] as const;
  const tree = await blobs.putBytes(encodeTree({ entries }));
  const beside = await blobs.putBytes(encodeAttributes({ owned: true, paths }) ?? new Uint8Array());
  const to = join(home, 'to');
  chmodSync(home, 0o777);
  if (before !== undefined) mkdirSync(to);
  if (before !== undefined) writeFileSync(join(to, 'file'), before, { mode: 0o755 });
  const asUser = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : ['env'];
  const request = JSON.stringify({ store: join(home, 'store'), target: { tree, attributes: beside, directory: to } });
  const words = [...asUser.slice(1), process.execPath, storeOne, request];
  return { told: execFileSync(asUser[0] ?? '', words, { encoding: 'utf8' }), to };
}

test('what an ordinary user restores belongs to that user where the task saw user 0', async (t) => {
  using home = temporaryDirectory();
  const { told, to } = await restoredByUser(home.path, new Map());
  t.is(told, 'restored');
  t.is(readFileSync(join(to, 'file'), 'utf8'), 'content');
  t.is(lstatSync(join(to, 'file')).mode & 0o7777, 0o2755);
});

const beyondUsers: Readonly<Record<string, ReadonlyMap<string, PathAttributes>>> = {
  'an owner': new Map([['file', { uid: 33, gid: 42 }]]),
  'a group': new Map([['file', { gid: 42 }]]),
  'a capability': new Map([['file', { extended: { 'security.capability': 'AQAAAgAEAAAAAAAAAAAAAAAAAAA=' } }]]),
  'a device': new Map([['null', { node: { type: 'character', mode: 0o666, major: 1, minor: 3 } }]]),
};
for (const [what, paths] of Object.entries(beyondUsers)) {
  test(`a tree with ${what} that an ordinary user may not set is no result for that user, and what was there stays`, async (t) => {
    using home = temporaryDirectory();
    for (const before of ['as it was', 'content']) {
      rmSync(join(home.path, 'to'), { recursive: true, force: true });
      const { told, to } = await restoredByUser(home.path, paths, before);
      t.is(told, 'result-incomplete');
      t.is(readFileSync(join(to, 'file'), 'utf8'), before);
      t.deepEqual(readdirSync(home.path).sort(), ['store', 'to']);
    }
  });
}

test('two files that were one file on the disk become two again, and the other way round', async (t) => {
  using home = temporaryDirectory();
  const { from, store } = scene(home.path);
  writeFileSync(join(from, 'a'), 'same');
  writeFileSync(join(from, 'b'), 'same');
  const captured = await captureOutputs([from], store.blobs);
  rmSync(join(from, 'b'));
  linkSync(join(from, 'a'), join(from, 'b'));
  const linked = await captureOutputs([from], store.blobs);
  for (const wanted of [captured, linked, captured]) {
    const attributes = wanted.files[attributesName(0)];
    t.is(await restoreOutputs([{ tree: wanted.trees[0]!, attributes, directory: from }], store.blobs), undefined);
    t.deepEqual((await captureOutputs([from], store.blobs)).output, wanted.output);
  }
});

test('a directory that holds a name which no tree can hold is replaced like any other', async (t) => {
  using home = temporaryDirectory();
  const { from, store } = scene(home.path);
  writeFileSync(join(from, 'a'), 'one');
  const captured = await captureOutputs([from], store.blobs);
  const odd = Buffer.concat([Buffer.from(`${from}/x`), Buffer.from([0xff, 0xfe])]);
  mkdirSync(odd);
  writeFileSync(Buffer.concat([odd, Buffer.from('/below')]), 'old');
  t.is(await restoreOutputs([{ tree: captured.trees[0]!, directory: from }], store.blobs), undefined);
  t.deepEqual(readdirSync(from), ['a']);
});

if (isRoot) {
  test('as root, devices and file capabilities come back', async (t) => {
    using home = temporaryDirectory();
    const { from, to, bring } = scene(home.path);
    mkdirSync(join(from, 'dev'));
    systemCalls()?.makeNode(join(from, 'dev/null'), 0o020666, deviceNumber({ major: 1, minor: 3 }));
    systemCalls()?.makeNode(join(from, 'dev/big'), 0o060640, deviceNumber({ major: 259, minor: 70_000 }));
    writeFileSync(join(from, 'ping'), 'program', { mode: 0o755 });
    const capability = Buffer.from('AQAAAgAgAAAAAAAAAAAAAAAAAAA=', 'base64');
    chownSync(join(from, 'ping'), 5, 6);
    systemCalls()?.setAttribute(join(from, 'ping'), 'security.capability', capability);
    const { captured, again } = await bring(true);
    t.deepEqual(again.output, captured.output);
    t.true(lstatSync(join(to, 'dev/null')).isCharacterDevice());
    t.true(lstatSync(join(to, 'dev/big')).isBlockDevice());
    t.is(lstatSync(join(to, 'dev/big')).rdev, lstatSync(join(from, 'dev/big')).rdev);
    t.deepEqual(systemCalls()?.attributes(join(to, 'ping')).get('security.capability'), capability);
  });
}

test('device numbers come apart and together as the system does it', (t) => {
  fc.assert(
    fc.property(fc.nat(0xfff), fc.nat(0xfffff), (major, minor) => {
      t.deepEqual(deviceNumbers(deviceNumber({ major, minor })), { major, minor });
    }),
  );
  t.is(deviceNumber({ major: 1, minor: 3 }), 0x103);
  t.deepEqual(deviceNumbers(lstatSync('/dev/zero').rdev), { major: 1, minor: 5 });
});

test('a tree that is there already is not touched', async (t) => {
  using home = temporaryDirectory();
  const { from, to, bring } = scene(home.path);
  mkdirSync(join(from, 'sub'));
  writeFileSync(join(from, 'sub/a'), 'a');
  linkSync(join(from, 'sub/a'), join(from, 'sub/b'));
  symlinkSync('sub', join(from, 'l'));
  await bring();
  const paths = ['', 'sub', 'sub/a', 'sub/b', 'l'];
  utimesSync(join(to, 'sub/a'), 1000, 1000);
  utimesSync(to, 2000, 2000);
  const state = () => paths.map((path) => [lstatSync(join(to, path)).ino, lstatSync(join(to, path)).mtimeMs]);
  const before = state();
  await bring();
  t.deepEqual(state(), before);
});

test('of a tree that is there in part, what is right keeps its inode and what is wrong is made anew', async (t) => {
  using home = temporaryDirectory();
  const { from, to, bring } = scene(home.path);
  for (const name of ['right', 'content', 'mode', 'gone']) writeFileSync(join(from, name), name, { mode: 0o644 });
  linkSync(join(from, 'gone'), join(from, 'gone-too'));
  await bring();
  utimesSync(join(to, 'right'), 1000, 1000);
  const { ino } = lstatSync(join(to, 'right'));
  writeFileSync(join(to, 'content'), 'CONTENT');
  chmodSync(join(to, 'mode'), 0o600);
  rmSync(join(to, 'gone'));
  writeFileSync(join(to, 'foreign'), '');
  const { captured, again } = await bring();
  t.deepEqual(again.output, captured.output);
  t.is(lstatSync(join(to, 'right')).ino, ino);
  t.is(lstatSync(join(to, 'right')).mtimeMs, 1_000_000);
  t.is(lstatSync(join(to, 'right')).nlink, 1);
  t.is(readFileSync(join(to, 'content'), 'utf8'), 'content');
  t.false(existsSync(join(to, 'foreign')));
});

test('attributes that do not belong to their tree are refused, and nothing is changed', async (t) => {
  using home = temporaryDirectory();
  const { from, to, store, bring } = scene(home.path);
  writeFileSync(join(from, 'a'), 'a');
  writeFileSync(join(from, 'b'), 'b');
  symlinkSync('/etc', join(from, 'l'));
  const { captured } = await bring();
  const pipe = { node: { type: 'pipe', mode: 0o644, major: 0, minor: 0 } } as const;
  for (const [path, attributes] of [
    ['absent', { uid: 1 }],
    ['b', { sameAs: 'a' }],
    ['a', { sameAs: 'a' }],
    ['a', pipe],
    ['l/passwd', pipe],
    ['absent/pipe', pipe],
  ] as const) {
    const digest = await store.blobs.putBytes(
      encodeAttributes({ owned: false, paths: new Map([[path, attributes]]) })!,
    );
    const target = { tree: captured.trees[0]!, attributes: digest, directory: to };
    t.deepEqual(await restoreOutputs([target], store.blobs), digest, path);
  }
  for (const path of ['../x', '/x', 'a//b', '', 'a/./b'])
    t.is(decodeAttributes(encodeAttributes({ owned: false, paths: new Map([[path, { uid: 1 }]]) })!), undefined, path);
  t.is(decodeAttributes(Buffer.from('{')), undefined);
});

test('differing owners and links are named among the differing paths', async (t) => {
  using home = temporaryDirectory();
  const { from, store, bring } = scene(home.path);
  for (const name of ['a', 'b', 'c']) writeFileSync(join(from, name), 'same');
  const one = await bring();
  rmSync(join(from, 'b'));
  linkSync(join(from, 'a'), join(from, 'b'));
  const other = await bring();
  t.deepEqual(await differingPaths(one.captured, other.captured, store.blobs), ['b']);
});

test('a socket is refused with the way out', async (t) => {
  using home = temporaryDirectory();
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(home.path, 'socket'), resolve));
  const { blobs } = openLocalStore(join(home.path, 'store'));
  const error = await t.throwsAsync(captureOutputs([home.path], blobs), { instanceOf: StxError });
  server.close();
  t.regex(error?.message ?? '', /is a socket, which means nothing without its program \[unstorable-output\]/);
});
