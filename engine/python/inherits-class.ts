import type { Datastore } from '../datastore/datastore.ts';
import { words } from './values/text-methods.ts';

/** The classes inherited so far; `metadata/` keeps their paths, separated by spaces, in `__inherit_cache`. */
export function inheritsClass(name: string, datastore: Datastore): boolean {
  const paths = words(datastore.getUnexpanded('__inherit_cache') ?? '');
  return paths.some((path) => path === `${name}.bbclass` || path.endsWith(`/${name}.bbclass`));
}
