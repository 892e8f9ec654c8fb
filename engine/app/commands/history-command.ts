import { existsSync } from 'node:fs';
import { StxError } from '../../base/stx-error.ts';
import { reportBuild } from '../../explain/report.ts';
import { historyText, reportText } from '../../explain/report-text.ts';
import { tracePath } from '../../history/build-recorder.ts';
import { type History, openHistory } from '../../history/history.ts';
import type { BuildRow } from '../../history/rows.ts';
import { shortPath } from '../../inspect/place.ts';
import { findBuildDirectory } from '../build-directory.ts';
import type { InspectCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';

/** `stx-bake history`: the builds of the build directory, newest first. */
export async function historyCommand(options: InspectCall): Promise<number> {
  using history = openHistory(findBuildDirectory(options.buildDirectory, process.cwd()));
  const builds = history.builds();
  sayNotes(history);
  process.stdout.write(options.json ? `${JSON.stringify(builds, null, 2)}\n` : historyText(builds));
  return exitCodes.ok;
}

/** `stx-bake report [BUILD]`: where the time of a build went. */
export async function reportCommand(options: InspectCall): Promise<number> {
  const buildDirectory = findBuildDirectory(options.buildDirectory, process.cwd());
  using history = openHistory(buildDirectory);
  const build = chooseBuild(options.words[0], history);
  const report = reportBuild(build, history.tasks(build.build), history.graph(build.build));
  const trace = tracePath(buildDirectory, build.build);
  const shown = existsSync(trace) ? shortPath(trace, process.cwd()) : undefined;
  sayNotes(history);
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report, shown));
  return exitCodes.ok;
}

/** The build of that number, else the newest. Throws StxError `unknown-build`. */
export function chooseBuild(word: string | undefined, history: History): BuildRow {
  const known = history.builds(5);
  const found = word === undefined ? known[0] : /^\d+$/.test(word) ? history.build(Number(word)) : undefined;
  if (found !== undefined) return found;
  const message =
    word === undefined ? 'there is no build in the history' : `there is no build \`${word}\` in the history`;
  const newest = known.map(({ build }) => build).join(', ');
  const help =
    known.length === 0
      ? 'a build is kept when a task of it runs or is restored'
      : `the newest: ${newest}; \`stx-bake history\` lists them`;
  throw StxError.of('unknown-build', message, { help });
}

function sayNotes(history: History): void {
  for (const note of history.notes()) process.stderr.write(`stx-bake: ${note}\n`);
}
