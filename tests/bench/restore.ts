import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { openLocalStore } from '../../engine/sstate/local-store.ts';
import { restoreOutputs } from '../../engine/sstate/restore-outputs.ts';

/**
 * `node tests/bench/restore.ts [--mb 1024] [--runs 5] [--in DIR]`: a tree of many sizes of files restored from the store,
 * and unpacked by `tar --zstd -x` from an archive of it, in turns on the same file system.
 */
const { values } = parseArgs({
  options: {
    mb: { type: 'string', default: '1024' },
    runs: { type: 'string', default: '5' },
    in: { type: 'string', default: tmpdir() },
  },
});
const home = mkdtempSync(join(values.in, 'stx-restore-'));
const [tree, archive, out] = [join(home, 'tree'), join(home, 'tree.tar.zst'), join(home, 'out')];

try {
  const files = makeTree(tree, Number(values.mb) * 2 ** 20);
  console.log(`${files} files, ${values.mb} MiB, file system type 0x${statfsSync(home).type.toString(16)}`);
  run('tar', ['--zstd', '-cf', archive, '-C', home, 'tree']);
  const { blobs } = openLocalStore(join(home, 'store'));
  const started = performance.now();
  const captured = await captureOutputs([tree], blobs);
  console.log(`captured in ${seconds(performance.now() - started)}`);
  rmSync(tree, { recursive: true });
  const target = { tree: captured.trees[0] as (typeof captured.trees)[0], directory: out };
  const restore = async (): Promise<void> => {
    if ((await restoreOutputs([target], blobs)) !== undefined) throw new Error('a blob is missing');
  };
  const times = { tar: [] as Taken[], store: [] as Taken[], again: [] as Taken[] };
  for (let turn = 0; turn < Number(values.runs); turn++) {
    mkdirSync(out);
    times.tar.push(timedCommand('tar', ['--zstd', '-xf', archive, '-C', out]));
    rmSync(out, { recursive: true });
    times.store.push(await timed(restore));
    times.again.push(await timed(restore));
    rmSync(out, { recursive: true });
  }
  show('tar --zstd -x', times.tar);
  show('restored from the store', times.store);
  show('found to be right already', times.again);
  const ratio = median(times.tar.map(({ ms }) => ms)) / median(times.store.map(({ ms }) => ms));
  console.log(`the store is ${ratio.toFixed(2)} times as fast as tar (medians)`);
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** What a run took. */
interface Taken {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Files of log-normal sizes (median some 5 kB, up to 64 MB) with contents of which zstd saves about the half. */
function makeTree(root: string, bytes: number): number {
  let state = 12_345;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const pool = makePool(random);
  let files = 0;
  for (let left = bytes; left > 0; files++) {
    const gauss = Math.sqrt(-2 * Math.log(random() + 1e-9)) * Math.cos(2 * Math.PI * random());
    const size = Math.min(left, 64 << 20, Math.round(Math.exp(8.6 + 2.2 * gauss)));
    const folder = join(root, `d${files % 97}`, `e${files % 13}`);
    mkdirSync(folder, { recursive: true });
    const content = Buffer.allocUnsafe(size);
    for (let at = 0; at < size; ) {
      const length = Math.min(size - at, 256 + Math.floor(random() * 16_000));
      const from = Math.floor(random() * (pool.byteLength - 65_536));
      pool.copy(content, at, from, from + length);
      at += length;
    }
    writeFileSync(join(folder, `f${files}`), content, { mode: files % 9 === 0 ? 0o755 : 0o644 });
    left -= size;
  }
  return files;
}

function makePool(random: () => number): Buffer {
  const words = Array.from({ length: 4000 }, () => {
    const letters = Array.from({ length: 2 + Math.floor(random() * 9) }, () => 97 + Math.floor(random() * 26));
    return `${String.fromCharCode(...letters)} `;
  });
  const pool = Buffer.alloc(8 << 20);
  for (let at = 0; at < pool.byteLength - 64; ) {
    if (random() < 0.12) for (let count = 0; count < 16; count++) pool[at++] = Math.floor(random() * 256);
    else at += pool.write(words[Math.floor(random() ** 3 * 4000)] ?? '', at);
  }
  return pool;
}

async function timed(work: () => Promise<void>): Promise<Taken> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
}

/** The shell tells the processor time of a command, and of what that has started. */
function timedCommand(command: string, args: readonly string[]): Taken {
  const start = performance.now();
  const { status, stdout } = spawnSync('sh', ['-c', '"$@" && times', 'sh', command, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
  const ms = performance.now() - start;
  const ofChildren = stdout.trim().split('\n').at(-1) ?? '';
  const parts = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)];
  return {
    ms,
    cpuMs: parts.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60_000 + Number(rest) * 1000, 0),
  };
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}

function show(what: string, taken: readonly Taken[]): void {
  const times = taken.map(({ ms }) => ms);
  const best = `best ${seconds(Math.min(...times))} of ${times.map(seconds).join(' ')}`;
  const processor = `processor time ${seconds(median(taken.map(({ cpuMs }) => cpuMs)))}`;
  console.log(`${what}: median ${seconds(median(times))}, ${best}; ${processor}`);
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
