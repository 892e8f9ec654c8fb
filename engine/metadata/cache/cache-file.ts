import { crc32 } from 'node:zlib';
import { sha256 } from '../../base/sha256.ts';
import type { RecipeFiles } from '../workspace.ts';
import type { StoredAnswers } from './file-answers.ts';
import type { PlainDiagnostic } from './plain-diagnostic.ts';
import type { PlainRecipe } from './plain-recipe.ts';

const magic = 'stx-parse-cache 1';

/** What is known of a configuration without evaluating its files. */
export interface StoredBase {
  readonly name: string;
  /** Digest of what the caller gave. */
  readonly given: string;
  /** Whether reading found no error: then the rest may stand for the evaluated files. */
  readonly complete: boolean;
  /** Numbers of the questions that the configuration, and the search for recipe files, asked. */
  readonly questions: readonly number[];
  /** Digest of what recipes start from besides single variables. */
  readonly state: string;
  /** Digest of all its variables. */
  readonly wholeState: string;
  readonly layers: readonly StoredLayer[];
  readonly recipeFiles: RecipeFiles;
  readonly filesRead: readonly string[];
  readonly filesLookedFor: readonly string[];
  readonly diagnostics: readonly PlainDiagnostic[];
  /** Values that the caller asks for at each start; `null` for one that is not set. */
  readonly values: Readonly<Record<string, string | null>>;
  readonly states: () => VariableStates;
}

/** A stored configuration before the states of its variables are needed. */
export type DescribedBase = Omit<StoredBase, 'states'>;

/** By number of the variable: digest of its state, and of its state without the value. */
export interface VariableStates {
  readonly whole: readonly string[];
  readonly withoutValue: readonly string[];
}

/** A layer as recipes are assigned to it. */
export interface StoredLayer {
  readonly name: string;
  readonly path: string;
  readonly priority: number;
  readonly patternText: string;
}

/** What a recipe file gave. */
export interface StoredRecipes {
  readonly appends: readonly string[];
  /** Collection and priority. */
  readonly collection: string;
  readonly recipes: readonly PlainRecipe[];
  /** For each recipe the numbers of the files that it read and of those it looked for, beyond the configuration's. */
  readonly files: readonly (readonly [read: readonly number[], lookedFor: readonly number[]])[];
  readonly diagnostics: readonly PlainDiagnostic[];
}

/** What a recipe file depends on, by number. */
export interface StoredInputs {
  readonly questions: readonly number[];
  readonly names: readonly number[];
  readonly overwritten: readonly number[];
  /** Whether every name counts. */
  readonly all: boolean;
}

/** A recipe file in the cache; both texts are read when they are needed. */
export interface StoredEntry {
  /** `StoredRecipes` as JSON. */
  readonly recipes: string;
  /** `StoredInputs`, written by `inputsText`. */
  readonly inputs: string;
}

/** One configuration in the cache. */
export interface StoredConfiguration {
  readonly base: StoredBase;
  readonly entries: ReadonlyMap<string, StoredEntry>;
}

/** Everything that the cache file holds; what few starts need is read when it is asked for. */
export interface CacheContent {
  readonly files: StoredAnswers;
  /** Variables of the configuration, by number. */
  readonly names: () => readonly string[];
  /** Number of questions when all of them were in use; 0 before that is known. */
  readonly compactSize: number;
  readonly configurations: ReadonlyMap<string, StoredConfiguration>;
}

/** The content as the text of a cache file. */
export function encodeCache(content: CacheContent, version: string): string {
  const { configurations, files, names, compactSize } = content;
  const heads = [...configurations.values()].map(({ base, entries }) => {
    const { states: _, ...head } = base;
    return { ...head, entries: [...entries.keys()] };
  });
  const lines = [JSON.stringify({ files, compactSize }), JSON.stringify(heads), JSON.stringify(names())];
  for (const { base, entries } of configurations.values()) {
    lines.push(JSON.stringify(base.states()));
    for (const { recipes, inputs } of entries.values()) lines.push(recipes, inputs);
  }
  const body = lines.join('\n');
  return `${magic} ${sha256(version)} ${crc32(body)}\n${body}`;
}

