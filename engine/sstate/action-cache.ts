import type { Digest } from '../base/digest.ts';

/** A stored result of a task: what it left and what it was made from (Remote Execution API: ActionResult). */
export interface ActionResult {
  /** One per output directory of the task, in its order: digest of a `Tree` blob (sstate/reapi/tree). */
  readonly trees: readonly Digest[];
  /**
   * Blobs beside the trees, by name: `attributes/N` for what tree N has beyond modes (sstate/attributes), and
   * `record/signature` and `record/base`, the texts behind its key, and `record/below`, those of tasks without results below it.
   */
  readonly files?: Readonly<Record<string, Digest>>;
  /** Identifies the captured content alone: the digest over trees and attributes. No times, no logs. */
  readonly output: Digest;
  /** Digests of the dependencies' outputs that the result was made with: task key -> output digest or signature. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly durationMs: number;
  /** Messages of others in `execution_metadata.auxiliary_metadata`, such as signatures. Not part of the result's digest. */
  readonly auxiliary?: readonly AuxiliaryMessage[];
}

/** A `google.protobuf.Any`. */
export interface AuxiliaryMessage {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/** Signature -> result. Methods take many keys, so that a remote one needs one round trip. */
export interface ActionCache {
  /** Results by key; keys without a usable result are absent. A damaged entry is a miss. */
  find(keys: readonly string[]): Promise<ReadonlyMap<string, ActionResult>>;
  /**
   * Stores a result, and gives what the key has then: an existing one is kept as long as its output is the same or all
   * of its blobs are there.
   */
  put(key: string, result: ActionResult): Promise<ActionResult>;
}
