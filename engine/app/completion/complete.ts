import type { Command } from '../command-line/command.ts';
import { longName, type OptionSpec, takesValue } from '../command-line/option-table.ts';
import { findOption, wordsOf } from '../command-line/parse-options.ts';

/** A word that may stand in a place, and what it is. */
export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** What may stand in a place: some words, or files or directories, which the shell knows better. */
export type Completion =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'files' | 'directories'; readonly words: readonly Candidate[] };

/** The names of recipes and tasks that can be told without reading metadata. */
export interface KnownNames {
  /** Recipes and what they provide, `mc:CONFIGURATION:` before those of other configurations. */
  recipes(prefix: string): readonly Candidate[];
  /** `RECIPE:TASK` for the tasks of a recipe, written as the part before the last colon of `prefix` is. */
  tasksOf(prefix: string): readonly Candidate[];
  /** Tasks of any recipe. */
  tasks(): readonly Candidate[];
}

const shells = ['bash', 'zsh', 'fish'];

/** What may stand in the place of the last of the words behind `stx-bake`, as far as it is written. */
export function complete(words: readonly string[], names: KnownNames, commands: readonly Command[]): Completion {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const asked = { current, names };
  const found = commandOf(before, commands);
  if (before.includes('--')) return atWord(found, asked, commands);
  const awaited = awaitedValue(before.at(-1), commands);
  if (awaited !== undefined) return atValue(awaited.value, asked);
  if (!current.startsWith('-')) return atWord(found, asked, commands);
  const [option, value] = parted(current);
  if (value === undefined) return startingWith(current, optionsOf(found.command, before));
  const spec = findOption(found.command?.options ?? {}, option)?.[1];
  if (spec === undefined || !takesValue(spec)) return nothing;
  const values = atValue(spec.value, { current: value, names });
  return { ...values, words: values.words.map((each) => ({ ...each, word: `${option}=${each.word}` })) };
}

interface Asked {
  readonly current: string;
  readonly names: KnownNames;
}

const nothing: Completion = { kind: 'words', words: [] };

interface Found {
  /** `undefined` while the second word of a group is not written. */
  readonly command: Command | undefined;
  /** How many of the words name the command. */
  readonly used: number;
  readonly given: readonly string[];
}

function commandOf(before: readonly string[], commands: readonly Command[]): Found {
  const given = wordsOf(before, (option) => anyOption(option, commands));
  const [first, second] = given;
  const [builder] = commands;
  if (first === 'help') return { command: undefined, used: 0, given: given.slice(1) };
  if (first === undefined) return { command: builder, used: 0, given };
  if (first === 'build') return { command: builder, used: 1, given };
  const below = startingAt(first, commands);
  if (below.length === 0) return { command: builder, used: 0, given };
  const exact = below.find((each) => each.path[1] !== undefined && each.path[1] === second);
  const command = exact ?? below.find((each) => each.path.length === 1);
  return { command, used: command?.path.length ?? 1, given };
}

/** What goes on from the beginning of a command, and what may be its next word. */
function atWord({ command, used, given }: Found, asked: Asked, commands: readonly Command[]): Completion {
  const there = command === undefined ? nothing : place(command, given.length - used, asked);
  return { ...there, words: [...startingWith(asked.current, subcommands(given, commands)).words, ...there.words] };
}

/** The words that go on from those given, when they are the beginning of commands. */
function subcommands(given: readonly string[], commands: readonly Command[]): readonly Candidate[] {
  const [first] = given;
  if (given.length > 1) return [];
  const below = first === undefined ? commands : startingAt(first, commands);
  const found = new Map(first === undefined ? [['help', 'what a command does']] : []);
  for (const { path, summary } of below) {
    const word = path[given.length];
    if (word === undefined || found.has(word)) continue;
    found.set(word, path.length === given.length + 1 ? summary : groupText(word, commands));
  }
  return [...found].map(([word, about]) => ({ word, about }));
}

function groupText(word: string, commands: readonly Command[]): string {
  const below = startingAt(word, commands).flatMap(({ path }) => path.slice(1, 2));
  return below.join(', ');
}

function optionsOf(command: Command | undefined, before: readonly string[]): readonly Candidate[] {
  const rows = Object.entries(command?.options ?? {});
  return rows.flatMap(([key, spec]) => {
    const word = `--${longName(key, spec)}`;
    const isSpent = spec.kind !== 'list' && spec.kind !== 'count' && before.includes(word);
    return isSpent ? [] : [{ word, about: spec.help }];
  });
}

/** The commands of which the first word is this. */
function startingAt(word: string, commands: readonly Command[]): readonly Command[] {
  return commands.filter(({ path }) => path[0] === word);
}

/** An option of whichever command has it. */
function anyOption(option: string, commands: readonly Command[]): OptionSpec | undefined {
  for (const { options } of commands) {
    const found = findOption(options, option);
    if (found !== undefined) return found[1];
  }
  return undefined;
}

function awaitedValue(
  text: string | undefined,
  commands: readonly Command[],
): (OptionSpec & { readonly value: string }) | undefined {
  if (text === undefined || !/^-[^-]|^--[^=]+$/.test(text)) return undefined;
  const spec = anyOption(text.startsWith('--') ? text : `-${text.at(-1)}`, commands);
  return spec !== undefined && takesValue(spec) ? spec : undefined;
}

/** `--option=value` in its two parts. */
function parted(text: string): readonly [option: string, value: string | undefined] {
  const match = /^(--[^=]+)=(.*)$/s.exec(text);
  return [match?.[1] ?? text, match?.[2]];
}

/** What may stand as a word of a command, counted from 0 behind those that name it. */
function place(command: Command, index: number, asked: Asked): Completion {
  const usage = command.usage.split(' ').filter((each) => each !== '');
  const last = usage.at(-1);
  const word = usage[index] ?? (last?.includes('...') ? last : undefined);
  return word === undefined ? nothing : atValue(word.replaceAll(/[[\]]|\.\.\./g, ''), asked);
}

function atValue(name: string, asked: Asked): Completion {
  const { current, names } = asked;
  if (/^[a-z]/.test(name)) {
    const words = name.split('|').filter((each) => /^[a-z]+$/.test(each));
    return startingWith(
      current,
      words.map((word) => ({ word, about: '' })),
    );
  }
  switch (name.split('|')[0]) {
    case 'TARGET':
    case 'TARGET:TASK':
    case 'IMAGE': {
      const tasks = current.includes(':') ? names.tasksOf(current) : [];
      return startingWith(current, [...names.recipes(current), ...tasks]);
    }
    case 'RECIPE':
      return startingWith(current, names.recipes(current));
    case 'TASK':
      return startingWith(current, names.tasks());
    case 'SHELL':
      return startingWith(
        current,
        shells.map((word) => ({ word, about: '' })),
      );
    case 'FILE':
    case 'PATH':
      return { kind: 'files', words: [] };
    case 'DIR':
      return { kind: 'directories', words: [] };
    default:
      return nothing;
  }
}

function startingWith(current: string, words: readonly Candidate[]): Completion {
  return { kind: 'words', words: words.filter(({ word }) => word.startsWith(current)) };
}
