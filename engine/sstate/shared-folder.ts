import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** What the store's own folder lets others do: read and write for files, also enter, and pass its group on, for folders. */
interface Sharing {
  readonly file: number;
  readonly folder: number;
}

const known = new Map<string, Sharing>();

/** As of the first look; a store that is not there yet is made as the umask says, and shared so. */
function sharingOf(directory: string): Sharing {
  const before = known.get(directory);
  if (before !== undefined) return before;
  mkdirSync(directory, { recursive: true });
  const { mode } = statSync(directory);
  const sharing = { file: mode & 0o066, folder: mode & 0o2077 };
  known.set(directory, sharing);
  return sharing;
}

/**
 * Makes a folder of the store: whoever may write in the store's own folder may write there, whatever the umask of its
 * maker is. Throws what the file system throws.
 */
export function makeStoreFolder(directory: string, folder: string): void {
  const sharing = sharingOf(directory);
  const first = mkdirSync(folder, { recursive: true });
  for (const made of first === undefined ? [] : chain(first, folder)) widen(made, sharing.folder);
}

/** Lets others read a finished file, and note its use, as far as the store's folder lets them. */
export function shareFile(directory: string, path: string): void {
  widen(path, sharingOf(directory).file);
}

function widen(path: string, bits: number): void {
  const { mode } = statSync(path);
  if ((mode & bits) !== bits) chmodSync(path, (mode | bits) & 0o7777);
}

/** The folders from the first one that was made to the last. */
function chain(first: string, last: string): readonly string[] {
  const folders = [last];
  for (let each = last; each !== first && each.length > first.length; each = dirname(each)) folders.push(dirname(each));
  return folders;
}
