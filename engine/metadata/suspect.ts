import type { Span } from '../base/source-text.ts';

/** A word of a statement that is right only if the rest of the recipe makes it so. */
export interface Suspect {
  /** An override that resembles an operation, a task that a flag belongs to, a task that deltask names. */
  readonly kind: 'override' | 'flag' | 'delete-task';
  readonly word: string;
  readonly span: Span;
}
