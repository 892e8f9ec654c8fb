import type { HoldReason } from './hold-reason.ts';
import type { RunReason } from './reason.ts';
import type { StoredDiagnostic } from './stored-diagnostic.ts';
import type { TaskOutcome } from './task-outcome.ts';

/** Everything that user interfaces (and later history) see of a build. Task keys are formatTaskId texts. */
export type BuildEvent =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'diagnostic'; readonly diagnostic: StoredDiagnostic }
  | {
      readonly kind: 'plan';
      readonly run: number;
      readonly restore: number;
      readonly upToDate: number;
      readonly open: number;
      readonly notNeeded: number;
      /** How long the build will take, from history; absent when that knows too little. */
      readonly expectedMs?: number | undefined;
    }
  | {
      readonly kind: 'task-started';
      readonly task: string;
      readonly action: 'run' | 'restore';
      readonly reason?: RunReason | undefined;
      /** How long it usually takes, from history. */
      readonly usualMs?: number | undefined;
    }
  | {
      readonly kind: 'task-progress';
      readonly task: string;
      readonly text: string;
      readonly fraction?: number | undefined;
    }
  | {
      readonly kind: 'task-finished';
      readonly task: string;
      readonly action: 'run' | 'restore';
      readonly outcome: TaskOutcome;
      /** How long the build may still take, from history and what passed so far; absent as `expectedMs` is. */
      readonly leftMs?: number | undefined;
    }
  /** Tasks are ready and slots free, but nothing more is started for now; without a reason it goes on. */
  | { readonly kind: 'held'; readonly reason?: HoldReason | undefined }
  | {
      readonly kind: 'task-settled';
      readonly task: string;
      readonly as: 'up-to-date' | 'restore' | 'run';
      readonly leftMs?: number | undefined;
    }
  | {
      readonly kind: 'finished';
      readonly ran: number;
      readonly restored: number;
      readonly failed: number;
      readonly durationMs: number;
    };
