import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemError } from '../base/system-error.ts';

/**
 * Writes files, each whole, patches before the recipes that name them; gives a way to put everything back. When one cannot
 * be written, all is put back. Throws StxError.
 */
export function writeFiles(files: ReadonlyMap<string, string | undefined>): () => void {
  const before = new Map<string, Buffer | undefined>();
  const made: string[] = [];
  const putBack = (): void => {
    for (const [path, content] of before) restore(path, content);
    for (const folder of made.toReversed()) removeEmpty(folder);
  };
  const order = [...files].sort(([a], [b]) => rank(a) - rank(b));
  for (const [path, text] of order) {
    before.set(path, readOrNothing(path));
    try {
      if (text === undefined) rmSync(path, { force: true });
      else {
        const first = mkdirSync(dirname(path), { recursive: true });
        if (first !== undefined) made.push(...foldersBetween(first, dirname(path)));
        place(path, text);
      }
    } catch (error) {
      putBack();
      throw systemError(error, 'writing', path);
    }
  }
  return putBack;
}

/** A file that is named by nothing yet does no harm; one that is named must be there. */
function rank(path: string): number {
  return /\.(bb|bbappend|inc|conf)$/.test(path) ? 1 : 0;
}

function place(path: string, content: string | Buffer): void {
  const temporary = `${path}.${process.pid}.new`;
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  try {
    writeFileSync(temporary, content, mode === undefined ? {} : { mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function restore(path: string, content: Buffer | undefined): void {
  if (content === undefined) rmSync(path, { force: true });
  else place(path, content);
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function foldersBetween(first: string, last: string): readonly string[] {
  const found: string[] = [];
  for (let each = last; each.length >= first.length; each = dirname(each)) found.unshift(each);
  return found;
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody has put something there.
  }
}
