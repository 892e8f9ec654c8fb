import { errorDiagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/spelling.ts';
import type { Evaluation } from './evaluation.ts';
import { placeOfWord } from './place-of-word.ts';

/**
 * Checks what users set in the variables that CHECKED_VARIABLES names, by two flags of each: `[validitems]` lists the words
 * it may hold, `[validpattern]` is a regular expression that the whole value matches, `[doc]` says what is right.
 * Reports `invalid-value` where the variable was set. OpenEmbedded knows `validitems` for IMAGE_FEATURES.
 */
export function checkValues(evaluation: Evaluation): void {
  const { datastore } = evaluation;
  for (const name of new Set(words(datastore.get('CHECKED_VARIABLES')))) {
    checkWords(evaluation, name);
    checkPattern(evaluation, name);
  }
}

function checkWords(evaluation: Evaluation, name: string): void {
  const { datastore } = evaluation;
  const valid = datastore.flag(name, 'validitems');
  if (valid === undefined) return;
  const known = words(valid);
  for (const word of words(datastore.get(name)).filter((each) => !known.includes(each))) {
    const span = placeOfWord(word, name, datastore);
    const list = `known are ${known.map((each) => `\`${each}\``).join(', ')}`;
    const help = didYouMean(word, known) ?? datastore.flag(name, 'doc') ?? list;
    evaluation.report(errorDiagnostic('invalid-value', `\`${name}\` cannot hold \`${word}\``, { span, help }));
  }
}

function checkPattern(evaluation: Evaluation, name: string): void {
  const { datastore } = evaluation;
  const pattern = datastore.flag(name, 'validpattern');
  const value = datastore.get(name) ?? '';
  if (pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(value)) return;
  const help = datastore.flag(name, 'doc') ?? `it must match \`${pattern}\``;
  const span = datastore.definition(name);
  evaluation.report(errorDiagnostic('invalid-value', `\`${name}\` cannot be \`${value}\``, { span, help }));
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
