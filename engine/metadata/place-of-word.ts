import type { Span } from '../base/source-text.ts';
import type { Datastore } from '../datastore/datastore.ts';

/** Where the last statement that says it has the word, in the variable or in one that it refers to; else that statement. */
export function placeOfWord(word: string, name: string, datastore: Datastore): Span | undefined {
  const events = [...datastore.history(name)].reverse();
  const direct = events.find((event) => words(event.value).includes(word));
  if (direct?.span) return wordIn(direct.span, word);
  const references = events.flatMap((event) =>
    [...event.value.matchAll(/\$\{([\w.+-]+)\}/g)].map((each) => each[1] ?? ''),
  );
  const source = references.find((each) => words(datastore.get(each)).includes(word));
  return source === undefined ? datastore.definition(name) : placeOfWord(word, source, datastore);
}

/** Where the last statement that writes the flag has the word; else that statement. */
export function placeOfFlagWord(
  word: string,
  { name, flag }: { readonly name: string; readonly flag: string },
  datastore: Datastore,
): Span | undefined {
  const written = datastore.history(name).filter((event) => event.flag === flag && event.span !== undefined);
  const event = written.findLast(({ value }) => words(value).includes(word)) ?? written.at(-1);
  return event?.span && (word === '' ? event.span : wordIn(event.span, word));
}

function wordIn(statement: Span, word: string): Span {
  const { source, start, end } = statement;
  const text = source.text.slice(start, end);
  const value = Math.max(0, text.search(/["']/));
  for (let at = text.indexOf(word, value); at !== -1; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const behind = text[at + word.length] ?? ' ';
    if (/[\s"']/.test(before) && /[\s"'\\]/.test(behind)) return source.span(start + at, start + at + word.length);
  }
  return statement;
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
