import { dirname, isAbsolute, join, normalize } from 'node:path';
import type { FileReader } from '../base/file-reader.ts';
import { seriesLines } from '../base/patch-series.ts';
import { parseSrcUri } from '../base/src-uri.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { SearchResult } from './search-path.ts';

/** A `file://` entry of SRC_URI with where it was found (file or directory). */
export interface LocalSource extends SearchResult {
  readonly name: string;
}

/** Looks a local file or directory up along FILESPATH, in each directory first below the strongest override word. */
export function findLocalFile(datastore: Datastore, files: FileReader, name: string): SearchResult {
  const lookedFor: string[] = [];
  const candidates = isAbsolute(name) ? [name] : fileDirectories(datastore).map((directory) => join(directory, name));
  for (const candidate of candidates.map((each) => normalize(each))) {
    if (files.kind(candidate) !== 'missing') return { path: candidate, lookedFor };
    lookedFor.push(candidate);
  }
  return { path: undefined, lookedFor };
}

/**
 * Every `file://` entry of SRC_URI, in order. A folder with a quilt `series` is put together: the strongest `series` says
 * which patches there are, each is taken from the strongest folder that has it, and follows its folder when that is another one.
 */
export function findLocalSources(datastore: Datastore, files: FileReader): readonly LocalSource[] {
  return parseSrcUri(datastore.get('SRC_URI') ?? '')
    .filter((entry) => entry.type === 'file')
    .flatMap(({ path: name }) => {
      const found = { name, ...findLocalFile(datastore, files, name) };
      const isFolder = found.path !== undefined && !isAbsolute(name) && files.kind(found.path) === 'directory';
      return isFolder ? seriesFolder(found, datastore, files) : [found];
    });
}

function seriesFolder(found: LocalSource, datastore: Datastore, files: FileReader): readonly LocalSource[] {
  const { path: series } = findLocalFile(datastore, files, join(found.name, 'series'));
  if (series === undefined) return [found];
  const folder = dirname(series);
  const names = seriesLines(files.readText(series) ?? '').map((line) => line.name);
  const members = names
    .filter((name) => !isAbsolute(name) && !name.split('/').includes('..'))
    .map((name) => ({ name: join(found.name, name), ...findLocalFile(datastore, files, join(found.name, name)) }))
    .filter(({ name, path }) => path !== undefined && path !== join(folder, name.slice(found.name.length)));
  return [{ ...found, path: folder }, ...members];
}

/** The directories of FILESEXTRAPATHS and FILESPATH, each with its override subdirectories in front, each once. */
export function fileDirectories(datastore: Datastore): readonly string[] {
  const words = [...datastore.overrides()].reverse().filter((word) => word !== '' && !word.includes('/'));
  const directories = new Set<string>();
  for (const directory of [...extraDirectories(datastore), ...mainDirectories(datastore)]) {
    for (const word of words) directories.add(join(directory, word));
    directories.add(normalize(directory).replace(/(.)\/$/, '$1'));
  }
  return [...directories];
}

/** The directories of FILESEXTRAPATHS and FILESPATH alone, strongest first. */
export function plainFileDirectories(datastore: Datastore): readonly string[] {
  const all = [...extraDirectories(datastore), ...mainDirectories(datastore)];
  return [...new Set(all.map((each) => normalize(each).replace(/(.)\/$/, '$1')))];
}

function extraDirectories(datastore: Datastore): readonly string[] {
  return split(datastore.get('FILESEXTRAPATHS')).filter((each) => each !== '__default');
}

function mainDirectories(datastore: Datastore): readonly string[] {
  const given = datastore.get('FILESPATH');
  if (given !== undefined) return split(given);
  const file = datastore.get('FILE') ?? '';
  const beside = datastore.get('FILE_DIRNAME') ?? file.slice(0, Math.max(0, file.lastIndexOf('/')));
  const names = [datastore.get('BP'), datastore.get('BPN'), 'files'];
  return names.flatMap((name) => (name ? [join(beside, name)] : []));
}

function split(path: string | undefined): readonly string[] {
  return (path ?? '')
    .split(':')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
