import { inspectVersions, versionsText } from '../../inspect/inspect-versions.ts';
import type { BuildCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { openQuestion } from '../open-question.ts';

/** `stx-bake -s`: all recipes with their latest and preferred versions. */
export async function showVersions(options: BuildCall): Promise<number> {
  const question = await openQuestion(options);
  const catalog = question.workspace.configurations.get('')?.catalog;
  process.stdout.write(versionsText(inspectVersions(catalog)));
  question.noteErrors();
  return exitCodes.ok;
}
