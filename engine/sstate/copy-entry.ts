import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  linkSync,
  lstatSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isKeptAttribute } from './attributes.ts';
import { hashOfContent } from './blob-files.ts';
import { systemCalls } from './system-calls.ts';

/** Names of one file, as they are met: device and inode -> where the first one was copied to. */
export type CopiedFiles = Map<string, string>;

/**
 * Copies a file, link, pipe or device to a path in place of what is there, atomically: with mode, owner and extended
 * attributes as far as this user may, and as a hard link if another name of the same file was copied before. What is
 * there already is left alone. Throws what the file system throws.
 */
export function copyEntry(source: string, target: string, copied: CopiedFiles): void {
  const stats = lstatSync(source);
  const inode = stats.isFile() && stats.nlink > 1 ? `${stats.dev}:${stats.ino}` : undefined;
  const first = inode === undefined ? undefined : copied.get(inode);
  if (inode !== undefined && first === undefined) copied.set(inode, target);
  if (isSame(source, target, { stats, first })) return;
  const temporary = join(dirname(target), `.stx-${process.pid}-${crypto.randomUUID()}`);
  try {
    if (first !== undefined) linkSync(first, temporary);
    else if (stats.isSymbolicLink()) symlinkSync(readlinkSync(source), temporary);
    else if (stats.isFile()) copyFileSync(source, temporary, constants.COPYFILE_FICLONE);
    else systemCalls()?.makeNode(temporary, stats.mode, stats.rdev);
    if (first === undefined) copyAttributes(source, temporary, stats);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function isSame(
  source: string,
  target: string,
  { stats, first }: { readonly stats: Stats; readonly first: string | undefined },
): boolean {
  const there = lstatSync(target, { throwIfNoEntry: false });
  if (there === undefined || there.mode !== stats.mode || there.uid !== wantedUid(stats)) return false;
  if (first !== undefined) return lstatSync(first).ino === there.ino;
  if (stats.isSymbolicLink()) return readlinkSync(source) === readlinkSync(target);
  if (!stats.isFile()) return there.rdev === stats.rdev;
  if (there.size !== stats.size || stats.nlink > 1 !== there.nlink > 1) return false;
  if (extendedText(source) !== extendedText(target)) return false;
  return hashOfContent(source, stats.size) === hashOfContent(target, stats.size);
}

/** Only root can give files away. */
function wantedUid({ uid }: Stats): number {
  const own = process.getuid?.() ?? uid;
  return own === 0 ? uid : own;
}

function copyAttributes(source: string, target: string, stats: Stats): void {
  if (process.getuid?.() === 0) lchownSync(target, stats.uid, stats.gid);
  // After a change of the owner, which takes bits away; nodes were made with the umask.
  if (!stats.isSymbolicLink()) chmodSync(target, stats.mode & 0o7777);
  for (const [name, value] of kept(source)) systemCalls()?.setAttribute(target, name, value);
}

function kept(path: string): readonly (readonly [string, Buffer])[] {
  return [...(systemCalls()?.attributes(path) ?? [])].filter(([name]) => isKeptAttribute(name));
}

function extendedText(path: string): string {
  return kept(path)
    .map(([name, value]) => `${name}=${value.toString('base64')}`)
    .sort()
    .join('\n');
}
