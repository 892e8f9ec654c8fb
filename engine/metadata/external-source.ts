import { isAbsolute, join, normalize, posix, relative } from 'node:path';
import { parseSrcUri, type SrcUriEntry } from '../base/src-uri.ts';
import type { Datastore, WritableDatastore } from '../datastore/datastore.ts';
import { writeOut } from '../datastore/explain-value.ts';

/** A folder of the user that stands for the sources of a recipe. */
export interface ExternalSource {
  /** As `OutsideInputs.files` names it: without its path, with the place where it is laid out when that is not S. */
  readonly name: string;
  readonly path: string;
}

const inputName = 'EXTERNALSRC';

/** Whether a file of a signature is the folder that stands for sources. */
export function isExternalSource(name: string): boolean {
  return name === inputName || name.startsWith(`${inputName} at `);
}

/** What EXTERNALSRC of a finished recipe names; `undefined` when it names nothing. */
export function externalSource(datastore: Datastore): ExternalSource | undefined {
  const path = datastore.get('EXTERNALSRC') ?? '';
  if (path === '') return undefined;
  const work = datastore.get('WORKDIR') ?? '';
  const place = destinationOf(datastore);
  const isS = place === normalFolder(datastore.get('S') ?? '');
  return { name: isS ? inputName : `${inputName} at ${relative(work, place)}`, path };
}

/**
 * Takes out of SRC_URI what EXTERNALSRC stands for (EXTERNALSRC_SRC_URI is all of it): what is downloaded, but for what is laid
 * out elsewhere; local files in that folder; of the patches only those that EXTERNALSRC_PATCHED names (`*`: all). EXTERNALSRC
 * becomes an absolute path, taken from the build directory on.
 */
export function standInSources(datastore: WritableDatastore): void {
  const given = datastore.get('EXTERNALSRC')?.trim() ?? '';
  if (given === '') return;
  const path = normalFolder(isAbsolute(given) ? given : join(datastore.get('TOPDIR') ?? '/', given));
  if (path !== datastore.get('EXTERNALSRC')) writeOut(datastore, 'EXTERNALSRC', path);
  const destination = destinationOf(datastore);
  const work = normalFolder(datastore.get('WORKDIR') ?? '');
  const patched = new Set((datastore.get('EXTERNALSRC_PATCHED') ?? '').split(/\s+/));
  const entries = parseSrcUri(datastore.get('SRC_URI') ?? '');
  const isReplaced = (entry: SrcUriEntry): boolean =>
    isPatch(entry) ? patched.has('*') || patched.has(entry.path) : stands(entry, { work, destination });
  datastore.set('EXTERNALSRC_SRC_URI', wordsOf(entries), datastore.definition('EXTERNALSRC'));
  const kept = entries.filter((each) => !isReplaced(each));
  if (kept.length < entries.length) writeOut(datastore, 'SRC_URI', wordsOf(kept));
}

/** Whether an entry of SRC_URI is a patch, or a series of patches. */
export function isPatch({ type, path, parameters }: SrcUriEntry): boolean {
  if (type !== 'file') return false;
  const apply = parameters.get('apply');
  if (apply !== undefined) return /^(1|y|yes|true|on)$/i.test(apply);
  return /\.(patch|diff)(\.(gz|bz2|xz|Z|lz|zst))?$/.test(path) || /(^|\/)(series|patches)$/.test(path);
}

function destinationOf(datastore: Datastore): string {
  return normalFolder(datastore.get('EXTERNALSRC_DESTINATION') || (datastore.get('S') ?? ''));
}

interface Folders {
  readonly work: string;
  readonly destination: string;
}

function stands(entry: SrcUriEntry, { work, destination }: Folders): boolean {
  const { type, path, parameters } = entry;
  const subdir = parameters.get('subdir') ?? '';
  const root = isAbsolute(subdir) ? subdir : join(work, subdir);
  const suffix = parameters.get('destsuffix');
  if (type === 'file') {
    const name = suffix ?? (isAbsolute(path) ? posix.basename(path) : path);
    return isWithin(normalFolder(join(root, name)), destination);
  }
  const isPlaced = ['subdir', 'destsuffix'].some((name) => parameters.has(name)) || parameters.get('unpack') === '0';
  const place = normalFolder(join(root, suffix ?? ''));
  const isBeside = !isWithin(place, destination) && !isWithin(destination, place);
  const isPlainFile = parameters.get('unpack') === '0' && destination !== place && !isWithin(place, destination);
  return !(isPlaced && (isBeside || isPlainFile));
}

/** Whether a path is a folder or lies below it. */
function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function normalFolder(path: string): string {
  return normalize(path).replace(/(.)\/$/, '$1');
}

function wordsOf(entries: readonly SrcUriEntry[]): string {
  return entries.map(({ word }) => word).join(' ');
}
