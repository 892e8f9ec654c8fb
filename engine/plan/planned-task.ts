import type { TaskSignature } from '../base/brands.ts';
import type { Digest } from '../base/digest.ts';
import type { RunReason } from '../messages/reason.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';

/** What will happen to a task, and why. */
export type PlannedTask = { readonly task: TaskKey } & (
  | { readonly decision: 'run'; readonly signature: TaskSignature; readonly reason: RunReason }
  | {
      readonly decision: 'restore';
      readonly signature: TaskSignature;
      /** Names the stored ActionResult; absent: the `do_X_setscene` of the recipe puts the result in place. */
      readonly result: Digest | undefined;
      readonly output: Digest | undefined;
    }
  | { readonly decision: 'up-to-date'; readonly signature: TaskSignature; readonly output: Digest | undefined }
  | { readonly decision: 'not-needed'; readonly coveredBy: readonly TaskKey[] }
  | {
      readonly decision: 'open';
      readonly waitsFor: readonly TaskKey[];
      readonly reason: RunReason;
      /** A task of another configuration does the very same work: this one will be restored from its result. */
      readonly sameAs?: TaskKey | undefined;
    }
);

/** What will happen in a build. */
export interface Plan {
  /** Every task of the graph, dependencies first. */
  readonly tasks: ReadonlyMap<TaskKey, PlannedTask>;
  /** What each task hands on (output digest or signature), also one that is not needed; absent where it is not known yet. */
  readonly digests: ReadonlyMap<TaskKey, string>;
}
