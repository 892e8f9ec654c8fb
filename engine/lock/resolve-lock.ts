import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveDeb } from './deb/resolve-deb.ts';
import type { LockRequest, Resolution } from './lock-request.ts';
import { resolveRpm } from './rpm/resolve-rpm.ts';

/**
 * Resolves what the roots ask for against the signed indexes of the repositories, in a folder of its own that is gone
 * afterwards. Throws StxError (`lock-failed`, `key-not-trusted`).
 */
export async function resolveLock(request: LockRequest): Promise<Resolution> {
  const directory = await mkdtemp(join(tmpdir(), 'stx-lock-'));
  try {
    return await (request.resolver === 'apt' ? resolveDeb : resolveRpm)(request, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
