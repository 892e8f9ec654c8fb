import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemError } from '../base/system-error.ts';
import { temporaryPath } from './local-blob-store.ts';
import { makeStoreFolder, shareFile } from './shared-folder.ts';

/** Whether a pin may be called so: its name is that of a file. */
export function isPinName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._+@-]{0,127}$/.test(name);
}

/** Name of a pin -> the keys whose results stay, whatever the rules of a collection say. */
export async function readPins(directory: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const pins = new Map<string, ReadonlySet<string>>();
  for (const name of (await readdir(join(directory, 'pins')).catch(() => [])).sort()) {
    const text = await readFile(join(directory, 'pins', name), 'utf8').catch(() => '');
    pins.set(name, new Set(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))));
  }
  return pins;
}

/** Makes a pin, or gives it other keys; `comment` is one line for people. */
export async function writePin(
  directory: string,
  pin: { readonly name: string; readonly keys: readonly string[]; readonly comment: string },
): Promise<void> {
  const temporary = temporaryPath(directory);
  const target = join(directory, 'pins', pin.name);
  try {
    for (const path of [temporary, target]) makeStoreFolder(directory, dirname(path));
    await writeFile(temporary, [`# ${pin.comment}`, ...[...pin.keys].sort(), ''].join('\n'));
    shareFile(directory, temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw systemError(error, 'writing to the sstate store', directory);
  }
}

/** Takes a pin away; false when there is none of that name. */
export async function removePin(directory: string, name: string): Promise<boolean> {
  return rm(join(directory, 'pins', name)).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw systemError(error, 'removing the pin', name);
    },
  );
}
