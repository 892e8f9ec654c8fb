import type { Span } from '../base/source-text.ts';

/** A word of a statement that is right only if the rest of the recipe makes it so. */
export interface Suspect {
  /**
   * An override that resembles an operation, a task that a flag belongs to, a task that deltask names and that was not there;
   * `deleted`: one that was there, so that its flags are no slips.
   */
  readonly kind: 'override' | 'flag' | 'delete-task' | 'deleted';
  readonly word: string;
  readonly span: Span;
}
