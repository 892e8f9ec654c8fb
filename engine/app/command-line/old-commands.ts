import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { StxError } from '../../base/stx-error.ts';

/** A call in the words of the former build systems, in ours. */
export interface TranslatedCall {
  readonly args: readonly string[];
  /** What became of options that have nothing to do any more. */
  readonly remarks: readonly string[];
}

/** What becomes of an option: arguments of ours, a remark, or an error that says the way. */
interface OldOption {
  readonly takes?: 'value';
  readonly gives?: readonly string[];
  /** Recipes that the value names. */
  readonly names?: true;
  readonly kernels?: true;
  readonly remark?: string;
  readonly refused?: string;
}

interface OldCommand {
  /** A `*` stands for the word of a project or system. */
  readonly names: readonly string[];
  /** What does it now, as shown to people. */
  readonly now: string;
  /** Arguments of ours; the recipes that were named follow, or `else`. Absent: there is nothing that could just be run. */
  readonly gives?: readonly string[];
  readonly else?: readonly string[];
  readonly options?: Readonly<Record<string, OldOption>>;
}

/** What conf/old-commands.json says. */
interface OldCommandTable {
  readonly commands: readonly OldCommand[];
  /** Verbs of `stx`, those of `stx build` with our arguments, and those that are refused. */
  readonly stx: Readonly<Record<string, OldCommand>>;
  readonly stxBuild: Readonly<Record<string, readonly string[]>>;
  readonly stxBuildRefused: Readonly<Record<string, string>>;
}

let read: OldCommandTable | undefined;

function table(): OldCommandTable {
  const file = fileURLToPath(new URL('../../../conf/old-commands.json', import.meta.url));
  read ??= JSON.parse(readFileSync(file, 'utf8')) as OldCommandTable;
  return read;
}

/** A name of the former build systems, and what does its work now. */
export function oldCommands(): readonly { readonly old: string; readonly now: string; readonly runs: boolean }[] {
  const verbs = Object.entries(table().stxBuild).map(([verb, gives]) => [verb, gives.join(' ')]);
  const stx = [...verbs, ['NAME', 'NAME']].map(([verb, gives]) => ({
    old: `stx build ${verb}`,
    now: `stx-bake ${gives}`,
    runs: true,
  }));
  const rows = [...table().commands, ...Object.values(table().stx)].flatMap(({ names, now, gives }) =>
    names.map((old) => ({ old, now, runs: gives !== undefined })),
  );
  return [...rows, ...stx];
}

/**
 * What a call in the words of the former build systems asks for; `undefined` when its first word is none of theirs;
 * `--build-dir` and a dry run may stand before that. Throws
 * StxError `old-command` with the way when there is nothing that could just be run.
 */
export function translateOldCommand(args: readonly string[]): TranslatedCall | undefined {
  const at = beforeCommand(args);
  const [first = '', ...rest] = args.slice(at);
  const command = table().commands.find(({ names }) => names.some((name) => isCalled(first, name)));
  const call = first === 'stx' ? translateStx(rest) : command && translated(first, command, rest);
  return call && { ...call, args: [...args.slice(0, at), ...call.args] };
}

/** Options of ours that an old command takes besides its own. */
const ownOptions = new Set(['-n', '--dry-run', '--all-os', '-v', '--verbose', '-D', '--debug']);

/** How many words stand before the command. */
function beforeCommand(args: readonly string[], from = 0): number {
  const word = args[from] ?? '';
  if (word === '--build-dir') return beforeCommand(args, from + 2);
  return ownOptions.has(word) || word.startsWith('--build-dir=') ? beforeCommand(args, from + 1) : from;
}

function isCalled(word: string, name: string): boolean {
  const [start = '', end] = name.split('*');
  if (end === undefined) return word === name;
  return word.length > start.length + end.length && word.startsWith(start) && word.endsWith(end);
}

function translateStx(args: readonly string[]): TranslatedCall {
  const [verb = '', second = '', ...rest] = args;
  if (verb === 'build' && second !== '') {
    const refused = table().stxBuildRefused[second];
    if (refused !== undefined) throw refusal(`stx build ${second}`, refused);
    return { args: [...(table().stxBuild[second] ?? [second]), ...rest], remarks: [] };
  }
  const command = table().stx[verb];
  if (command === undefined) {
    const known = [...Object.keys(table().stx), 'build world|image|download|NAME'].join(', ');
    throw refusal(`stx ${verb}`.trim(), `\`stx-bake --help\` lists the commands; of \`stx\` these are known: ${known}`);
  }
  return translated(`stx ${verb}`, command, args.slice(1));
}

function translated(name: string, command: OldCommand, args: readonly string[]): TranslatedCall {
  if (command.gives === undefined) throw refusal(name, command.now);
  const read = readOldOptions(name, command, args);
  const named = read.kernels.length === 0 ? read.words : namesFor(read.words, read.kernels);
  const targets = named.length > 0 ? named : (command.else ?? []);
  return { args: [...command.gives, ...read.options, ...targets], remarks: read.remarks };
}

/** Once they were build types of one package; now the one for the kernel `rt` is a recipe of its own. */
function namesFor(words: readonly string[], kernels: readonly string[]): readonly string[] {
  return words.flatMap((word) => kernels.map((kernel) => (kernel === 'std' ? word : `${word}-${kernel}`)));
}

interface ReadOptions {
  readonly options: string[];
  readonly words: string[];
  readonly kernels: string[];
  readonly remarks: string[];
}

function readOldOptions(name: string, { options = {}, now }: OldCommand, args: readonly string[]): ReadOptions {
  const read: ReadOptions = { options: [], words: [], kernels: [], remarks: [] };
  const rest = [...args];
  for (let each = rest.shift(); each !== undefined; each = rest.shift()) {
    const [option = '', joined] = each.startsWith('--') ? each.split(/=(.*)/s) : [each];
    const known = options[option];
    if (!each.startsWith('-')) read.words.push(each);
    else if (known === undefined && ownOptions.has(each)) read.options.push(each);
    else if (known === undefined)
      throw refusal(`${name} ${option}`, `\`${now}\`; \`stx-bake --help\` lists its options`);
    else take(known, { option, read, name, value: known.takes === 'value' ? (joined ?? rest.shift() ?? '') : '' });
  }
  return read;
}

function take(
  known: OldOption,
  at: { readonly option: string; readonly name: string; readonly value: string; readonly read: ReadOptions },
): void {
  const { option, name, value, read } = at;
  if (known.refused !== undefined) throw refusal(`${name} ${option}`, known.refused);
  const words = value.split(',').filter((each) => each !== '');
  if (known.takes === 'value' && words.length === 0) {
    throw StxError.of('old-command', `\`${name} ${option}\` needs a value`, { help: 'write the value behind it' });
  }
  if (known.remark !== undefined) read.remarks.push(`\`${option}\` has nothing to do: ${known.remark}`);
  if (known.names) read.words.push(...words);
  if (known.kernels) read.kernels.push(...(known.takes === 'value' ? words : [option.replace(/^-+/, '')]));
  read.options.push(...(known.gives ?? []));
}

function refusal(name: string, now: string): StxError {
  return StxError.of('old-command', `\`${name}\` is of the former build systems`, { help: `now: ${now}` });
}
