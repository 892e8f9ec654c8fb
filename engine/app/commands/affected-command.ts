import { nodeFileReader } from '../../base/node-file-reader.ts';
import { affectedText, answerAffected } from '../../explain/affected-answer.ts';
import { affectedTasks } from '../../explain/affected-tasks.ts';
import { parseSubject } from '../../explain/parse-subject.ts';
import type { AffectedCall } from '../command-line/command-options.ts';
import { describeTargets } from '../describe-targets.ts';
import { exitCodes } from '../exit-codes.ts';

/** `stx-bake affected FILE|VARIABLE|RECIPE...`: what a change would rebuild, of everything or of some targets. */
export async function affectedCommand(options: AffectedCall): Promise<number> {
  const targets = options.target.length > 0 ? options.target : ['world'];
  const { described, workspace } = await describeTargets(targets, { ...options, keepGoing: true });
  const world = { described, workspace, files: nodeFileReader };
  const subjects = options.words.flatMap((word) => parseSubject(word, world, process.cwd()));
  const answer = answerAffected(described, affectedTasks(world, subjects), options.words);
  const text = options.json
    ? `${JSON.stringify(answer, null, 2)}\n`
    : affectedText(answer, { all: options.all, base: process.cwd() });
  process.stdout.write(text);
  return exitCodes.ok;
}
