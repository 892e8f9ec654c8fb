import type { LockRequest, Repository, RootRequest } from '../../engine/lock/lock-request.ts';
import type { SigningKey } from './signed-archive.ts';

/** A repository whose only key is this one. */
export function repository(id: string, url: string, key: SigningKey): Repository {
  return {
    ...{ id, url, sources: '', suite: 'stable', components: ['main'], signature: 'index', keyUrl: '' },
    keyrings: [key.keyring],
    fingerprints: [key.fingerprint],
  };
}

/** A request for an amd64 lock from apt repositories: root -> packages it asks for, or the whole of what it is. */
export function lockRequest(
  repositories: readonly Repository[],
  roots: Readonly<Record<string, readonly string[] | RootRequest>>,
): LockRequest {
  const requests = Object.entries(roots).map(
    ([name, root]) => [name, 'packages' in root ? root : { packages: root }] as const,
  );
  return {
    ...{ resolver: 'apt', repositories, architecture: 'amd64', keyFolder: '/nonexistent', keep: [] },
    roots: new Map(requests),
    sources: new Map(),
  };
}
