import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { sha256 } from '../../engine/base/sha256.ts';
import { sweepTemporaryFiles } from '../../engine/sstate/local-store.ts';
import { decodeActionResult } from '../../engine/sstate/reapi/action-result.ts';
import { namedBlobs } from '../../engine/sstate/result-blobs.ts';
import { readPins } from '../../engine/sstate/store-pins.ts';
import { verifyStore } from '../../engine/sstate/verify-store.ts';
import { faultyMirror } from '../support/faulty-mirror.ts';
import { builder, folderUrl, meet } from '../support/team-stores.ts';

const worker = fileURLToPath(new URL('../support/transfer-worker.ts', import.meta.url));
const kills = Number(process.env['STX_KILLS'] ?? 12);

/** Runs the script, and kills it after a time; whether it came to its end before. */
async function runFor(ms: number, input: object): Promise<boolean> {
  const child = spawn(process.execPath, [worker, JSON.stringify(input)], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const timer = new AbortController();
  void sleep(ms, undefined, { signal: timer.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  const code = await ended;
  timer.abort();
  return code === 0;
}

/** What of a published folder is not what its name says, or lacks something. */
function wrongIn(folder: string): readonly string[] {
  const names = (kind: string) =>
    existsSync(join(folder, kind)) ? readdirSync(join(folder, kind)).filter((name) => !name.includes('.part-')) : [];
  const blobs = new Set(names('cas'));
  const wrong = [...blobs].filter((name) => sha256(readFileSync(join(folder, 'cas', name))) !== name);
  const torn = names('ac').filter((name) => {
    const result = decodeActionResult(readFileSync(join(folder, 'ac', name)));
    return result === undefined || !namedBlobs(result).every(({ hash }) => blobs.has(hash));
  });
  return [...wrong, ...torn];
}

test('whoever is killed while fetching, pinning or publishing leaves nothing wrong, here or there', async (t) => {
  t.timeout(300_000);
  using maker = builder();
  using reader = builder();
  const large = randomBytes(3 << 20);
  const keys: string[] = [];
  for (let index = 0; index < 12; index++)
    keys.push(await maker.make(`r${index}`, { own: `${index}`, text: 'text '.repeat(10_000 + index), large }));
  const folder = join(maker.path, 'published');
  {
    await using team = meet(maker, { publish: [folderUrl(folder)] });
    for (const key of keys) team.publish(key);
    await team.finish();
  }
  await using mirror = await faultyMirror(folder, () => 'none');
  const target = join(maker.path, 'target');
  const input = { path: reader.path, mirror: mirror.url, target: folderUrl(target), keys };
  for (let kill = 0; kill < kills; kill++) {
    await runFor(200 + Math.random() * 1500, input);
    await sweepTemporaryFiles(reader.directory);
    const { damagedBlobs, damagedResults, incomplete } = await verifyStore(reader.directory, { dryRun: true });
    t.deepEqual([...damagedBlobs, ...damagedResults, ...incomplete], []);
    t.deepEqual(wrongIn(target), []);
    for (const pinned of (await readPins(reader.directory)).values()) t.is(pinned.size, 1);
  }
  t.true(await runFor(120_000, input));
  for (const key of keys) t.true(await reader.has(key));
  using other = builder();
  await using team = meet(other, { mirrors: [folderUrl(target)] });
  t.is((await team.find(keys)).size, keys.length);
  for (const key of keys) t.is((await team.fetch(key)).problem, undefined);
});
