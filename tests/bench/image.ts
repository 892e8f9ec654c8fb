import { execFileSync } from 'node:child_process';
import { mkdtempSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Checkout } from '../support/checkout.ts';

/**
 * How long the main job takes: fresh checkout to ISO, rootfs and image anew with the rest in sstate, and a run that has
 * nothing to do. `node tests/bench/image.ts [runs]`; medians of `runs` (default 3) for the second, of 15 for the third.
 */
const image = 'stx-image-minimal';
const runs = Number(process.argv[2] ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'stx-bench-'));
const checkout = new Checkout(folder, { withoutPackages: true });
try {
  print(`${new Date().toISOString()}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}`);
  const fresh = checkout.bake(['--yes', image]);
  if (fresh.status !== 0) throw new Error(fresh.output);
  print(`fresh checkout to ISO (npm packages included): ${fresh.seconds.toFixed(1)} s, ${fresh.ran.length} tasks`);
  const iso = join(checkout.path, 'build/deploy/images/x86-64/stx-debian-minimal.iso');
  print(`ISO: ${(statSync(iso).size / 1e6).toFixed(0)} MB`);
  print(`rootfs and image anew: ${median(Array.from({ length: runs }, rootfsAnew)).toFixed(1)} s`);
  print(`nothing to do: ${(1000 * median(Array.from({ length: 15 }, nothing))).toFixed(0)} ms`);
} finally {
  checkout.remove();
}

/** A changed host name: rootfs, image and deploy run, from a root and packages that are in the sstate. */
function rootfsAnew(_: unknown, index: number): number {
  checkout.configure([`IMAGE_HOSTNAME = "bench${index}"`]);
  const unshare = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-auto', '--map-root-user'];
  const [program = 'rm', ...args] = [...unshare, 'rm', '-rf', join(checkout.path, 'build/tmp')];
  execFileSync(program, args);
  const run = checkout.bake([image]);
  if (run.status !== 0 || !run.ran.includes(`${image}:do_rootfs`)) throw new Error(run.output);
  return run.seconds;
}

function nothing(): number {
  const run = checkout.bake([image]);
  if (run.ran.length + run.restored.length > 0) throw new Error(run.output);
  return run.seconds;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function print(line: string): void {
  console.log(line);
}
