import type { OutsideInputs } from '../messages/task-inputs.ts';

/** What a signature was made from, as its record says it (`signatureRecord`). */
export interface SignatureParts {
  readonly base: string;
  readonly surroundings: Readonly<Record<string, string | null>>;
  readonly outside: OutsideInputs;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** What a base hash was made from (`baseRecord`). */
export interface BaseParts {
  readonly body: string | null;
  readonly variables: Readonly<Record<string, string | null>>;
}

/** One difference between what a task was made from and what it would be made from now. */
export type Difference =
  /** `undefined`: the name is not among the inputs; `null`: it has no value. */
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly from: string | null | undefined;
      readonly to: string | null | undefined;
    }
  | { readonly kind: 'word'; readonly name: string; readonly word: string; readonly isSet: boolean }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly from: string | undefined;
      readonly to: string | undefined;
    }
  | {
      readonly kind: 'lock';
      readonly root: string;
      readonly from: string | undefined;
      readonly to: string | undefined;
    }
  | { readonly kind: 'dependencies'; readonly added: readonly string[]; readonly removed: readonly string[] }
  | {
      readonly kind: 'identity';
      readonly name: string;
      readonly from: string | undefined;
      readonly to: string | undefined;
    }
  | { readonly kind: 'outputs'; readonly from: readonly string[]; readonly to: readonly string[] }
  | { readonly kind: 'taint' };

/** What differs in a task itself apart from its base; dependencies count here only by their names. */
export function compareOwn(before: SignatureParts, after: SignatureParts): readonly Difference[] {
  const found: Difference[] = [];
  for (const [name, from, to] of changedEntries(before.surroundings, after.surroundings)) {
    found.push({ kind: 'variable', name, from, to });
  }
  const [old, now] = [before.outside, after.outside];
  for (const [name, from, to] of changedEntries(old.files, now.files)) found.push({ kind: 'file', name, from, to });
  for (const [root, from, to] of changedEntries(old.locks, now.locks)) found.push({ kind: 'lock', root, from, to });
  for (const [name, from, to] of changedEntries(old.identity, now.identity)) {
    found.push({ kind: 'identity', name, from, to });
  }
  if (old.outputs.join('\n') !== now.outputs.join('\n')) {
    found.push({ kind: 'outputs', from: old.outputs, to: now.outputs });
  }
  const added = now.dependencies.filter((each) => !Object.hasOwn(before.dependencies, each));
  const removed = old.dependencies.filter((each) => !Object.hasOwn(after.dependencies, each));
  if (added.length + removed.length > 0) found.push({ kind: 'dependencies', added, removed });
  if (old.taint !== now.taint) found.push({ kind: 'taint' });
  return found;
}

/** The dependencies that both have and that hand on something else now. */
export function changedDependencies(before: SignatureParts, after: SignatureParts): readonly string[] {
  return Object.keys(after.dependencies).filter((name) => {
    const from = before.dependencies[name];
    return from !== undefined && from !== after.dependencies[name];
  });
}

/** What differs in the text of a task; `task` is the name of its function. */
export function compareBases(task: string, before: BaseParts, after: BaseParts): readonly Difference[] {
  const all = changedEntries(before.variables, after.variables);
  if (before.body !== after.body) all.unshift([task, before.body, after.body]);
  const found: Difference[] = [];
  for (const [name, from, to] of withoutFollowers(all)) {
    const words = typeof from === 'string' && typeof to === 'string' ? changedWords(from, to) : undefined;
    if (words !== undefined) found.push(...words);
    else found.push({ kind: 'variable', name, from: plain(from), to: plain(to) });
  }
  return found;
}

/** How far two signature records are apart: what differs in the task itself, and its dependencies that differ. */
export function countDifferences(before: string, after: string): number {
  const [old, now] = [JSON.parse(before) as SignatureParts, JSON.parse(after) as SignatureParts];
  return (old.base === now.base ? 0 : 1) + compareOwn(old, now).length + changedDependencies(old, now).length;
}

type Entry<Value> = readonly [name: string, from: Value | undefined, to: Value | undefined];

function changedEntries<Value>(
  before: Readonly<Record<string, Value>>,
  after: Readonly<Record<string, Value>>,
): Entry<Value>[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const found: Entry<Value>[] = [];
  for (const name of [...names].sort()) {
    const from = Object.hasOwn(before, name) ? before[name] : undefined;
    const to = Object.hasOwn(after, name) ? after[name] : undefined;
    if (from !== to) found.push([name, from, to]);
  }
  return found;
}

/** A name that came or went because a changed text mentions it, or did, is not a cause of its own. */
function withoutFollowers(entries: readonly Entry<string | null>[]): readonly Entry<string | null>[] {
  const kept = entries.filter(([, from, to]) => from !== undefined && to !== undefined);
  let left = entries.filter((each) => !kept.includes(each));
  const texts = kept.map(([, from, to]) => [from ?? '', to ?? ''] as const);
  for (let text = texts.pop(); text !== undefined && left.length > 0; text = texts.pop()) {
    const [old, now] = text;
    const follows = ([name, from]: Entry<string | null>): boolean =>
      mentions(from === undefined ? now : old, name) && !mentions(from === undefined ? old : now, name);
    for (const [, from, to] of left.filter(follows)) texts.push([from ?? '', to ?? '']);
    left = left.filter((each) => !follows(each));
  }
  return [...kept, ...left];
}

function mentions(text: string, name: string): boolean {
  const plainName = name.replace(/\[[^\]]+\]$/, '');
  const at = text.indexOf(plainName);
  if (at === -1) return false;
  const pattern = new RegExp(`(?<![\\w-])${plainName.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`);
  return pattern.test(text);
}

const wordLine = /^([^\s{]+)\{(.*)\} = (set|unset)$/;

/** When only lines `NAME{word} = set` differ: the words that came or went. */
function changedWords(before: string, after: string): readonly Difference[] | undefined {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const isWord = (line: string): boolean => wordLine.test(line);
  const [oldText, newText] = [old, now].map((lines) => lines.filter((line) => !isWord(line)).join('\n'));
  if (oldText !== newText) return undefined;
  const had = new Set(old.filter(isWord));
  return now
    .filter((line) => isWord(line) && !had.has(line))
    .flatMap((line) => {
      const [, name = '', word = '', state] = wordLine.exec(line) ?? [];
      return { kind: 'word', name, word, isSet: state === 'set' } as const;
    });
}

/** Without the lines that say whether a word is there. */
function plain(value: string | null | undefined): string | null | undefined {
  if (typeof value !== 'string' || !value.includes('} = ')) return value;
  return value
    .split('\n')
    .filter((line) => !wordLine.test(line))
    .join('\n');
}
