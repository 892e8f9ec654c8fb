import type { Command } from './command.ts';
import { commonOptions } from './command-options.ts';
import { commands } from './command-table.ts';
import { commandsBelow, titleOf } from './find-command.ts';
import { longName, type OptionSpec, type OptionTable, takesValue } from './option-table.ts';

const intro = 'stx-bake: packages and bootable images for several operating systems from one set of recipes';

/** What `--help` prints for a command, a group of commands, or (no words) all of them. */
export function helpText(path: readonly string[]): string {
  const [builder] = commands;
  if (path.length === 0 && builder !== undefined) return overview(builder);
  const below = commandsBelow(path);
  const common = ['Options of every command', ...columns(optionRows(commonOptions), 2)];
  return [...below.map(commandLines), common].map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** `stx-bake inspect tasks [OPTIONS] RECIPE`. */
export function usageLine(command: Command): string {
  return [titleOf(command.path), '[OPTIONS]', command.usage].filter((each) => each !== '').join(' ');
}

/** `-c, --cmd TASK` and what it does, for each option of a table. */
export function optionRows(table: OptionTable): readonly (readonly [string, string])[] {
  return Object.entries(table).map(([key, spec]) => [optionName(key, spec), spec.help] as const);
}

function overview(builder: Command): string {
  const rows = commands.map((each) => [callText(each), each.summary] as const);
  return `${[
    intro,
    '',
    ...columns(rows, 2),
    '',
    'Options of a build',
    ...columns(optionRows(builder.options), 2),
    '',
    ...builder.details,
    '`stx-bake COMMAND --help` shows the options of a command; `stx-bake help --man | man -l -` is the manual.',
  ].join('\n')}\n`;
}

function commandLines(command: Command): readonly string[] {
  const own = ownOptions(command);
  const details = command.details.length === 0 ? [] : ['', ...command.details];
  const options = Object.keys(own).length === 0 ? [] : ['', ...columns(optionRows(own), 2)];
  return [`${titleOf(command.path)}: ${command.summary}`, '', `  ${usageLine(command)}`, ...details, ...options];
}

/** The options that not every command has. */
export function ownOptions(command: Command): OptionTable {
  return Object.fromEntries(Object.entries(command.options).filter(([key]) => !Object.hasOwn(commonOptions, key)));
}

function callText(command: Command): string {
  return [titleOf(command.path), command.usage].filter((each) => each !== '').join(' ');
}

function optionName(key: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  return `${short}--${longName(key, spec)}${takesValue(spec) ? ` ${spec.value}` : ''}`;
}

/** Two columns, the second aligned; a first column that is too wide stands alone. */
function columns(rows: readonly (readonly [string, string])[], indent: number): readonly string[] {
  const width = Math.min(38, Math.max(...rows.map(([left]) => left.length)));
  const pad = ' '.repeat(indent);
  return rows.flatMap(([left, right]) =>
    left.length > width
      ? [`${pad}${left}`, `${pad}${' '.repeat(width)}  ${right}`]
      : [`${pad}${left.padEnd(width)}  ${right}`],
  );
}
