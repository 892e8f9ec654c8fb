import type { Datastore } from './datastore.ts';

/** Evaluates `${@...}`; python/evaluate-inline.ts is the implementation, tests may pass a small one. */
export interface InlineEvaluator {
  /** Value as BitBake would put it into the text (`str()` of the result). Throws StxError (codes of python/). */
  evaluate(code: string, datastore: Datastore, where: string): string;
  /** `value` after the filter expression of a variable (`d.setVarFilter`); absent means that there are no filters. */
  filter?(expression: string, value: string, given: { readonly datastore: Datastore; readonly where: string }): string;
}
