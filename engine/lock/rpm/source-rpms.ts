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
    each.sources ? [{ ...each, id: `${each.id}-source`, url: each.sources, fallbacks: each.sourceFallbacks }] : [],
  );
}

/** A source package, and the repository that has it. */
export type SourceRpm = IndexedPackage & { readonly repository: string };

/** The newest source package of each name that a recipe asks for. Throws StxError `lock-failed` for one that is nowhere. */
export async function newestSources(
  { sources }: LockRequest,
  indexes: ReadonlyMap<string, CopiedIndex>,
): Promise<ReadonlyMap<string, SourceRpm>> {
  const newest = new Map<string, SourceRpm>();
  for (const [repository, { primary }] of indexes) {
    for await (const each of readIndexed(primary)) {
      if (each.architecture !== 'src' || !sources.has(each.name)) continue;
      const best = newest.get(each.name);
      if (best === undefined || compareRpmVersions(each.version, best.version) > 0) {
        newest.set(each.name, { ...each, repository });
      }
    }
  }
  const lost = [...sources.keys()].find((name) => !newest.has(name));
  if (lost === undefined) return newest;
  throw StxError.of('lock-failed', `the repositories have no source package \`${lost}\``, {
    help: 'REPOSITORY_SOURCES says where source packages lie',
  });
}

/** Their records. */
export function sourceRecords({ sources }: LockRequest, newest: ReadonlyMap<string, SourceRpm>): readonly LockRecord[] {
  return [...newest].map(([name, found]) => {
    const roots = sources.get(name) ?? [];
    return {
      ...{ name, type: 'srpm' as const, version: found.version, architecture: 'src', repository: found.repository },
      ...lockedFile(found),
      ...(found.license === '' ? {} : { license: found.license }),
      roots: [...roots].sort(compareCodePoints),
    };
  });
}
