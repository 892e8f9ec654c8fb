import { join } from 'node:path';
import type { Datastore } from '../datastore/datastore.ts';

/** Folders in which Python modules of layers may lie, whether or not they exist: `lib` of each folder of BBPATH. */
export function libraryFolders(datastore: Datastore): readonly string[] {
  const folders = (datastore.get('BBPATH') ?? '').split(':').filter((each) => each.startsWith('/'));
  return [...new Set(folders.map((folder) => join(folder, 'lib')))];
}
