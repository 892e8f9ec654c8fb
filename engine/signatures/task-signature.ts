import type { BaseHash, TaskHash, TaskSignature } from '../base/brands.ts';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { sha256 } from '../base/sha256.ts';
import type { MetadataInputs, OutsideInputs } from '../messages/task-inputs.ts';

/** Hash of what a task's text says: of its base record. */
export function baseHash(metadata: MetadataInputs): BaseHash {
  return sha256(baseRecord(metadata)) as BaseHash;
}

/** What a task's text says, as canonical JSON: `body` and `variables` of MetadataInputs. */
export function baseRecord({ body, variables }: MetadataInputs): string {
  return canonicalJson({ body, variables });
}

/** Hash of a task with the task hashes of its dependencies, by their names (`recipe:do_task`). */
export function taskHash(own: OwnInputs, dependencies: Readonly<Record<string, string>>): TaskHash {
  return sha256(record('task', { ...own, surroundings: {} }, dependencies)) as TaskHash;
}

/** Key of the action cache: as taskHash, with what the task runs in and the output digest of each dependency that captures, else its signature. */
export function taskSignature(own: OwnInputs, dependencies: Readonly<Record<string, string>>): TaskSignature {
  return sha256(signatureRecord(own, dependencies)) as TaskSignature;
}

/** The canonical JSON whose SHA-256 is the signature: kind, base (hash), surroundings, outside, dependencies. */
export function signatureRecord(own: OwnInputs, dependencies: Readonly<Record<string, string>>): string {
  return record('signature', own, dependencies);
}

/** What a task's hashes take in of the task itself. */
export interface OwnInputs {
  readonly base: BaseHash;
  readonly surroundings: MetadataInputs['surroundings'];
  readonly outside: OutsideInputs;
}

function record(kind: string, own: OwnInputs, dependencies: Readonly<Record<string, string>>): string {
  const { base, surroundings } = own;
  return canonicalJson({ kind, base, surroundings, outside: own.outside as unknown as Json, dependencies });
}
