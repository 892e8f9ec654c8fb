import type { Recipe } from '../metadata/recipe.ts';
import { shortPath, table } from './place.ts';

/** A file that was read. */
export interface ReadFile {
  readonly path: string;
  readonly kind: 'configuration' | 'class' | 'recipe' | 'append' | 'include' | 'other';
}

/** What a recipe depends on: files in the order in which they were first read, and places where no file was. */
export interface FilesAnswer {
  readonly read: readonly ReadFile[];
  readonly lookedFor: readonly string[];
}

const kinds: Readonly<Record<string, ReadFile['kind']>> = {
  conf: 'configuration',
  bbclass: 'class',
  bb: 'recipe',
  bbappend: 'append',
  inc: 'include',
};

/** The files of a recipe, those of its configuration first. */
export function inspectFiles(recipe: Recipe): FilesAnswer {
  return {
    read: recipe.filesRead.map((path) => ({ path, kind: kinds[path.split('.').at(-1) ?? ''] ?? 'other' })),
    lookedFor: recipe.filesLookedFor,
  };
}

/** `read KIND PATH` for each file, then `absent PATH`. */
export function filesText({ read, lookedFor }: FilesAnswer, base: string): string {
  const rows = read.map(({ path, kind }) => ['read', kind, shortPath(path, base)]);
  return table([...rows, ...lookedFor.map((path) => ['absent', '', shortPath(path, base)])]);
}
