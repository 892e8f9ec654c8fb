import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/**
 * Script: one user of a store that captures, restores, and collects garbage until it kills itself in the middle of an
 * operation of the file system, or is killed. Takes JSON: store, folder of its own, sources, seed, and how many operations it lives.
 */
const { store, own, sources, seed, lives } = JSON.parse(process.argv[2] ?? '') as {
  readonly store: string;
  readonly own: string;
  readonly sources: readonly string[];
  readonly seed: number;
  readonly lives: number;
};

let state = seed;
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

let left = lives;
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('killed');
}

/** Counts a call; when it is the last one, it happens not at all, in part, or wholly, and then the process is killed. */
function mortal(holder: Record<string, unknown>, name: string): void {
  const original = holder[name] as (...args: unknown[]) => unknown;
  holder[name] = (...args: unknown[]): unknown => {
    left -= 1;
    if (left !== 0) return original.apply(holder, args);
    const when = random(3);
    if (when === 0) die();
    const [path, content] = args;
    if (when === 1 && name === 'writeFile' && content instanceof Uint8Array) {
      fs.writeFileSync(path as string, content.subarray(0, random(content.byteLength)));
      die();
    }
    const given = original.apply(holder, args);
    if (!(given instanceof Promise)) die();
    return given.then(die, die);
  };
}

for (const name of ['writeFile', 'rename', 'link', 'mkdir', 'rm', 'copyFile', 'utimes', 'readFile', 'stat'])
  mortal(fs.promises as unknown as Record<string, unknown>, name);
for (const name of [
  'writeSync',
  'openSync',
  'closeSync',
  'renameSync',
  'rmSync',
  'mkdirSync',
  'linkSync',
  'readFileSync',
  'utimesSync',
])
  mortal(fs as unknown as Record<string, unknown>, name);
syncBuiltinESMExports();

const { attributesName } = await import('../../engine/sstate/attributes.ts');
const { captureOutputs } = await import('../../engine/sstate/capture-outputs.ts');
const { collectGarbage } = await import('../../engine/sstate/collect-garbage.ts');
const { openLocalStore, sweepTemporaryFiles } = await import('../../engine/sstate/local-store.ts');
const { useStore } = await import('../../engine/sstate/store-users.ts');
const { restoreOutputs } = await import('../../engine/sstate/restore-outputs.ts');
const { keyOf } = await import('./store-keys.ts');

await sweepTemporaryFiles(store);
for (;;) {
  using _use = useStore(store);
  const { actions, blobs, tasks } = openLocalStore(store);
  const source = sources[random(sources.length)] ?? '';
  const key = keyOf(source);
  const found = (await actions.find([key])).get(key);
  const [tree] = found?.trees ?? [];
  if (found !== undefined && tree !== undefined && random(2) === 0) {
    const directory = join(own, source.slice(source.lastIndexOf('/') + 1));
    await restoreOutputs([{ tree, attributes: found.files?.[attributesName(0)], directory }], blobs);
  } else if (random(12) === 0) {
    await collectGarbage(store, { maxBytes: random(2_000_000), dryRun: false });
  } else {
    const { output, trees, files } = await captureOutputs([source], blobs);
    await actions.put(key, { trees, files, output, dependencies: {}, durationMs: 1 });
    await tasks.add({ recipe: source, task: 'do_package' }, key);
  }
}
