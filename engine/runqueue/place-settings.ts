import type { Setting } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { type StoredDiagnostic, storePlace } from '../messages/stored-diagnostic.ts';
import type { TaskOutcome } from '../messages/task-outcome.ts';
import { placeOfWord } from '../metadata/place-of-word.ts';

/** What a task says of its settings gets the place where a recipe or the configuration made them. */
export function placeSettings(outcome: TaskOutcome, recipe: { readonly datastore: Datastore }): TaskOutcome {
  if (outcome.status === 'failed') return { ...outcome, diagnostics: placeAll(outcome.diagnostics, recipe) };
  if (outcome.status === 'ok') return { ...outcome, warnings: placeAll(outcome.warnings, recipe) };
  return outcome;
}

function placeAll(
  said: readonly StoredDiagnostic[],
  recipe: { readonly datastore: Datastore },
): readonly StoredDiagnostic[] {
  return said.map(({ setting, ...rest }) => {
    const span = setting && rest.place === undefined ? placeOfSetting(setting, recipe.datastore) : undefined;
    return span ? { ...rest, place: storePlace(span) } : rest;
  });
}

function placeOfSetting({ variable, word }: Setting, datastore: Datastore): Span | undefined {
  if (word === undefined) return datastore.definition(variable);
  const span = placeOfWord(word, variable, datastore);
  const at = span?.source.text.slice(span.start, span.end).indexOf(word) ?? -1;
  return span && at !== -1 ? { ...span, start: span.start + at, end: span.start + at + word.length } : span;
}
