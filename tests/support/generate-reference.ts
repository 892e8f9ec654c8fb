import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from '../../engine/app/command-line/command.ts';
import { commonOptions } from '../../engine/app/command-line/command-options.ts';
import { commands } from '../../engine/app/command-line/command-table.ts';
import { optionRows, ownOptions, usageLine } from '../../engine/app/command-line/help-text.ts';
import { manPage } from '../../engine/app/command-line/man-page.ts';
import { oldCommands } from '../../engine/app/command-line/old-commands.ts';
import type { OptionTable } from '../../engine/app/command-line/option-table.ts';
import { exitCodeMeanings, exitCodes } from '../../engine/app/exit-codes.ts';
import { diagnosticCodes } from '../../engine/base/diagnostic-codes.ts';
import type { TaskType } from '../../engine/task-types/task-type.ts';
import { taskTypeTable } from '../../engine/task-types/task-type-table.ts';
import { contractRows } from './os-contract.ts';

/** `npm run docs:reference` writes the pages of docs/reference that are made from tables of the engine. */
const folder = fileURLToPath(new URL('../../docs/reference', import.meta.url));
const madeBy = 'Made by `npm run docs:reference`; edit the table instead.';

/** File name below docs/reference -> the text that belongs into it. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['codes.md', codesPage()],
    ['commands.md', commandsPage()],
    ['exit-codes.md', exitCodesPage()],
    ['old-commands.md', oldCommandsPage()],
    ['os-contract.md', contractPage()],
    ['stx-bake.1', manPage()],
    ['tasks.md', tasksPage()],
  ]);
}

function codesPage(): string {
  const rows = Object.entries(diagnosticCodes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, meaning]) => `| \`${code}\` | ${cell(meaning)} |`);
  return page([
    '# Diagnostic codes',
    '',
    `Every error and warning ends its first line with its code in brackets. ${madeBy}`,
    '(`engine/base/diagnostic-codes.ts`)',
    '',
    '| code | meaning |',
    '| --- | --- |',
    ...rows,
  ]);
}

function contractPage(): string {
  const rows = contractRows().map(
    ({ variable, need, kind, meaning }) => `| \`${variable}\` | ${need} | ${cell(kind)} | ${cell(meaning)} |`,
  );
  return page([
    '# What the layer of an operating system answers',
    '',
    `The rows of class \`os-contract\`, which \`conf/distro/NAME.conf\` answers. ${madeBy}`,
    '(`layers/core/classes/os-contract.bbclass`)',
    '',
    'A required answer that is missing is an error (`missing-answer`) wherever DISTRO names the system. Where there is nothing',
    'to answer, the layer says why, and users are shown it: `NO_ANSWER[VARIABLE] = "reason"`, for a kernel variant',
    '`NO_KERNEL[variant]`, for an architecture `NO_ARCH[architecture]`. Who selects such a variant is told the reason',
    '(`variant-unavailable`). `stx-bake inspect layers` lists all reasons. [porting.md](../porting.md) leads through a new layer.',
    '',
    '| variable | need | kind | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '## Names',
    '',
    'Recipes name what they need of the vendor by neutral names: `VENDOR_DEPENDS = "pc:uuid cmd:sqlite3 py:pbr pkg:python3-dev"`',
    'to build, `RDEPENDS:${PN} = "vendor:cmd:logrotate"` to run. `pc` is a pkg-config name, `py` one of the Python package index,',
    '`cmd` a program, `pkg` a word of ours. The tables `PACKAGE_NAME_PC`, `_PY`, `_CMD` and `_PKG` translate; a name without a row',
    'goes through `PACKAGE_NAME_DEFAULT[kind]`; without that it is an error (`unmapped-name`) that shows the line to add.',
  ]);
}

function commandsPage(): string {
  return page([
    '# Commands',
    '',
    `What \`stx-bake\` can be told; \`stx-bake COMMAND --help\` says the same. ${madeBy}`,
    '(`engine/app/command-line/`)',
    '',
    'A first word that is no command is a target to build. Options may stand anywhere before `--`. What it exits with is in',
    '[exit-codes.md](exit-codes.md); `man -l docs/reference/stx-bake.1` shows all of this as a manual page.',
    '',
    '## Options of every command',
    '',
    ...optionTable(commonOptions),
    ...commands.flatMap(commandSection),
  ]);
}

function oldCommandsPage(): string {
  return page([
    '# Commands of the former build systems',
    '',
    `Typed behind \`stx-bake\`, each of these works, and says its new name, or tells what there is instead. ${madeBy}`,
    '(`engine/app/command-line/old-commands.ts`)',
    '',
    'Their usual options are understood too: `stx-bake build-pkgs -p fm-common,mtce --no-descendants`. What has nothing to do any',
    'more is passed over with a remark; what is unknown is an error (`old-command`). `stx-bake build NAME` builds a target that',
    'has such a name.',
    '',
    '| formerly | now | |',
    '| --- | --- | --- |',
    ...oldCommands().map(({ old, now, runs }) => `| \`${old}\` | ${cell(nowText(now))} | ${runs ? 'works' : 'told'} |`),
  ]);
}

function nowText(now: string): string {
  return now.startsWith('stx-bake ') ? `\`${now}\`` : now;
}

function commandSection(command: Command): readonly string[] {
  const own = ownOptions(command);
  const title = command.path.length === 0 ? 'TARGET' : command.path.join(' ');
  return [
    '',
    `## ${title}`,
    '',
    `\`${usageLine(command)}\`: ${command.summary}.`,
    ...(command.details.length === 0 ? [] : ['', ...command.details]),
    ...(Object.keys(own).length === 0 ? [] : ['', ...optionTable(own)]),
  ];
}

function optionTable(table: OptionTable): readonly string[] {
  const rows = optionRows(table).map(([option, help]) => `| \`${option.trim()}\` | ${cell(help)} |`);
  return ['| option | meaning |', '| --- | --- |', ...rows];
}

function exitCodesPage(): string {
  const rows = Object.entries(exitCodes).map(
    ([key, code]) => `| ${code} | ${cell(exitCodeMeanings[key as keyof typeof exitCodes])} |`,
  );
  return page([
    '# Exit codes',
    '',
    `What \`stx-bake\` ends with. ${madeBy} (\`engine/app/exit-codes.ts\`)`,
    '',
    '| code | meaning |',
    '| --- | --- |',
    ...rows,
    '',
    '`stx-bake attach` ends with the code of the build that it shows, `stx-bake shell TARGET:TASK COMMAND` with that of the command,',
    '`stx-bake replay` with 0 whatever became of the build.',
  ]);
}

function tasksPage(): string {
  const types = [...taskTypeTable.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return page([
    '# Built-in tasks',
    '',
    `A class binds one with \`do_x[builtin] = "name"\`. ${madeBy} (\`engine/task-types/\`)`,
    '',
    '*Hashed* variables are part of the signature of the task, *unhashed* ones are handed to it without that (paths,',
    'mirrors, limits). The pool says which slots a task takes: `network` tasks run beside those of the processors.',
    ...types.flatMap(section),
  ]);
}

function section(type: TaskType): readonly string[] {
  const rows: [string, string][] = [
    ['hashed variables', names(type.variables)],
    ['hashed varflags', (type.hashedFlags ?? []).map(flagText).join(' ')],
    [
      'hashed, one per word',
      type.perWord ? `${names(type.perWord.variables)} (words of \`${type.perWord.list}\`)` : '',
    ],
    ['unhashed variables', names(type.unhashedVariables)],
    ['local files of SRC_URI', type.readsLocalSources ? 'their digests are part of the signature' : ''],
    ['pool', type.pool],
  ];
  const kept = rows.filter(([, text]) => text !== '').map(([title, text]) => `| ${title} | ${cell(text)} |`);
  return ['', `## ${type.name}`, '', type.description, '', '| | |', '| --- | --- |', ...kept];
}

function flagText({ variable, ending }: { readonly variable: string; readonly ending: string }): string {
  return `\`${variable}[...${ending}]\``;
}

function names(list: readonly string[]): string {
  return list.map((name) => `\`${name}\``).join(' ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function page(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of referencePages()) writeFileSync(`${folder}/${name}`, text);
}
