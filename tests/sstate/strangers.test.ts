import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { sha256 } from '../../engine/base/sha256.ts';
import { processSpace } from '../../engine/net/process-mark.ts';
import { openLocalStore } from '../../engine/sstate/local-store.ts';
import { findBlobFile, resultFilePath } from '../../engine/sstate/store-files.ts';
import { type Builder, builder } from '../support/team-stores.ts';

const script = new URL('../support/store-as-stranger.ts', import.meta.url).pathname;
const group = 65_533;

interface Stored {
  readonly key: string;
  readonly other: string;
}

/** A store of ours with a damaged blob and what a dead process left; its folder has this mode, and the group of both users. */
async function storeOf(by: Builder, mode: number): Promise<Stored> {
  chmodSync(by.path, 0o777);
  mkdirSync(by.directory);
  chownSync(by.directory, 0, group);
  chmodSync(by.directory, mode);
  const key = await by.make('one', { a: 'one', b: 'two' });
  const damaged = await findBlobFile(by.directory, sha256('one'));
  writeFileSync(damaged?.path ?? '', 'onX');
  writeFileSync(join(by.directory, 'tmp', `999999.${processSpace()}-dead`), 'x');
  mkdirSync(join(by.path, 'own'));
  writeFileSync(join(by.path, 'own', 'file'), 'of the stranger', { mode: 0o644 });
  const other = await by.make('two', { c: 'three' });
  const old = Date.now() / 1000 - 7200;
  utimesSync(resultFilePath(by.directory, other), old, old);
  return { key, other };
}

function asStranger(by: Builder, stored: Stored): Record<string, unknown> {
  const user = ['--reuid=65534', '--regid=65534', `--groups=${group}`];
  const input = JSON.stringify({ store: by.directory, ...stored, work: by.path });
  return JSON.parse(execFileSync('setpriv', [...user, process.execPath, script, input], { encoding: 'utf8' }));
}

if (process.getuid?.() === 0) {
  test('in a store that its folder shares, another user does all that its owner may', async (t) => {
    using by = builder();
    const stored = await storeOf(by, 0o2775);
    const one = sha256('one');
    t.deepEqual(asStranger(by, stored), { sweep: 'done', use: 'done', restore: one, verify: 0, put: 'done', gc: 0 });
    const own = sha256('of the stranger');
    t.true(await by.has(own));
    const { mode, gid } = statSync(resultFilePath(by.directory, own));
    t.deepEqual([mode & 0o777, gid], [0o664, group]);
    t.false(existsSync(join(by.directory, 'tmp', `999999.${processSpace()}-dead`)));
    t.is((await openLocalStore(by.directory).tasks.keysOf({ recipe: 'r', task: 'do_x' })).length, 1);
    t.true(Date.now() - statSync(resultFilePath(by.directory, stored.other)).mtimeMs < 3_600_000, 'its use was noted');
  });

  test('a store that its folder does not share another user may read, and nothing breaks for that', async (t) => {
    using by = builder();
    const stored = await storeOf(by, 0o755);
    const said = asStranger(by, stored);
    t.deepEqual(said, { sweep: 'done', use: 'done', restore: sha256('one'), verify: 1, put: 'system-failure', gc: 0 });
    t.true(await by.has(stored.key));
  });
}
