import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { digestOfFile, sha256 } from '../../engine/base/sha256.ts';
import { usualPatience } from '../../engine/remote/patience.ts';
import { publishLists } from '../../engine/remote/publish-lists.ts';
import { FolderPlace } from '../../engine/remote/publish-place.ts';
import { ListCache } from '../../engine/remote/published-lists.ts';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { encodeActionResult } from '../../engine/sstate/reapi/action-result.ts';
import { writeResultFile } from '../../engine/sstate/store-files.ts';
import { nginxServer } from '../support/nginx-server.ts';
import { roundsProxy } from '../support/rounds-proxy.ts';
import { type Builder, builder, folderUrl, meet } from '../support/team-stores.ts';

/**
 * What a mirror on loopback gives: `npm run bench:mirror [-- --megabytes N] [--files N] [--rounds N] [--keys N]`; medians.
 * Receiving with verification into the store, from nginx and from `cache serve`, beside `curl -o FILE` and `sha256sum FILE`
 * of the same bytes in the same round; and asking for many keys at 50 ms latency.
 */
const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '2048' },
    files: { type: 'string', default: '512' },
    rounds: { type: 'string', default: '3' },
    keys: { type: 'string', default: '10000' },
  },
});
const [megabytes, files, rounds, keyCount] = [values.megabytes, values.files, values.rounds, values.keys].map(
  Number,
) as [number, number, number, number];
const latencyMs = 50;
const program = fileURLToPath(new URL('../../engine/app/main.ts', import.meta.url));

console.log(`${cpus()[0]?.model}, ${cpus().length} processors, Node ${process.version}`);
{
  using maker = builder();
  await using server = await cacheServe(maker);
  await using nginx = await nginxServer({ webdav: false });
  await compareTransfers(maker, { nginx, server });
  await askManyKeys(maker, { nginx, server });
}

interface Served {
  readonly url: string;
}

/** One result with a single large file, one with as many bytes in many files; random, so that nothing gets smaller. */
async function compareTransfers(
  maker: Builder,
  at: { readonly nginx: Served & { readonly root: string }; readonly server: Served },
) {
  const one = await makeResult(maker, { name: 'one', files: 1 });
  const many = await makeResult(maker, { name: 'many', files });
  await using publishing = meet(maker, { publish: [folderUrl(at.nginx.root)], patience: usualPatience });
  for (const key of [one.key, many.key]) publishing.publish(key);
  await publishing.finish();
  const times = new Map<string, number[]>();
  const note = (name: string, ms: number): void => void times.set(name, [...(times.get(name) ?? []), ms]);
  for (let round = 0; round < rounds; round++) {
    note('curl, sha256sum', curlAndSum(`${at.nginx.url}/cas/${one.hash}`, join(maker.path, 'curled')));
    note('one file, nginx', await fetchResult(one.key, at.nginx.url));
    note('one file, cache serve', await fetchResult(one.key, at.server.url));
    note(`${files} files, nginx`, await fetchResult(many.key, at.nginx.url));
    note(`${files} files, cache serve`, await fetchResult(many.key, at.server.url));
  }
  const reference = median(times.get('curl, sha256sum') ?? []);
  console.log(`\n${megabytes} MiB from loopback, verified (medians of ${rounds})`);
  for (const [name, each] of times) {
    const ms = median(each);
    const speed = `${Math.round(megabytes / (ms / 1000))} MiB/s`;
    console.log(
      `  ${name.padEnd(26)} ${(ms / 1000).toFixed(2)} s  ${speed.padStart(10)}  ${Math.round((reference / ms) * 100)} %`,
    );
  }
}

async function makeResult(maker: Builder, what: { readonly name: string; readonly files: number }) {
  const folder = join(maker.path, what.name);
  mkdirSync(folder);
  for (let index = 0; index < what.files; index++) writeRandom(join(folder, `file${index}`), megabytes / what.files);
  const { hash } = await digestOfFile(join(folder, 'file0'));
  const { trees, files: beside, output } = await captureOutputs([folder], maker.store.blobs);
  rmSync(folder, { recursive: true });
  const key = sha256(what.name);
  await maker.store.actions.put(key, { trees, files: beside, output, dependencies: {}, durationMs: 1 });
  return { key, hash };
}

function writeRandom(path: string, mebibytes: number): void {
  const file = openSync(path, 'w');
  for (let left = mebibytes * (1 << 20); left > 0; left -= 1 << 24)
    writeSync(file, randomBytes(Math.min(left, 1 << 24)));
  closeSync(file);
}

function curlAndSum(url: string, path: string): number {
  rmSync(path, { force: true });
  const startMs = performance.now();
  const curl = spawnSync('curl', ['--silent', '--fail', '--output', path, url]);
  const sum = spawnSync('sha256sum', [path]);
  const ms = performance.now() - startMs;
  if (curl.status !== 0 || sum.status !== 0 || statSync(path).size !== megabytes * (1 << 20))
    throw new Error('curl failed');
  rmSync(path);
  return ms;
}

async function fetchResult(key: string, url: string): Promise<number> {
  using reader = builder();
  await using team = meet(reader, { mirrors: [url], patience: usualPatience });
  const startMs = performance.now();
  await team.find([key]);
  const { problem } = await team.fetch(key);
  const ms = performance.now() - startMs;
  if (problem !== undefined || !(await reader.has(key))) throw new Error(problem ?? 'nothing came');
  return ms;
}

async function askManyKeys(
  maker: Builder,
  at: { readonly nginx: Served & { readonly root: string }; readonly server: Served },
) {
  const made = await maker.make('small', { a: 'x' });
  const result = (await maker.store.actions.find([made])).get(made);
  if (result === undefined) throw new Error('no result');
  const keys = Array.from({ length: keyCount }, (_, index) => sha256(`key ${index}`));
  const bytes = encodeActionResult(result);
  for (const key of keys) await writeResultFile(maker.directory, key, bytes);
  const lists = { publisher: 'bench', cache: new ListCache(join(maker.path, 'lists')), isSweep: false };
  const place = new FolderPlace(folderUrl(at.nginx.root), at.nginx.root);
  await publishLists(place, new Map(keys.map((key) => [key, bytes])), lists);
  console.log(
    `\n${keyCount} keys, each with a result, asked at ${latencyMs} ms latency (the most, and the median, of ${rounds})`,
  );
  for (const [name, url] of [
    ['cache serve', at.server.url],
    ['nginx with lists', at.nginx.url],
  ] as const) {
    const seen: { readonly ms: number; readonly rounds: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      using reader = builder();
      await using proxy = await roundsProxy(url, latencyMs);
      await using team = meet(reader, { mirrors: [proxy.url], patience: usualPatience });
      const startMs = performance.now();
      if ((await team.find(keys)).size !== keyCount) throw new Error('not all were found');
      seen.push({ ms: performance.now() - startMs, rounds: proxy.rounds() });
    }
    const most = Math.max(...seen.map((each) => each.rounds));
    const ms = Math.round(median(seen.map((each) => each.ms)));
    console.log(`  ${name.padEnd(18)} ${most} round trips  ${ms} ms`);
  }
}

/** `cache serve` as a process of its own. */
async function cacheServe(maker: Builder): Promise<Served & AsyncDisposable> {
  const args = [program, 'cache', 'serve', '--quiet', '--store', maker.directory, '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said] = (await once(child.stderr, 'data')) as [Buffer];
  const url = / on (http:\S+);/.exec(said.toString())?.[1];
  if (url === undefined) throw new Error(said.toString());
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await once(child, 'close');
    },
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}
