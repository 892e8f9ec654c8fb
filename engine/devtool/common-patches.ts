import { join } from 'node:path';
import type { FileReader } from '../base/file-reader.ts';
import { parseSrcUri } from '../base/src-uri.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { findLocalFile, plainFileDirectories } from '../metadata/local-files.ts';
import type { PatchStep } from '../tasks/patch/patch-list.ts';

/** Patches of a recipe, told apart by where they hold. */
export interface SortedPatches<Step extends PatchStep> {
  /** The same for every system and configuration. */
  readonly common: readonly Step[];
  /** Those of some systems alone, as `file://` names them. */
  readonly left: readonly string[];
}

/**
 * Tells patches of every system from those that a system, release, family or machine has by itself: by a folder of its word,
 * or by an override in SRC_URI. `others`: the recipe in other configurations. A series counts whole.
 */
export function sortPatches<Step extends PatchStep>(
  steps: readonly Step[],
  datastore: Datastore,
  more: { readonly files: FileReader; readonly others: readonly Datastore[] },
): SortedPatches<Step> {
  const own = new Set<string>();
  for (const step of steps) if (!isCommon(step, datastore, more)) own.add(entryOf(step.name, datastore));
  const isOwn = (step: Step): boolean => own.has(entryOf(step.name, datastore));
  return {
    common: steps.filter((each) => !isOwn(each)),
    left: steps.filter(isOwn).map(({ name }) => name),
  };
}

/** Patches of a series folder under their whole names, `patches/a.patch`, as SRC_URI would name them. */
export function withWholeNames(steps: readonly PatchStep[], datastore: Datastore): readonly PatchStep[] {
  const entries = wholeUri(datastore).map(({ path }) => path.replace(/\/$/, ''));
  return steps.map((step) => {
    if (entries.includes(step.name)) return step;
    const series = entries.find((each) => step.path.endsWith(`/${each}/${step.name}`));
    return series === undefined ? step : { ...step, name: `${series}/${step.name}` };
  });
}

/** The entry of SRC_URI that brings a patch: of one in a series, the series. */
function entryOf(name: string, datastore: Datastore): string {
  const names = wholeUri(datastore).map(({ path }) => path);
  return names.includes(name) ? name : (names.find((each) => name.startsWith(`${each}/`)) ?? name);
}

function isCommon(
  { name, path }: PatchStep,
  datastore: Datastore,
  { files, others }: { readonly files: FileReader; readonly others: readonly Datastore[] },
): boolean {
  const entry = entryOf(name, datastore);
  const isEverywhere = others.every(
    (each) => wholeUri(each).some((other) => other.path === entry) && findLocalFile(each, files, name).path === path,
  );
  if (!isEverywhere || isOfOverride(entry, datastore)) return false;
  const folders = plainFileDirectories(datastore);
  if (hasOther(name, path, { folders, files })) return false;
  // A source package of a vendor is of one family of systems by nature.
  if (datastore.getUnexpanded('PKGMETA_URI') !== undefined) return true;
  const words = ['', 'local', `pn-${datastore.get('PN') ?? ''}`];
  const plain = folders.flatMap((folder) => words.map((word) => join(folder, word, name)));
  return plain.includes(path) || !folders.some((folder) => path.startsWith(`${folder}/`));
}

/** Whether a word's folder beside has a file of that name. */
function hasOther(
  name: string,
  path: string,
  { folders, files }: { readonly folders: readonly string[]; readonly files: FileReader },
): boolean {
  return folders.some((folder) =>
    (files.kind(folder) === 'directory' ? files.list(folder) : []).some((word) => {
      const other = join(folder, word, name);
      return other !== path && files.kind(other) === 'file';
    }),
  );
}

/** Whether SRC_URI names an entry under an override alone. */
function isOfOverride(entry: string, datastore: Datastore): boolean {
  const pn = `pn-${datastore.get('PN') ?? ''}`;
  const events = datastore.history('SRC_URI').filter(({ value, flag }) => flag === undefined && value.includes(entry));
  const named = events.filter(({ value }) => value.split(/[\s;]+/).some((word) => word.endsWith(`://${entry}`)));
  return named.length > 0 && named.every(({ override }) => override !== undefined && override !== pn);
}

function wholeUri(datastore: Datastore) {
  return parseSrcUri(datastore.get('EXTERNALSRC_SRC_URI') ?? datastore.get('SRC_URI') ?? '');
}
