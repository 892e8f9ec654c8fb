import { sha256 } from '../base/sha256.ts';
import type { DescribedTask } from '../signatures/described-task.ts';

/** Digest of all that a task takes in itself, what its dependencies hand on left out: equal digests need no closer look. */
export function ownDigest({ baseHash, noexec, inputs: { metadata, outside } }: DescribedTask): string {
  return sha256(JSON.stringify([noexec ? '' : baseHash, metadata.surroundings, outside]));
}
