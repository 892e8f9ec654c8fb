import { readFileSync } from 'node:fs';
import { StxError } from '../../base/stx-error.ts';
import type { Command } from '../command-line/command.ts';
import { type CommonCall, commonOptions } from '../command-line/command-options.ts';
import { findOption } from '../command-line/parse-options.ts';
import { type Completion, complete, type KnownNames } from '../completion/complete.ts';
import { namesFromCache } from '../completion/known-names.ts';
import { exitCodes } from '../exit-codes.ts';

/**
 * `stx-bake completion SHELL`: the script to be read by that shell. `stx-bake completion SHELL :WORD...`: what may stand
 * in the place of the last word; a line `words`, `files` or `directories`, then words with what they are behind a tab.
 */
export async function completionCommand(options: CommonCall, commands: readonly Command[]): Promise<number> {
  const [shell = '', ...words] = options.words;
  if (!['bash', 'zsh', 'fish'].includes(shell)) {
    throw StxError.of('bad-argument', `there is no completion for \`${shell}\``, { help: 'one of: bash, zsh, fish' });
  }
  const given = words.map((each) => each.replace(/^:/, ''));
  const names = (): KnownNames => namesFromCache(buildDirectoryIn(given) ?? options.buildDirectory);
  process.stdout.write(given.length === 0 ? script(shell) : answerText(complete(given, names(), commands)));
  return exitCodes.ok;
}

function script(shell: string): string {
  return readFileSync(new URL(`../completion/stx-bake.${shell}`, import.meta.url), 'utf8');
}

function answerText({ kind, words }: Completion): string {
  const lines = words.map(({ word, about }) => `${word}\t${about.replaceAll(/\s+/g, ' ')}`);
  return [kind, ...lines].map((line) => `${line}\n`).join('');
}

/** What `--build-dir` says in words that may not be complete. */
function buildDirectoryIn(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    const [option = '', ...value] = word.split('=');
    if (findOption(commonOptions, option)?.[0] !== 'buildDirectory' || !option.startsWith('--')) continue;
    return value.length > 0 ? value.join('=') : words[index + 1];
  }
  return undefined;
}
