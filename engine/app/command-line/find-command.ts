import { didYouMean } from '../../base/spelling.ts';
import { StxError } from '../../base/stx-error.ts';
import type { Command, ParsedCall } from './command.ts';
import { commands } from './command-table.ts';
import type { OptionSpec } from './option-table.ts';
import { findOption, parseOptions, wordsOf } from './parse-options.ts';

/** What a call asks for: help on a group of commands (all of them for no words), or a command. */
export type Request =
  | { readonly kind: 'version' }
  | { readonly kind: 'manual' }
  | { readonly kind: 'help'; readonly path: readonly string[] }
  | { readonly kind: 'run'; readonly command: Command; readonly call: ParsedCall };

const [builder, ...named] = commands;

/**
 * Takes the arguments apart: the first words choose the command, its table says which options it has. Throws StxError
 * `bad-option` or `bad-argument`.
 */
export function parseCommandLine(args: readonly string[]): Request {
  const words = wordsOf(args, anyOption);
  const [first] = words;
  if (first === 'help' && args.includes('--man')) return { kind: 'manual' };
  if (first === 'help') return { kind: 'help', path: helpPath(words.slice(1)) };
  const command = first === undefined ? builder : chooseCommand(words, args);
  if (command === undefined) return { kind: 'help', path: helpPath(words.slice(0, 1)) };
  const { words: given, values } = parseOptions(args, {
    table: command.options,
    title: titleOf(command.path),
    explain: (option) => explain(option, command),
  });
  if (values['version'] === true) return { kind: 'version' };
  if (values['help'] === true) return { kind: 'help', path: command.path };
  if (args.length === 0) return { kind: 'help', path: [] };
  const own = first === 'build' && command === builder ? 1 : command.path.length;
  const call = { words: given.slice(own), values };
  checkWords(command, call.words);
  return { kind: 'run', command, call };
}

/** `stx-bake inspect tasks`. */
export function titleOf(path: readonly string[]): string {
  return ['stx-bake', ...path].join(' ');
}

/** The commands whose path begins so. */
export function commandsBelow(path: readonly string[]): readonly Command[] {
  return named.filter((each) => path.every((word, index) => each.path[index] === word));
}

/** The command of the first words; `undefined` when help on a group was asked for. */
function chooseCommand(words: readonly string[], args: readonly string[]): Command | undefined {
  const [first = '', second] = words;
  const below = commandsBelow([first]);
  if (below.length === 0) return builder;
  const exact = below.find((each) => each.path.length === 2 && each.path[1] === second);
  if (exact !== undefined) return exact;
  const alone = below.find((each) => each.path.length === 1);
  const subjects = below.flatMap((each) => (each.path[1] === undefined ? [] : [each.path[1]]));
  if (alone !== undefined && (subjects.length === 0 || second === undefined)) return alone;
  if (args.includes('-h') || args.includes('--help')) return undefined;
  const message = second === undefined ? `\`${first}\` needs to know what` : `\`${first}\` does not know \`${second}\``;
  const help =
    didYouMean(second ?? '', subjects) ?? `one of: ${subjects.join(', ')}; \`stx-bake ${first} --help\` explains them`;
  throw StxError.of('bad-argument', message, { help });
}

function helpPath(words: readonly string[]): readonly string[] {
  const [first = '', second = ''] = words;
  if (words.length === 0) return [];
  if (commandsBelow([first, second]).length > 0) return [first, second];
  if (commandsBelow([first]).length > 0) return [first];
  const names = [...new Set(named.map((each) => each.path[0] ?? ''))];
  const help = didYouMean(first, names) ?? `commands: ${names.join(' ')}`;
  throw StxError.of('bad-argument', `there is no command \`${first}\``, { help });
}

function checkWords(command: Command, words: readonly string[]): void {
  const title = titleOf(command.path);
  const help = `write \`${[title, command.usage].join(' ').trim()}\``;
  if (words.length < command.least) throw StxError.of('bad-argument', `\`${title}\` lacks ${command.usage}`, { help });
  const surplus = words[command.most];
  if (surplus !== undefined) throw StxError.of('bad-argument', `\`${title}\` has no use for \`${surplus}\``, { help });
  if (words.includes('')) throw StxError.of('bad-argument', `\`${title}\` was given an empty word`, { help });
}

/** An option of any command: before the command is known, its words must be found. */
function anyOption(option: string): OptionSpec | undefined {
  for (const each of commands) {
    const found = findOption(each.options, option);
    if (found !== undefined) return found[1];
  }
  return undefined;
}

const noServer = 'there is no server: each command starts, works and ends';
const oneInterface = 'there is one user interface';
const localSettings = 'put the settings into conf/local.conf';
const dryRun = '`stx-bake -n TARGET` says which tasks would run and why';

/** What those who know BitBake may try, and what to write here. */
const bitbakeOptions: Readonly<Record<string, string>> = {
  ...{ '-S': dryRun, '--dump-signatures': dryRun },
  ...{ '-R': localSettings, '--read': localSettings, '--postread': localSettings },
  ...{ '-u': oneInterface, '--ui': oneInterface },
  ...{ '-I': 'name it in ASSUME_PROVIDED', '--ignore-deps': 'name it in ASSUME_PROVIDED' },
  ...{ '-m': noServer, '--kill-server': noServer, '--server-only': noServer, '-B': noServer, '--bind': noServer },
  ...{ '-T': noServer, '--idle-timeout': noServer, '--remote-server': noServer, '--token': noServer },
  ...{ '--observe-only': noServer, '--status-only': noServer },
};

function explain(option: string, command: Command): string | undefined {
  const owners = commands.filter((each) => each !== command && findOption(each.options, option) !== undefined);
  const list = owners.slice(0, 3).map((each) => `\`${each === builder ? 'stx-bake TARGET' : titleOf(each.path)}\``);
  if (list.length > 0) return `\`${option}\` is an option of ${list.join(', ')}`;
  return Object.hasOwn(bitbakeOptions, option) ? bitbakeOptions[option] : undefined;
}