type StoredHead = Omit<StoredBase, 'states'> & { readonly entries: readonly string[] };

/** The content of a cache file; `undefined` for a file of another version, and for one that is not whole. */
export function decodeCache(text: string, version: string): CacheContent | undefined {
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  if (end < 0 || text.slice(0, end) !== `${magic} ${sha256(version)} ${crc32(body)}`) return undefined;
  const lines = body.split('\n');
  let at = 0;
  const next = (): string => lines[at++] ?? '';
  const first = JSON.parse(next()) as Pick<CacheContent, 'files' | 'compactSize'>;
  const heads = JSON.parse(next()) as readonly StoredHead[];
  const names = lazily<readonly string[]>(next());
  const configurations = heads.map(({ entries, ...head }): readonly [string, StoredConfiguration] => {
    const states = lazily<VariableStates>(next());
    const stored = new Map(entries.map((file) => [file, { recipes: next(), inputs: next() }]));
    return [head.name, { base: { ...head, states }, entries: stored }];
  });
  return { ...first, names, configurations: new Map(configurations) };
}

function lazily<T>(json: string): () => T {
  let parsed: { readonly value: T } | undefined;
  return () => {
    parsed ??= { value: JSON.parse(json) as T };
    return parsed.value;
  };
}

/** The inputs in a short form: sorted runs of numbers, each as what lies before it and how long it is. */
export function inputsText({ questions, names, overwritten, all }: StoredInputs): string {
  return [runs(questions), runs(names), runs(overwritten), all ? '1' : '0'].join(' ');
}

/** The inputs again. */
export function parseInputs(text: string): StoredInputs {
  const [questions = '', names = '', overwritten = '', all = ''] = text.split(' ');
  return { questions: numbers(questions), names: numbers(names), overwritten: numbers(overwritten), all: all === '1' };
}

/** Whether the questions of an inputs text hold one of these few numbers; the text is only looked through. */
export function asksOneOf(text: string, wanted: readonly number[]): boolean {
  let end = 0;
  for (let at = 0; text.charCodeAt(at) !== blank && at < text.length; at++) {
    const gap = numberAt(text, at);
    const length = text.charCodeAt(gap.end) === colon ? numberAt(text, gap.end + 1) : { value: 1, end: gap.end };
    const start = end + gap.value;
    end = start + length.value;
    for (const each of wanted) if (each >= start && each < end) return true;
    at = length.end;
    if (text.charCodeAt(at) === blank) return false;
  }
  return false;
}

const blank = 0x20;
const colon = 0x3a;

function numberAt(text: string, from: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let end = from;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code >= 0x30 && code <= 0x39) value = value * radix + code - 0x30;
    else if (code >= 0x61 && code <= 0x7a) value = value * radix + code - 0x57;
    else break;
  }
  return { value, end };
}

const radix = 36;

function runs(list: readonly number[]): string {
  const sorted = [...list].sort((a, b) => a - b);
  const found: string[] = [];
  let end = 0;
  for (let at = 0; at < sorted.length; ) {
    const start = sorted[at] ?? 0;
    let length = 1;
    while (sorted[at + length] === start + length) length++;
    found.push((start - end).toString(radix) + (length === 1 ? '' : `:${length.toString(radix)}`));
    end = start + length;
    at += length;
  }
  return found.join(',');
}

function numbers(text: string): readonly number[] {
  if (text === '') return [];
  const found: number[] = [];
  let next = 0;
  for (const run of text.split(',')) {
    const [gap = '', length = '1'] = run.split(':');
    next += Number.parseInt(gap, radix);
    for (let left = Number.parseInt(length, radix); left > 0; left--) found.push(next++);
  }
  return found;
}
