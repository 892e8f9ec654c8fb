import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { nodeFileReader } from '../../base/node-file-reader.ts';
import { StxError } from '../../base/stx-error.ts';
import { adoptTree } from '../../devtool/adopt-tree.ts';
import { makeTree } from '../../devtool/make-tree.ts';
import { readStates, type TreeState, workspaceFolder, writeState } from '../../devtool/tree-state.ts';
import { makeWorkspaceLayer, writeAppend } from '../../devtool/workspace-layer.ts';
import { readLayerList } from '../../layers/layer-list.ts';
import { refuseBlanks, requireWritable } from '../build-directory.ts';
import { takeBuildLock } from '../build-lock.ts';
import type { DevtoolModifyCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { abortOnSignals } from '../interrupt.ts';
import { type DevtoolRecipe, openRecipe, say, unlessInterrupted } from './devtool-recipe.ts';
import { addLayersCommand } from './layers-command.ts';

/** `stx-bake devtool modify RECIPE [DIR]`. */
export async function devtoolModifyCommand(options: DevtoolModifyCall): Promise<number> {
  const [word = '', directory] = options.words;
  process.umask(0o022);
  const opened = await openRecipe(options, word);
  const { buildDirectory, recipe, others, reading, base } = opened;
  requireWritable(buildDirectory);
  const tree = resolve(directory ?? join(workspaceFolder(buildDirectory), 'sources', recipe.pn));
  refuseBlanks(tree);
  refuseTaken(opened, tree, options.noExtract);
  const layer = makeWorkspaceLayer(buildDirectory, (base.value('LAYERSERIES_CORENAMES') ?? '').trim());
  if (!readLayerList(reading).paths.includes(layer)) await addLayersCommand({ ...options, words: [layer] });
  using _lock = takeBuildLock(buildDirectory);
  using interrupt = abortOnSignals('\nstx-bake: stopping; nothing is left behind\n');
  const request = { recipe, others, files: nodeFileReader, tree, signal: interrupt.signal, say };
  return await unlessInterrupted(interrupt.signal, async () => {
    const state = options.noExtract ? await adoptTree(request) : await makeTree(request);
    writeState(buildDirectory, state);
    writeAppend(buildDirectory, state);
    tell(state);
    return exitCodes.ok;
  });
}

/** What is there is not written over. */
function refuseTaken({ buildDirectory, recipe, state }: DevtoolRecipe, tree: string, isKept: boolean): void {
  const { pn, datastore } = recipe;
  if (state !== undefined) {
    writeAppend(buildDirectory, state);
    throw StxError.of('would-overwrite', `\`${pn}\` has a work tree already, \`${state.tree}\``, {
      help: `work there, or go back first: \`stx-bake devtool reset ${pn}\``,
    });
  }
  const same = [...readStates(buildDirectory).values()].find(({ file }) => basename(file) === basename(recipe.file));
  if (same !== undefined) {
    throw StxError.of(
      'would-overwrite',
      `\`${pn}\` is of the same file as \`${same.recipe}\`, whose work tree is \`${same.tree}\``,
      {
        help: 'it stands for the sources of both',
      },
    );
  }
  const external = datastore.get('EXTERNALSRC') ?? '';
  if (external !== '') {
    throw StxError.of(
      'would-overwrite',
      `EXTERNALSRC makes \`${external}\` stand for the sources of \`${pn}\` already`,
      {
        span: datastore.definition('EXTERNALSRC'),
        help: 'remove it from the configuration first',
      },
    );
  }
  const isEmpty = !existsSync(tree) || (isFolder(tree) && readdirSync(tree).length === 0);
  if (isKept || isEmpty) return;
  throw StxError.of('would-overwrite', `\`${tree}\` is not empty`, {
    help: 'name another folder; or, when it is a git work tree of these sources, take it as it is with `--no-extract`',
  });
}

function isFolder(path: string): boolean {
  return nodeFileReader.kind(path) === 'directory';
}

function tell(state: TreeState): void {
  const { recipe, tree, source, patches, left } = state;
  const commits = patches.length === 1 ? '1 patch is a commit' : `${patches.length} patches are commits`;
  say(`${recipe} is built from ${source} as it stands, for every system; ${commits} there`);
  if (source !== tree) say(`the git work tree is ${tree}`);
  if (left.length > 0) say(`patches of single systems, which the build applies on top: ${left.join(' ')}`);
  say(
    `\`stx-bake devtool finish ${recipe} LAYER\` makes patches of new commits, \`stx-bake devtool reset ${recipe}\` goes back`,
  );
}
