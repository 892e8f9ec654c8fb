import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemError } from '../../base/system-error.ts';
import { recipeListText, taskGraphText } from '../../inspect/graph-texts.ts';
import { targetsOf } from '../chosen-targets.ts';
import type { BuildCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMetadata } from '../load-metadata.ts';
import { targetGraph } from '../target-graph.ts';

/** `stx-bake -g TARGET...`: writes pn-buildlist and task-depends.dot into the current folder, whole or not at all. */
export async function writeGraph(options: BuildCall): Promise<number> {
  const { workspace } = await loadMetadata(options);
  const graph = targetGraph(workspace, targetsOf(options, workspace), options);
  const directory = process.cwd();
  const recipes = recipeListText(graph);
  write(join(directory, 'pn-buildlist'), recipes);
  write(join(directory, 'task-depends.dot'), taskGraphText(graph));
  const count = recipes.split('\n').length - 1;
  process.stdout.write(`stx-bake: wrote pn-buildlist (${count} recipes) and task-depends.dot (${graph.size} tasks)\n`);
  return exitCodes.ok;
}

function write(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.new`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw systemError(error, 'writing the task graph', path);
  }
}
