import type { Digest } from '../base/digest.ts';
import type { StoredDiagnostic } from './stored-diagnostic.ts';

/** A file that a task left, whose absence makes the stamp void: a download, a published file, an unpacked root. */
export interface Artifact {
  readonly path: string;
  /** Absent: any size will do (a directory, a link). */
  readonly sizeBytes?: number | undefined;
}

/** What a task took of the machine, as far as it was measured. */
export interface TaskUsage {
  readonly peakMemoryBytes?: number | undefined;
  readonly cpuMs?: number | undefined;
  /** The part of it that programs took which the task started. */
  readonly programsMs?: number | undefined;
}

/** How a task ended, as the thread tells it. */
export type TaskOutcome =
  | {
      readonly status: 'ok';
      readonly durationMs: number;
      /** Digest of what was captured; absent when nothing is. */
      readonly output: Digest | undefined;
      /** Digest of the stored ActionResult; absent when nothing is captured. */
      readonly result: Digest | undefined;
      readonly artifacts: readonly Artifact[];
      readonly warnings: readonly StoredDiagnostic[];
      readonly usage?: TaskUsage | undefined;
      /** Fetched or restored. */
      readonly bytes?: number | undefined;
      /** Of a restored task: how much longer it would have taken to run it. */
      readonly savedMs?: number | undefined;
    }
  | {
      readonly status: 'failed';
      readonly durationMs: number;
      readonly diagnostics: readonly StoredDiagnostic[];
      readonly exitCode: number | undefined;
      readonly logPath: string;
      readonly usage?: TaskUsage | undefined;
    }
  | { readonly status: 'cancelled'; readonly durationMs: number };
