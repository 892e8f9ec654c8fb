import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import { openCompressed } from '../../engine/archive/open-compressed.ts';
import { unpackArchive } from '../../engine/archive/unpack-archive.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/**
 * Compares ways to unpack one tree of some 60 MB (default: this machine's C and C++ headers and Python library):
 * `node tests/bench/unpack.ts [FOLDER…]`. Prints medians of three runs and the ratio to the host's tools.
 */
const folders =
  process.argv.length > 2 ? process.argv.slice(2) : ['usr/include/c++', 'usr/include/linux', 'usr/lib/python3'];

async function median(run: (into: string) => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    using directory = temporaryDirectory();
    const start = performance.now();
    await run(directory.path);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[1] ?? 0;
}

function hostTar(archive: string, into: string): void {
  const run = spawnSync('tar', ['-xf', archive, '-C', into]);
  if (run.status !== 0) throw new Error(String(run.stderr));
}

async function scriptTar(archive: string, into: string): Promise<void> {
  await pipeline(
    Readable.from(openCompressed(archive), { objectMode: false }),
    extract({ cwd: into, preserveOwner: false }),
  );
}

async function decompressOnly(archive: string): Promise<void> {
  for await (const _ of openCompressed(archive));
}

using work = temporaryDirectory();
mkdirSync(join(work.path, 'out'));
const tar = join(work.path, 'a.tar');
execFileSync('tar', ['-cf', tar, '-C', '/', ...folders.map((folder) => folder.replace(/^\//, ''))]);
execFileSync('gzip', ['-k', tar]);
execFileSync('xz', ['-k', '-T0', tar]);
console.log(
  `${cpus().length} x ${cpus()[0]?.model}, kernel ${release()}, node ${process.version}, ${new Date().toISOString()}`,
);
console.log(`${(statSync(tar).size / 1e6).toFixed(0)} MB in ${readdirSync(work.path).length - 2} compressed forms`);
for (const ending of ['gz', 'xz']) {
  const archive = `${tar}.${ending}`;
  const host = await median((into) => hostTar(archive, into));
  const rows = [
    ['host tar with host decompressor', host],
    [
      'ours: decompressed and checked here, written by host tar',
      await median((into) => unpackArchive({ archive, into })),
    ],
    ['npm tar, decompressed here', await median((into) => scriptTar(archive, into))],
    ['decompressing alone, here', await median(() => decompressOnly(archive))],
    [
      'decompressing alone, host',
      await median(() => spawnSync('sh', ['-c', `${ending === 'gz' ? 'gzip' : 'xz'} -dc ${archive} >/dev/null`])),
    ],
  ] as const;
  console.log(`tar.${ending}, ${(statSync(archive).size / 1e6).toFixed(1)} MB`);
  for (const [name, ms] of rows) console.log(`  ${ms.toFixed(0).padStart(6)} ms  x${(ms / host).toFixed(2)}  ${name}`);
}
