import type { Span } from '../base/source-text.ts';
import type { Datastore } from '../datastore/datastore.ts';

/** The last statement that says the word, in the variable or in one that it refers to. */
export function placeOfWord(word: string, name: string, datastore: Datastore): Span | undefined {
  const events = [...datastore.history(name)].reverse();
  const direct = events.find((event) => words(event.value).includes(word));
  if (direct) return direct.span;
  const references = events.flatMap((event) =>
    [...event.value.matchAll(/\$\{([\w.+-]+)\}/g)].map((each) => each[1] ?? ''),
  );
  const source = references.find((each) => words(datastore.get(each)).includes(word));
  return source === undefined ? datastore.definition(name) : placeOfWord(word, source, datastore);
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
