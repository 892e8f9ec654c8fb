import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemError } from '../../base/system-error.ts';

/** What a number is given to: the packages of one version of a recipe for one system. */
export interface RevisionKey {
  /** Such as `DISTRO-CODENAME-ARCH`. */
  readonly system: string;
  readonly recipe: string;
  readonly version: string;
}

/**
 * How contents get numbers. `content`: a content has one number for good, a new one the next. `monotonic`: also an older
 * content that comes back gets a new number, so that installed systems follow.
 */
export type RevisionPolicy = 'content' | 'monotonic';

/**
 * The number of a content (its digest), from 0 on. The store is a folder per key with a file per number that holds the
 * digest; whoever creates a file first has its number, so any number of builds may share the store.
 */
export async function revisionNumber(
  store: string,
  key: RevisionKey,
  content: { readonly digest: string; readonly policy: RevisionPolicy },
): Promise<number> {
  const directory = join(store, fileName(key.system), fileName(`${key.recipe}_${key.version}`));
  try {
    await mkdir(directory, { recursive: true });
    for (;;) {
      const known = await knownNumbers(directory);
      const found = findKnown(known, content);
      if (found !== undefined) return found;
      const next = Math.max(-1, ...known.keys()) + 1;
      if (await claim(directory, next, content.digest)) return next;
    }
  } catch (error) {
    throw systemError(error, 'writing', directory);
  }
}

function findKnown(
  known: ReadonlyMap<number, string>,
  content: { readonly digest: string; readonly policy: RevisionPolicy },
): number | undefined {
  const numbers = [...known.keys()].sort((a, b) => b - a);
  const candidates = content.policy === 'monotonic' ? numbers.slice(0, 1) : numbers;
  return candidates.find((number) => known.get(number) === content.digest);
}

async function knownNumbers(directory: string): Promise<ReadonlyMap<number, string>> {
  const names = (await readdir(directory)).filter((name) => /^\d+$/.test(name));
  const digests = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  return new Map(names.map((name, index) => [Number(name), digests[index]?.trim() ?? '']));
}

/** Whole or not at all, and only when nobody was first: a link to a finished file. */
async function claim(directory: string, number: number, digest: string): Promise<boolean> {
  const temporary = join(directory, `.${process.pid}-${Math.random().toString(36).slice(2)}`);
  await writeFile(temporary, `${digest}\n`);
  try {
    await link(temporary, join(directory, String(number)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

function fileName(text: string): string {
  return text.replace(/[^A-Za-z0-9+._~-]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
