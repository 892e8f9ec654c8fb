import { StxError } from '../../base/stx-error.ts';
import { parseTarget } from '../../taskgraph/parse-target.ts';
import { buildCommand } from '../build-command.ts';
import type { BuildCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { openQuestion } from '../open-question.ts';
import { shellCommand } from './shell-command.ts';

/** Whose sandbox is entered: the task that is there for it, else the one that developers mostly care about. */
const candidates = ['do_devshell', 'do_compile'];

/**
 * `stx-bake -c devshell TARGET`: builds what the task needs, then opens a shell in its sandbox, whatever the task itself
 * would do (that of OpenEmbedded opens a terminal window).
 */
export async function devshell(options: BuildCall): Promise<number> {
  const [word = '', second] = options.words;
  if (second !== undefined) {
    throw StxError.of('bad-argument', '`-c devshell` takes one target', { help: 'name one recipe' });
  }
  const { configuration, name } = parseTarget(word);
  const title = configuration === '' ? name : `mc:${configuration}:${name}`;
  const { recipe } = (await openQuestion(options)).find(title);
  const task = candidates.find((each) => recipe.tasks.has(each));
  if (task === undefined) {
    throw StxError.of('unknown-task', `\`${recipe.pn}\` has no task \`do_devshell\`, and no \`do_compile\` either`, {
      help: `\`stx-bake shell ${title}:TASK\` enters the sandbox of any task`,
    });
  }
  const needs = await buildCommand({ ...options, words: [`${title}:${task}-`], task: undefined });
  if (needs !== exitCodes.ok || options.dryRun) return needs;
  return shellCommand({ ...options, words: [`${title}:${task}`] });
}
