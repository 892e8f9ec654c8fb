import { isUtf8 } from 'node:buffer';
import {
  chownSync,
  closeSync,
  type Dirent,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { compareCodePoints } from '../base/canonical-json.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import type { FileKind } from '../language/statements.ts';
import { fileKindOf } from '../metadata/file-cache.ts';

/** A recipe, append, class, include or configuration file by its absolute path. */
export interface MetadataFile {
  readonly path: string;
  readonly kind: FileKind;
}

/** Text of a file and how its bytes are read, so that writing it back changes nothing else. */
export interface FileText {
  readonly text: string;
  readonly encoding: 'utf8' | 'latin1';
}

/**
 * The metadata files that paths of the command line mean, folders with all below them, each once. Throws StxError
 * `bad-argument` for a path that is not there or is no such file.
 */
export function findMetadataFiles(paths: readonly string[]): readonly MetadataFile[] {
  const found = new Map<string, MetadataFile>();
  for (const each of paths) for (const file of filesAt(each)) found.set(file.path, file);
  return [...found.values()];
}

function filesAt(word: string): readonly MetadataFile[] {
  const path = resolve(word);
  const stats = statOf(path);
  if (stats === undefined) {
    const help = lstatSync(path, { throwIfNoEntry: false }) === undefined ? undefined : 'it is a link to nothing';
    throw StxError.of('bad-argument', `there is no file or folder \`${word}\``, { help });
  }
  if (stats.isDirectory()) return filesBelow(path, path);
  const kind = kindOf(path);
  if (kind !== undefined && stats.isFile()) return [{ path, kind }];
  const help = 'name .bb, .bbappend, .bbclass, .inc or .conf files, or folders that hold them';
  throw StxError.of('bad-argument', `\`${word}\` is no recipe, class or configuration file`, { help });
}

function kindOf(path: string): FileKind | undefined {
  return fileKindOf(path.replace(/\.(?:sample|template)$/, ''));
}

/** Links to folders are not followed: what they lead to has a path of its own. */
function filesBelow(folder: string, top: string): readonly MetadataFile[] {
  const entries = [...entriesOf(folder)].sort((a, b) => compareCodePoints(a.name, b.name));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || entry.name === 'node_modules') return [];
    if (entry.isDirectory()) return filesBelow(path, top);
    const kind = kindOf(path);
    const isFile = entry.isFile() || (entry.isSymbolicLink() && statOf(path)?.isFile());
    return isFile && kind !== undefined && isOurs(path, kind) ? [{ path, kind }] : [];
  });
}

/** A link that leads nowhere, or in a circle, is nothing. */
function statOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw systemError(error, 'listing', folder);
  }
}

/** A `.conf` below `conf/` is BitBake's; one among the files of a recipe is not. */
function isOurs(path: string, kind: FileKind): boolean {
  if (kind !== 'configuration') return !/\/files\//.test(path);
  return /\/conf\//.test(path) && !/\/(?:recipes(?:-[^/]*)?|files)\//.test(path);
}

/** The text of a file; bytes that are no UTF-8 are kept as they are. Throws StxError `file-not-readable`. */
export function readFileText(path: string): FileText {
  try {
    const bytes = readFileSync(path);
    const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
    return { text: bytes.toString(encoding), encoding };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    const more = { origin: 'environment', cause: error } as const;
    throw StxError.of('file-not-readable', `cannot read \`${path}\`: ${reason}`, more);
  }
}

/** Replaces a file whole or not at all: owner, mode and a link that leads to it stay. Throws StxError. */
export function replaceFile(path: string, { text, encoding }: FileText): void {
  const target = realpathSync(path);
  const temporary = `${target}.${process.pid}.new`;
  try {
    const { mode, uid, gid } = statSync(target);
    const file = openSync(temporary, 'wx', mode);
    try {
      const bytes = Buffer.from(text, encoding);
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      fchmodSync(file, mode);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const made = statSync(temporary);
    if (made.uid !== uid || made.gid !== gid) chownSync(temporary, uid, gid);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw systemError(error, 'writing', path);
  }
}
