import { nodeFileReader } from '../../base/node-file-reader.ts';
import { StxError } from '../../base/stx-error.ts';
import { tryGit } from '../../devtool/git.ts';
import { isRebasing, requireCommitted } from '../../devtool/read-commits.ts';
import { type PendingUpgrade, type TreeState, writeState } from '../../devtool/tree-state.ts';
import { bringSources, conflictOf, moveCommits, type UpgradeRequest } from '../../devtool/upgrade-tree.ts';
import { writeAppend } from '../../devtool/workspace-layer.ts';
import { takeBuildLock } from '../build-lock.ts';
import type { DevtoolUpgradeCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { abortOnSignals } from '../interrupt.ts';
import { openRecipe, requireState, say, unlessInterrupted } from './devtool-recipe.ts';

/** `stx-bake devtool upgrade RECIPE [--version V] [--srcrev R]`. */
export async function devtoolUpgradeCommand(options: DevtoolUpgradeCall): Promise<number> {
  const opened = await openRecipe(options, options.words[0] ?? '');
  const { buildDirectory, recipe } = opened;
  const state = requireState(opened);
  using _lock = takeBuildLock(buildDirectory);
  using interrupt = abortOnSignals('\nstx-bake: stopping\n');
  if (state.upgrade?.rebasingOnto !== undefined && (await goOn(buildDirectory, state))) return exitCodes.ok;
  await requireCommitted(state, 'upgraded');
  const version = options.newVersion;
  const request = {
    state,
    recipe,
    files: nodeFileReader,
    version,
    revision: options.srcrev,
    signal: interrupt.signal,
    say,
  };
  return await unlessInterrupted(interrupt.signal, async () => await moveTo(buildDirectory, request));
}

async function moveTo(buildDirectory: string, request: UpgradeRequest): Promise<number> {
  const { state, recipe, version } = request;
  const { commit, upgrade, place } = await bringSources(request);
  if (commit === state.base) {
    say(`${recipe.pn} is at ${version ?? commit} already`);
    return exitCodes.ok;
  }
  const { rebasingOnto: _, ...earlier } = state.upgrade ?? {};
  const next: TreeState = { ...state, ...place, upgrade: { ...earlier, ...known(upgrade), rebasingOnto: commit } };
  writeState(buildDirectory, next);
  if (!(await moveCommits(state, commit))) throw await conflict(next);
  finishMove(buildDirectory, next, commit);
  return exitCodes.ok;
}

/** What an earlier call began: `true` when it has come to its end; `false` when the rebase was taken back. */
async function goOn(buildDirectory: string, state: TreeState): Promise<boolean> {
  if (await isRebasing(state.tree)) throw await conflict(state);
  const onto = state.upgrade?.rebasingOnto ?? '';
  const isMoved = await tryGit(state.tree, ['merge-base', '--is-ancestor', onto, 'HEAD']);
  if (isMoved.exitCode !== 0) return false;
  finishMove(buildDirectory, state, onto);
  return true;
}

function finishMove(buildDirectory: string, state: TreeState, commit: string): void {
  const { rebasingOnto: _, ...upgrade } = state.upgrade ?? {};
  const after: TreeState = { ...state, base: commit, upgrade };
  writeState(buildDirectory, after);
  writeAppend(buildDirectory, after);
  const where = upgrade.version ?? upgrade.revision ?? commit;
  say(`${state.recipe} is at ${where}, with its commits on top; builds use it as it stands`);
  say(`\`stx-bake devtool finish ${state.recipe} LAYER\` writes version and patches into the layer`);
}

async function conflict({ tree, recipe }: TreeState): Promise<StxError> {
  const { files, commit } = await conflictOf(tree);
  const steps = [
    `  1. in ${tree}, put these files right${files.length === 0 ? '' : ':'}`,
    ...files.map((each) => `       ${each}`),
    '  2. git add FILE... && git rebase --continue   (git rebase --skip drops the commit)',
    '  3. again from 1 until git says that it is done, then:',
    `     stx-bake devtool upgrade ${recipe}`,
    '  `git rebase --abort` takes all of it back',
  ];
  const which = commit === '' ? 'a commit' : commit;
  return StxError.of('rebase-conflict', `${which} of \`${recipe}\` does not apply to the new sources`, {
    detail: steps.join('\n'),
    help: 'builds go on with the work tree as it stands, so put it right before the next one',
  });
}

function known(upgrade: PendingUpgrade): PendingUpgrade {
  return Object.fromEntries(Object.entries(upgrade).filter(([, value]) => value !== undefined));
}
