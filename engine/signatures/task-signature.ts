import type { BaseHash, TaskHash, TaskSignature } from '../base/brands.ts';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { sha256 } from '../base/sha256.ts';
import type { MetadataInputs, OutsideInputs } from '../messages/task-inputs.ts';

/** Hash of what a task's text says. */
export function baseHash({ body, variables }: MetadataInputs): BaseHash {
  return sha256(canonicalJson({ body, variables })) as BaseHash;
}

/** Hash of a task with the task hashes of its dependencies, by their names (`recipe:do_task`). */
export function taskHash(own: OwnInputs, dependencies: Readonly<Record<string, string>>): TaskHash {
  return combine('task', { ...own, surroundings: {} }, dependencies) as TaskHash;
}

/** Key of the action cache: as taskHash, with what the task runs in and the output digest of each dependency that captures, else its signature. */
export function taskSignature(own: OwnInputs, dependencies: Readonly<Record<string, string>>): TaskSignature {
  return combine('signature', own, dependencies) as TaskSignature;
}

/** What a task's hashes take in of the task itself. */
export interface OwnInputs {
  readonly base: BaseHash;
  readonly surroundings: MetadataInputs['surroundings'];
  readonly outside: OutsideInputs;
}

function combine(kind: string, own: OwnInputs, dependencies: Readonly<Record<string, string>>): string {
  const { base, surroundings } = own;
  return sha256(canonicalJson({ kind, base, surroundings, outside: own.outside as unknown as Json, dependencies }));
}
