import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VendorRoot } from './facts.ts';

/** Reads what a root of vendor packages offers; of no root, nothing. */
export async function readVendorRoot(root: string): Promise<VendorRoot> {
  if (root === '') return { hasLibrary: () => false, hasUser: () => false, hasGroup: () => false };
  const users = await firstFields(join(root, 'etc/passwd'));
  const groups = await firstFields(join(root, 'etc/group'));
  const folders = await libraryFolders(root);
  return {
    hasLibrary: (soname) => folders.some((folder) => existsSync(join(root, folder, soname))),
    hasUser: (name) => name === 'root' || users.has(name),
    hasGroup: (name) => name === 'root' || groups.has(name),
  };
}

async function firstFields(path: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return new Set(text.split('\n').map((line) => line.slice(0, Math.max(0, line.indexOf(':')))));
}

/** Folders where the dynamic linker of the root looks: the usual ones, and those of ld.so.conf.d. */
async function libraryFolders(root: string): Promise<readonly string[]> {
  const usual = ['lib', 'lib64', 'usr/lib', 'usr/lib64'];
  const triplets = usual.flatMap((folder) =>
    names(join(root, folder))
      .filter((name) => name.includes('-linux-'))
      .map((name) => join(folder, name)),
  );
  const configured: string[] = [];
  for (const name of names(join(root, 'etc/ld.so.conf.d'))) {
    const text = await readFile(join(root, 'etc/ld.so.conf.d', name), 'utf8').catch(() => '');
    configured.push(...text.split('\n').filter((line) => line.startsWith('/')));
  }
  return [...usual, ...triplets, ...configured];
}

function names(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
