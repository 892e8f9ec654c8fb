import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { sha256 } from '../base/sha256.ts';
import { systemError } from '../base/system-error.ts';
import { takeLocks } from './file-locks.ts';

/** Where roots are laid out, each under the key of what it is made of, and by which name it is wanted. */
export interface StoredRoot {
  /** ROOTS_STORE: one folder for all configurations. */
  readonly store: string;
  /** 64 hexadecimal digits; equal keys mean equal roots. */
  readonly key: string;
  /** Becomes a link to the root. */
  readonly name: string;
}

/**
 * Gives a root its name: one that is there is taken as it stands, another one is made by `fill` in an empty folder and
 * appears whole; of several tasks that want the same one, one makes it. What the name meant before goes when nothing else means it.
 * Gives the folder of the root.
 */
export async function nameRoot(
  root: StoredRoot,
  fill: (fresh: string) => Promise<void>,
  signal: AbortSignal,
): Promise<string> {
  const place = join(root.store, 'content', root.key);
  if (await claim(root, signal)) return place;
  await using locks = await takeLocks({ lockFiles: [join(root.store, 'locks', root.key)] }, signal);
  if (!locks.held) signal.throwIfAborted();
  if (await claim(root, signal)) return place;
  try {
    await make(place, fill, signal);
  } catch (error) {
    throw systemError(error, 'making', root.name);
  }
  await claim(root, signal);
  return place;
}

async function make(place: string, fill: (fresh: string) => Promise<void>, signal: AbortSignal): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  const fresh = await mkdtemp(`${place}.new-`);
  try {
    await chmod(fresh, 0o755);
    await fill(fresh);
    signal.throwIfAborted();
    await rename(fresh, place);
  } catch (error) {
    await removeTree(fresh);
    // Another task has made the same one meanwhile.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

/** The key of the root that a name means. Throws StxError when it means none. */
export async function rootKey(name: string): Promise<string> {
  const target = await readlink(name).catch((error: unknown) => {
    throw systemError(error, 'reading', name);
  });
  return basename(target);
}

/** Under the lock of the store, so that no other task removes the root meanwhile; false: there is no such root. */
async function claim({ store, key, name }: StoredRoot, signal: AbortSignal): Promise<boolean> {
  await using locks = await takeLocks({ lockFiles: [join(store, 'lock')] }, signal);
  if (!locks.held) signal.throwIfAborted();
  const root = join(store, 'content', key);
  if (!(await isThere(root))) return false;
  const before = await readlink(name).catch(() => undefined);
  const users = join(store, 'users', key);
  await mkdir(users, { recursive: true });
  await writeFile(join(users, sha256(name)), name);
  await setLink(name, root);
  const old = before === undefined ? key : basename(before);
  if (old !== key) await dropUnused(store, old);
  return true;
}

async function setLink(name: string, root: string): Promise<void> {
  const fresh = `${name}.stx-new`;
  await mkdir(dirname(name), { recursive: true });
  await rm(fresh, { recursive: true, force: true });
  await symlink(relative(dirname(name), root), fresh);
  const present = await lstat(name).catch(() => undefined);
  if (present?.isDirectory()) await removeTree(name);
  await rename(fresh, name);
}

/** Removes a root that no name means any more. */
async function dropUnused(store: string, key: string): Promise<void> {
  const root = join(store, 'content', key);
  const users = join(store, 'users', key);
  for (const user of await readdir(users).catch(() => [])) {
    const name = await readFile(join(users, user), 'utf8').catch(() => '');
    const target = await readlink(name).catch(() => undefined);
    if (target !== undefined && resolve(dirname(name), target) === resolve(root)) return;
    await rm(join(users, user), { force: true });
  }
  await removeTree(root);
  await removeTree(users);
  await rm(join(store, 'locks', key), { force: true });
}

async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
