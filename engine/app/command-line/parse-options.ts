import { closestNames } from '../../base/spelling.ts';
import { StxError } from '../../base/stx-error.ts';
import type { ParsedCall } from './command.ts';
import { longName, type OptionSpec, type OptionTable, type OptionValue, takesValue } from './option-table.ts';

/** Where options of a call are looked up, and how its errors call it. */
export interface OptionContext {
  readonly table: OptionTable;
  /** `stx-bake inspect tasks`. */
  readonly title: string;
  /** What to say of an option that this table lacks, if another command has it or BitBake has. */
  explain(option: string): string | undefined;
}

type Named = readonly [key: string, spec: OptionSpec];

/** Reads arguments by a table; `--` ends the options. Throws StxError `bad-option` for the first that it does not hold. */
export function parseOptions(args: readonly string[], context: OptionContext): ParsedCall {
  const words: string[] = [];
  const values: Record<string, OptionValue> = startValues(context.table);
  const rest = [...args];
  for (let each = rest.shift(); each !== undefined; each = rest.shift()) {
    if (each === '--') return { words: [...words, ...rest], values };
    if (!isOption(each)) words.push(each);
    else if (each.startsWith('--')) readLong(each, { rest, values, context });
    else readShort(each, { rest, values, context });
  }
  return { words, values };
}

/** The words among arguments, read with `lookUp` alone to know which options take the argument behind them. */
export function wordsOf(
  args: readonly string[],
  lookUp: (option: string) => OptionSpec | undefined,
): readonly string[] {
  const words: string[] = [];
  let skips = false;
  for (const [index, each] of args.entries()) {
    if (each === '--') return [...words, ...args.slice(index + 1)];
    if (skips) skips = false;
    else if (!isOption(each)) words.push(each);
    else skips = needsNext(each, lookUp);
  }
  return words;
}

/** The option of a table by what is written: `--name` or `-n`. */
export function findOption(table: OptionTable, option: string): Named | undefined {
  const name = option.replace(/^--?/, '');
  return Object.entries(table).find(([key, spec]) =>
    option.startsWith('--') ? longName(key, spec) === name : spec.short === name,
  );
}

interface Reading {
  readonly rest: string[];
  readonly values: Record<string, OptionValue>;
  readonly context: OptionContext;
}

function isOption(text: string): boolean {
  return text.length > 1 && text.startsWith('-');
}

function needsNext(text: string, lookUp: (option: string) => OptionSpec | undefined): boolean {
  if (text.startsWith('--')) {
    const spec = lookUp(text);
    return spec !== undefined && takesValue(spec);
  }
  for (const [index, letter] of [...text.slice(1)].entries()) {
    const spec = lookUp(`-${letter}`);
    if (spec !== undefined && takesValue(spec)) return index === text.length - 2;
  }
  return false;
}

function startValues(table: OptionTable): Record<string, OptionValue> {
  const start = { flag: false, count: 0, list: [] as readonly string[], text: undefined };
  return Object.fromEntries(Object.entries(table).map(([key, spec]) => [key, start[spec.kind]]));
}

function readLong(text: string, reading: Reading): void {
  const equals = text.indexOf('=');
  const option = equals === -1 ? text : text.slice(0, equals);
  const named = findOption(reading.context.table, option);
  if (named === undefined) throw unknownOption(option, reading.context);
  if (takesValue(named[1])) store(named, equals === -1 ? nextValue(option, reading) : text.slice(equals + 1), reading);
  else if (equals !== -1)
    throw StxError.of('bad-option', `\`${option}\` takes no value`, { help: `write \`${option}\`` });
  else store(named, '', reading);
}

/** `-kn`, `-cTASK`, `-c TASK`. */
function readShort(text: string, reading: Reading): void {
  const letters = [...text.slice(1)];
  for (const [index, letter] of letters.entries()) {
    const option = `-${letter}`;
    const named = findOption(reading.context.table, option);
    if (named === undefined) throw unknownOption(option, reading.context);
    if (takesValue(named[1])) {
      const behind = letters.slice(index + 1).join('');
      store(named, behind === '' ? nextValue(option, reading) : behind, reading);
      return;
    }
    store(named, '', reading);
  }
}

function nextValue(option: string, { rest }: Reading): string {
  const next = rest.shift();
  if (next !== undefined && (!isOption(next) || next === '--')) return next;
  const help =
    next === undefined ? `write the value behind it` : `if \`${next}\` is the value, write \`${joined(option, next)}\``;
  throw StxError.of('bad-option', `\`${option}\` needs a value`, { help });
}

function joined(option: string, value: string): string {
  return option.startsWith('--') ? `${option}=${value}` : `${option}${value}`;
}

function store([key, spec]: Named, text: string, { values }: Reading): void {
  const before = values[key];
  if (spec.kind === 'flag') values[key] = true;
  else if (spec.kind === 'count') values[key] = (typeof before === 'number' ? before : 0) + 1;
  else if (spec.kind === 'list') values[key] = [...(Array.isArray(before) ? (before as readonly string[]) : []), text];
  else values[key] = text;
}

/** What somebody may have meant -> the option: its name, and the words that the table calls it by (`keep-going`). */
function namesFor(table: OptionTable): ReadonlyMap<string, string> {
  const entries = Object.entries(table).flatMap(([key, spec]) => {
    const name = `--${longName(key, spec)}`;
    const other = `--${longName(key, { kind: 'flag', help: '' })}`;
    return [[other, name] as const, [name, name] as const];
  });
  return new Map(entries);
}

function unknownOption(option: string, context: OptionContext): StxError {
  const names = namesFor(context.table);
  const close = option.startsWith('--') ? closestNames(option, names.keys()) : [];
  const near = [...new Set(close.map((each) => names.get(each)))];
  const guess = near.length > 0 ? `did you mean ${near.map((each) => `\`${each}\``).join(' or ')}?` : undefined;
  const help = context.explain(option) ?? guess ?? `\`${context.title} --help\` lists the options`;
  return StxError.of('bad-option', `\`${context.title}\` has no option \`${option}\``, { help });
}
