import type { Diagnostic } from '../../../engine/base/diagnostic.ts';
import type { CaseContext } from '../case-context.ts';
import type { Query } from '../cases.ts';
import { isErrorOfBitbake, messageOf, placeOf } from '../loaded-project.ts';
import { bitbakeWording } from '../wording.ts';

/** Codes whose message in BitBake names file and line; of the others equal sentences are one warning. */
const placed = new Set(['python-tabs', 'assignment-whitespace']);

/** The warnings of loading. */
export function answerWarnings(_query: Query, context: CaseContext): unknown {
  const { diagnostics, directory, failure } = context.loaded();
  const found = new Map<string, unknown>();
  for (const each of diagnostics) {
    if (each.severity !== 'warning' || isErrorOfBitbake(each)) continue;
    const place = placed.has(each.code) ? placeOf(each, directory) : {};
    const answer = { message: messageOf(each), ...place };
    found.set(keyOf(each, place), answer);
  }
  return { fails: failure !== undefined, warnings: [...found.values()] };
}

function keyOf(diagnostic: Diagnostic, place: unknown): string {
  const [sentence = diagnostic.message] = bitbakeWording(diagnostic);
  return JSON.stringify([sentence, place]);
}
