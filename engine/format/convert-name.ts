import {
  isKnownOverride,
  isOftenOverridden,
  isOverrideForm,
  isPackageVariable,
  type OverrideKnowledge,
  takesPlainOverrides,
} from './override-words.ts';

/** A name in today's syntax; or why it could not be decided. Neither when nothing is to be done. */
export interface ConvertedName {
  readonly text: string;
  readonly doubt?: Doubt | undefined;
}

/** Why a name was left, wholly or in part. */
export type Doubt =
  | { readonly kind: 'unknown-override'; readonly variable: string; readonly word: string }
  | { readonly kind: 'operation-within' };

const reference = /\$\{(?:[^{}]|\{[^{}]*\}|\$\{[^{}]*\})*\}|%\([^)]*\)[sd]|%[sd]|\{[^{}]*\}/g;
const operation = /^(.*?)_(append|prepend|remove)(?:_(.*))?$/s;

/** Rewrites a variable's or function's name from `A_append_b` to `A:append:b`; what is not certain stays. */
export function convertName(name: string, knowledge: OverrideKnowledge): ConvertedName {
  if (name.startsWith('__anon')) return { text: name };
  const { masked, unmask } = mask(name);
  const segments = masked.split(':').map((each, index) => convertSegment(each, index > 0, knowledge));
  const doubt = segments.find((each) => each.doubt !== undefined)?.doubt;
  const text = unmask(segments.map((each) => each.text).join(':'));
  return doubt === undefined ? { text } : { text, doubt: unmaskDoubt(doubt, unmask) };
}

/** As `convertName` for a name that text reads: an operation is no part of it. */
export function convertReference(name: string, knowledge: OverrideKnowledge): string {
  return /_(?:append|prepend|remove)/.test(name) ? name : convertName(name, knowledge).text;
}

/** The beginning of a name that code goes on with: `FILES_` is `FILES:`. */
export function convertBeginning(text: string): string {
  const name = text.slice(0, -1);
  if (text.endsWith('_') && isPackageVariable(name)) return `${name}:`;
  return text.replace(/^([A-Z][A-Z0-9_]*)_((?:tune|pn|class|virtclass-multilib)-)$/, '$1:$2');
}

/** References as private characters, one each, so that `_` and `:` within them do not count. */
function mask(name: string): { readonly masked: string; readonly unmask: (text: string) => string } {
  const found: string[] = [];
  const masked = name.replace(reference, (text) => String.fromCharCode(0xe000 + found.push(text) - 1));
  const unmask = (text: string) =>
    text.replace(/[\ue000-\uf8ff]/g, (mark) => found[mark.charCodeAt(0) - 0xe000] ?? mark);
  return { masked, unmask };
}

function unmaskDoubt(doubt: Doubt, unmask: (text: string) => string): Doubt {
  return doubt.kind === 'operation-within'
    ? doubt
    : { ...doubt, variable: unmask(doubt.variable), word: unmask(doubt.word) };
}

function convertSegment(text: string, behindColon: boolean, knowledge: OverrideKnowledge): ConvertedName {
  const [, base = '', verb, condition] = operation.exec(text) ?? [];
  if (verb === undefined || /[A-Z]/.test(condition ?? '')) {
    if (/_(?:append|prepend|remove)/.test(text)) return { text, doubt: { kind: 'operation-within' } };
    return behindColon ? { text } : convertOverrides(text, knowledge);
  }
  if (base === '') return { text, doubt: { kind: 'operation-within' } };
  const before = behindColon ? { text: base } : convertOverrides(base, knowledge);
  const words = condition === undefined ? [] : condition.split('_').filter((each) => each !== '');
  return { ...before, text: [before.text, verb, ...words].join(':') };
}

/** Parts the overrides at the end of a name from it; the longest row of words that are certainly overrides counts. */
function convertOverrides(name: string, knowledge: OverrideKnowledge): ConvertedName {
  const tune = /^([A-Z][A-Z0-9_]*)_(tune-[^A-Z]+)$/.exec(name);
  if (tune !== null) return { text: `${tune[1]}:${tune[2]}` };
  const words = name.split('_');
  const variable = longestPackageVariable(words);
  if (variable !== undefined) return convertPackageName(name, variable, knowledge);
  for (let count = 1; count < words.length; count++) {
    const head = words.slice(0, count).join('_');
    const tail = words.slice(count);
    if (tail.every((each) => isCertain(each, head, knowledge))) return { text: [head, ...tail].join(':') };
  }
  return { text: name, doubt: doubtOf(words) };
}

/** `pkg_postinst_ontarget` rather than `pkg_postinst`. */
function longestPackageVariable(words: readonly string[]): string | undefined {
  for (let count = words.length; count > 0; count--) {
    const head = words.slice(0, count).join('_');
    if (isPackageVariable(head)) return head;
  }
  return undefined;
}

/** What follows is the name of a package, which may hold `_`, and then overrides. */
function convertPackageName(name: string, variable: string, knowledge: OverrideKnowledge): ConvertedName {
  const [first, ...more] = name.slice(variable.length + 1).split('_');
  if (first === undefined || ![first, ...more].every(isPackageWord)) return { text: name };
  const count = more.findIndex((_, index) => more.slice(index).every((each) => isKnownOverride(each, knowledge)));
  const overrides = count === -1 ? [] : more.slice(count);
  const own = [first, ...(count === -1 ? more : more.slice(0, count))];
  const text = [variable, own.join('_'), ...overrides].join(':');
  const [, ...unknown] = own;
  if (unknown.length === 0) return { text };
  return { text, doubt: { kind: 'unknown-override', variable: `${variable}:${first}`, word: unknown.join('_') } };
}

function isPackageWord(word: string): boolean {
  return /^[a-z0-9\ue000-\uf8ff][^A-Z/]*$/.test(word);
}

function isCertain(word: string, head: string, knowledge: OverrideKnowledge): boolean {
  if (word === '' || head === '') return false;
  return isOverrideForm(word, knowledge) || (takesPlainOverrides(head) && isKnownOverride(word, knowledge));
}

/** `SRC_URI_foo`: a variable that is often overridden with an ending that may be an override. */
function doubtOf(words: readonly string[]): Doubt | undefined {
  for (let count = 1; count < words.length; count++) {
    const variable = words.slice(0, count).join('_');
    const word = words.slice(count).join('_');
    if (isOftenOverridden(variable) && word !== '' && !/[A-Z]/.test(word))
      return { kind: 'unknown-override', variable, word };
  }
  return undefined;
}
