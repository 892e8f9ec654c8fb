import { sha256 } from '../base/sha256.ts';
import type { DescribedTask } from '../signatures/described-task.ts';

/** Digest of what a task takes in itself besides its base, what its dependencies hand on left out. */
export function ownDigest({ inputs: { metadata, outside } }: DescribedTask): string {
  return sha256(JSON.stringify([metadata.surroundings, outside]));
}
