import type { Clock } from '../base/clock.ts';
import type { BuildEvent } from '../messages/build-event.ts';

/** Where text goes. */
export interface TextOutput {
  write(text: string): void;
}

/** A terminal that can be written over. Size and what it can show are asked for at each drawing. */
export interface TerminalOutput extends TextOutput {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
  readonly unicode: boolean;
  /** Calls back when the size has changed; gives what ends that. */
  onResize(changed: () => void): () => void;
}

/** How a build is shown. */
export interface UiOptions {
  /** Paths below it are shown relative to it. */
  readonly base: string;
  /** Only warnings, errors and what a terminal shows below them. */
  readonly quiet?: boolean | undefined;
  /** What starts stx-bake, for commands that are suggested; else `stx-bake`. */
  readonly program?: string | undefined;
}

/** A view of a build, fed with its events alone. */
export interface BuildUi {
  /** `atMs`: when it happened, in milliseconds since the build began; absent: now. */
  show(event: BuildEvent, atMs?: number): void;
  /** Writes what is held back and takes away what does not stay. Nothing is shown afterwards but lines. */
  close(): void;
}

/** Time for a view of a terminal. */
export interface UiTime {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Milliseconds since the build began. */
  elapsedMs(): number;
  /** Calls once, later; gives what prevents it. */
  after(ms: number, call: () => void): () => void;
}
