import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { decompressFile } from '../../archive/open-compressed.ts';
import { plainName } from '../../archive/unpack-archive.ts';
import { StxError } from '../../base/stx-error.ts';
import type { PatchStep } from './patch-list.ts';

/** Folder of ours in the series of a source package. */
const ours = 'stx-bake';

/** Whether a source package of the deb family keeps patches in a folder, for its tools to apply: its format is `3.0 (quilt)`. */
export async function hasQuiltFormat(series: string): Promise<boolean> {
  const format = await readFile(join(dirname(series), 'source/format'), 'utf8').catch(() => '');
  return /^3\.0 \(quilt\)/.test(format);
}

/** Puts patches behind those of the source package, in place of what an earlier run put there. They must be of level 1. */
export async function addToSeries(steps: readonly PatchStep[], folder: string): Promise<void> {
  const list = join(folder, 'series');
  const before = (await readFile(list, 'utf8').catch(() => '')).split('\n');
  const kept = before.filter((line) => line !== '' && !line.startsWith(`${ours}/`));
  await rm(join(folder, ours), { recursive: true, force: true });
  const names: string[] = [];
  for (const step of steps) {
    checkStep(step);
    await mkdir(join(folder, ours), { recursive: true });
    const plain = step.isCompressed ? plainName(step.path) : step.path;
    const name = freeName(`${ours}/${basename(plain)}`, names);
    if (step.isCompressed) await decompressFile(step.path, join(folder, name));
    else await copyFile(step.path, join(folder, name));
    names.push(name);
  }
  if (names.length > 0 || kept.length !== before.length - 1) {
    await mkdir(folder, { recursive: true });
    await writeFile(`${list}.new`, [...kept, ...names, ''].join('\n'));
    await rm(list, { force: true });
    await copyFile(`${list}.new`, list);
    await rm(`${list}.new`);
  }
}

/** Patches of one name from several folders are told apart. */
function freeName(name: string, taken: readonly string[]): string {
  let free = name;
  for (let count = 2; taken.includes(free); count++) free = name.replace(/(\.[^./]*)?$/, `-${count}$1`);
  return free;
}

function checkStep(step: PatchStep): void {
  if (step.stripLevel === 1 && !step.reverse && step.directory === '') return;
  throw StxError.of('bad-source-uri', `\`${step.name}\` cannot go into the series of a source package`, {
    setting: { variable: 'SRC_URI' },
    help: 'make it apply to the root of the source with striplevel 1, without `patchdir` and `-R`',
  });
}
