import type { TaskSignature } from '../base/brands.ts';
import type { Digest } from '../base/digest.ts';
import type { Artifact } from '../messages/task-outcome.ts';

/** What the build directory holds of a task: which work was done last, and what it gave. */
export interface Stamp {
  readonly signature: TaskSignature;
  /** Digest of what was captured; absent for a task that captures nothing. */
  readonly output: Digest | undefined;
  readonly result: Digest | undefined;
  readonly artifacts: readonly Artifact[];
  readonly finishedAtMs: number;
  /** The task was forced: its signature holds this text until the stamp goes. */
  readonly taint: string | undefined;
  /** Its stored result was put in place; absent: it ran. */
  readonly restored?: boolean | undefined;
  /** `ownDigest`: by which one sees whether anything but other recipes' outputs has changed. */
  readonly own?: string | undefined;
}
