import { compareCodePoints } from '../../base/canonical-json.ts';
import type { LockRecord } from '../../base/lock-record.ts';
import { StxError } from '../../base/stx-error.ts';
import type { LockRequest, Repository } from '../lock-request.ts';
import { compareRpmVersions } from './compare-versions.ts';
import type { CopiedIndex } from './copy-index.ts';
import { type IndexedPackage, lockedFile, readIndexed } from './primary.ts';

/** The repositories in which source packages lie, when recipes name any: `ID-source` at REPOSITORY_SOURCES of each. */
export function sourceRepositories({ repositories, sources }: LockRequest): readonly Repository[] {
  if (sources.size === 0) return [];
  return repositories.flatMap((each) =>
    each.sources ? [{ ...each, id: `${each.id}-source`, url: each.sources }] : [],
  );
}

/** The newest source package of each name that a recipe asks for. Throws StxError `lock-failed` for one that is nowhere. */
export async function sourceRpms(
  { sources }: LockRequest,
  indexes: ReadonlyMap<string, CopiedIndex>,
): Promise<readonly LockRecord[]> {
  const newest = new Map<string, IndexedPackage & { readonly repository: string }>();
  for (const [repository, { primary }] of indexes) {
    for await (const each of readIndexed(primary)) {
      if (each.architecture !== 'src' || !sources.has(each.name)) continue;
      const best = newest.get(each.name);
      if (best === undefined || compareRpmVersions(each.version, best.version) > 0) {
        newest.set(each.name, { ...each, repository });
      }
    }
  }
  return [...sources].map(([name, roots]) => {
    const found = newest.get(name);
    if (found === undefined) {
      throw StxError.of('lock-failed', `the repositories have no source package \`${name}\``, {
        help: 'REPOSITORY_SOURCES says where source packages lie',
      });
    }
    return {
      ...{ name, type: 'srpm' as const, version: found.version, architecture: 'src', repository: found.repository },
      ...lockedFile(found),
      ...(found.license === '' ? {} : { license: found.license }),
      roots: [...roots].sort(compareCodePoints),
    };
  });
}
