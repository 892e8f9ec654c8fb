import { StxError } from '../../base/stx-error.ts';
import type { scriptNames } from '../package/package-order.ts';
import type { PackageRecord } from '../package/package-record.ts';

/** A maintainer script by deb's word for it. */
export type ScriptName = (typeof scriptNames)[number];

/** Lines that surround what a recipe wrote for a script. */
export interface ScriptParts {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A finished script. */
export interface Script {
  /** As the `#!` line has it, with arguments. */
  readonly interpreter: string;
  /** Without the `#!` line. */
  readonly body: string;
}

/**
 * A recipe's script with what is generated around it; `preamble` sets STX_ACTION and stands first when somebody asks for
 * it. `undefined` when there is nothing to run. Throws `bad-package-metadata` when generated lines would have to stand in a
 * script that is not a shell's.
 */
export function composeScript(
  name: ScriptName,
  record: PackageRecord,
  generated: ScriptParts & { readonly preamble: readonly string[] },
): Script | undefined {
  const written = record.scripts[name] ?? '';
  const { before, after, preamble } = generated;
  if (written === '' && before.length === 0 && after.length === 0) return undefined;
  const header = /^#![^\n]*\n?/.exec(written);
  const { command: interpreter, program } = scriptInterpreter(written) ?? { command: '/bin/sh', program: '/bin/sh' };
  const body = header === null ? written : written.slice(header[0].length);
  const text = [...before, body.replace(/\n$/, ''), ...after].filter((each) => each !== '').join('\n');
  const isGenerated = before.length > 0 || after.length > 0;
  const needsAction = text.includes('STX_ACTION');
  if (!/\/(?:ba|da|k)?sh$/.test(program)) {
    if (isGenerated) throw notShell(name, record);
    return { interpreter, body };
  }
  const lines = [...(header === null || isGenerated ? ['set -e'] : []), ...(needsAction ? preamble : []), text];
  return { interpreter, body: `${lines.join('\n')}\n` };
}

/** What the `#!` line of a script says: its command, and the program that this starts; `undefined` without such a line. */
export function scriptInterpreter(text: string): { readonly command: string; readonly program: string } | undefined {
  const command = /^#![ \t]*([^\n]*?)[ \t]*(?:\n|$)/.exec(text)?.[1];
  if (command === undefined || command === '') return undefined;
  const [first = '', second] = command.split(/\s+/);
  const isNamed =
    first.endsWith('/env') && second !== undefined && /^[\w.+-]+$/.test(second) && !second.startsWith('-');
  return { command, program: isNamed ? `/usr/bin/${second}` : first };
}

function notShell(name: ScriptName, record: PackageRecord): StxError {
  const variable = `pkg_${name}:${record.name}`;
  return StxError.of(
    'bad-package-metadata',
    `\`${variable}\` is no shell script, and users, units or alternatives need lines in it`,
    {
      setting: { variable },
      help: 'write it as a shell script that calls the program',
    },
  );
}

/** A word as a shell takes it literally. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Commands that make the accounts of a package unless they are there. */
export function accountLines(record: PackageRecord): readonly string[] {
  return record.accounts.map(({ kind, name, arguments: words }) =>
    kind === 'group'
      ? `getent group ${name} >/dev/null || groupadd ${words}`
      : `getent passwd ${name} >/dev/null || useradd ${words}`,
  );
}

/** Commands that enter the alternatives of a package. */
export function alternativeLines(record: PackageRecord): readonly string[] {
  return record.alternatives.map(
    ({ name, link, target, priority }) =>
      `update-alternatives --install ${shellWord(link)} ${shellWord(name)} ${shellWord(target)} ${priority}`,
  );
}

/** Commands that take them out again when the package goes. */
export function alternativeRemovalLines(record: PackageRecord): readonly string[] {
  if (record.alternatives.length === 0) return [];
  const lines = record.alternatives.map(
    ({ name, target }) => `    update-alternatives --remove ${shellWord(name)} ${shellWord(target)}`,
  );
  return ['if [ "$STX_ACTION" = remove ]; then', ...lines, 'fi'];
}

/** On a running system new units are read; those that run are started anew when the package is upgraded. */
export function unitLines(record: PackageRecord): readonly string[] {
  if (record.units.length === 0) return [];
  const units = record.units.map(shellWord).join(' ');
  return [
    'if [ -d /run/systemd/system ]; then',
    '    systemctl --system daemon-reload >/dev/null || :',
    `    if [ "$STX_ACTION" = upgrade ]; then systemctl --system try-restart ${units} >/dev/null || :; fi`,
    'fi',
  ];
}

/** A package that goes stops its units first. */
export function unitRemovalLines(record: PackageRecord): readonly string[] {
  if (record.units.length === 0) return [];
  return [
    'if [ "$STX_ACTION" = remove ] && [ -d /run/systemd/system ]; then',
    `    systemctl --system stop ${record.units.map(shellWord).join(' ')} >/dev/null || :`,
    'fi',
  ];
}
