import type { Digest } from '../base/digest.ts';
import type { StoredDiagnostic } from './stored-diagnostic.ts';

/** A file that a task left, whose absence makes the stamp void: a download, a published file, an unpacked root. */
export interface Artifact {
  readonly path: string;
  /** Absent: any size will do (a directory, a link). */
  readonly sizeBytes?: number | undefined;
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
    }
  | {
      readonly status: 'failed';
      readonly durationMs: number;
      readonly diagnostics: readonly StoredDiagnostic[];
      readonly exitCode: number | undefined;
      readonly logPath: string;
    }
  | { readonly status: 'cancelled'; readonly durationMs: number };
