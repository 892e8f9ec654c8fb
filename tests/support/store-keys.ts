import { sha256 } from '../../engine/base/sha256.ts';

/** The key under which the result of a source folder is stored. */
export function keyOf(source: string): string {
  return sha256(source);
}
