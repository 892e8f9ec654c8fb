import { exitCodeMeanings, exitCodes } from '../exit-codes.ts';
import type { Command } from './command.ts';
import { commonOptions } from './command-options.ts';
import { commands } from './command-table.ts';
import { titleOf } from './find-command.ts';
import { optionRows, ownOptions } from './help-text.ts';
import type { OptionTable } from './option-table.ts';

/** Environment variables that the program itself looks at. */
const environment: readonly (readonly [string, string])[] = [
  ['NO_COLOR', 'not empty: nothing is coloured'],
  ['STX_BAKE_SSTATE_TOKEN', 'token for the servers that results are published to'],
  ['TERM', '`dumb`, or not set: plain lines instead of a view that is written over'],
];

const files: readonly (readonly [string, string])[] = [
  ['build/conf/local.conf, build/conf/bblayers.conf', 'the settings of a build directory, and its layers'],
  ['build/cache/', 'what was read, the history of builds, the events of the last one'],
  ['build/tmp/', 'work folders of recipes, with the logs of their tasks in temp/'],
  ['build/sstate-cache/', 'stored results (SSTATE_DIR); may be shared'],
];

/** The manual as `man` reads it (roff, macros of man(7)), made from the tables of commands and options. */
export function manPage(): string {
  const [builder, ...others] = commands;
  const named = others.flatMap((each) => ['.br', synopsis(each)]);
  return `${[
    '.\\" Made by `npm run docs:reference`; edit the tables in engine/app/command-line instead.',
    '.TH STX-BAKE 1 "" "stx-bake" "User Commands"',
    '.SH NAME',
    'stx-bake \\- packages and bootable images for several operating systems from one set of recipes',
    '.SH SYNOPSIS',
    '.nh',
    '.ad l',
    ...(builder === undefined ? [] : [synopsis(builder)]),
    ...named,
    '.br',
    '.B stx-bake help',
    '[COMMAND]',
    '.ad b',
    '.SH DESCRIPTION',
    "Reads recipes in BitBake's language, and builds, restores or skips the tasks of the targets.",
    'A first word that is no command is a target. Options may stand anywhere before \\-\\-.',
    '.SH OPTIONS OF EVERY COMMAND',
    ...optionEntries(commonOptions),
    ...commands.flatMap(section),
    '.SH EXIT STATUS',
    ...Object.entries(exitCodes).flatMap(([key, code]) => [
      ...entry(String(code), exitCodeMeanings[key as keyof typeof exitCodes]),
    ]),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, about]) => entry(name, about)),
    '.SH FILES',
    ...files.flatMap(([name, about]) => entry(name, about)),
  ].join('\n')}\n`;
}

function synopsis({ path, usage }: Command): string {
  return `.B ${roff(titleOf(path))}\n[OPTIONS]${usage === '' ? '' : ` ${roff(usage)}`}`;
}

function section(command: Command): readonly string[] {
  const title = command.path.length === 0 ? 'TARGET' : command.path.join(' ').toUpperCase();
  return [
    `.SH ${roff(title)}`,
    synopsis(command),
    '.PP',
    line(`${sentence(command.summary)}.`),
    ...command.details.flatMap((each) => ['.br', line(each)]),
    ...optionEntries(ownOptions(command)),
  ];
}

function optionEntries(table: OptionTable): readonly string[] {
  return optionRows(table).flatMap(([option, help]) => entry(option.trim(), help));
}

function entry(term: string, about: string): readonly string[] {
  return ['.TP', `.B ${roff(term)}`, line(about)];
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A line of text: one that begins with a dot or an apostrophe would be taken for a request. */
function line(text: string): string {
  const safe = roff(text);
  return /^[.']/.test(safe) ? `\\&${safe}` : safe;
}

/** Backslashes and dashes as themselves; code in backticks is bold. */
function roff(text: string): string {
  const plain = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('~', '\\(ti').replaceAll("'", '\\(aq');
  return plain.replaceAll(/`([^`]*)`/g, '\\fB$1\\fR');
}
