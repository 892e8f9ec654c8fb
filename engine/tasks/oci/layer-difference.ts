import { compareCodePoints } from '../../base/canonical-json.ts';
import type { TarMember } from './tar-index.ts';

/** What makes one root out of another: members of the new one, and paths that are gone. */
export interface LayerDifference {
  readonly members: readonly TarMember[];
  /** Highest paths alone: what lay below them goes with them. */
  readonly gone: readonly string[];
}

/**
 * The difference of two roots, in the order of the new one. A hard link comes along with the file that it is another name of, so
 * that both stay one file.
 */
export function layerDifference(before: readonly TarMember[], after: readonly TarMember[]): LayerDifference {
  const old = new Map(before.map((member) => [member.path, member]));
  const changed = new Set(after.filter((member) => !isSame(old.get(member.path), member)).map(({ path }) => path));
  const groups = linkGroups(after);
  for (const names of groups.values()) {
    if (names.some((path) => changed.has(path))) for (const path of names) changed.add(path);
  }
  const there = new Map(after.map((member) => [member.path, member]));
  const missing = before.map(({ path }) => path).filter((path) => !there.has(path));
  const gone = missing.filter(
    (path) => there.get(parentOf(path))?.type === '5' || (parentOf(path) === '' && path !== ''),
  );
  return { members: after.filter(({ path }) => changed.has(path)), gone: gone.toSorted(compareCodePoints) };
}

function isSame(one: TarMember | undefined, other: TarMember): boolean {
  return one?.headers === other.headers && one.content === other.content;
}

/** First name -> all names of a file that has several. */
function linkGroups(members: readonly TarMember[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { type, path, link } of members) {
    if (type !== '1') continue;
    groups.set(link, [...(groups.get(link) ?? [link]), path]);
  }
  return groups;
}

/** The folder that a path lies in; empty for those at the top. */
export function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
