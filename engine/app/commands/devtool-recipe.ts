import { StxError } from '../../base/stx-error.ts';
import { readStates, type TreeState } from '../../devtool/tree-state.ts';
import type { WorkspaceOptions } from '../../metadata/load-workspace.ts';
import type { Recipe } from '../../metadata/recipe.ts';
import type { BaseConfiguration, Workspace } from '../../metadata/workspace.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ReadingOptions } from '../load-metadata.ts';
import { openQuestion } from '../open-question.ts';

/** A recipe that is worked on, or is to be. */
export interface DevtoolRecipe {
  readonly buildDirectory: string;
  readonly reading: WorkspaceOptions;
  readonly workspace: Workspace;
  readonly base: BaseConfiguration;
  readonly recipe: Recipe;
  /** The recipe in other configurations. */
  readonly others: readonly Recipe[];
  readonly state: TreeState | undefined;
}

/** The recipe that a word means, in the configuration that it names. Throws StxError for one that cannot be used. */
export async function openRecipe(options: ReadingOptions, word: string): Promise<DevtoolRecipe> {
  // Which patches fit every system is known when all of them are read.
  const question = await openQuestion({ ...options, allOs: true });
  const { recipe, base, configuration, diagnostics } = question.find(word);
  const errors = diagnostics.filter((each) => each.severity === 'error');
  if (errors.length > 0) throw new StxError(errors);
  if (recipe.skipped !== undefined) {
    throw StxError.of('no-work-tree', `\`${recipe.pn}\` is left out: ${recipe.skipped}`, {
      help: 'name the recipe as `mc:CONFIGURATION:NAME` when another configuration has it',
    });
  }
  const { workspace, reading } = question;
  const others = [...workspace.configurations]
    .filter(([name]) => name !== configuration)
    .flatMap(([, { catalog }]) => catalog.byName(recipe.pn) ?? [])
    .filter(({ file }) => file === recipe.file);
  const buildDirectory = reading.topDirectory;
  const state = readStates(buildDirectory).get(recipe.pn);
  return { buildDirectory, reading, workspace, base, recipe, others, state };
}

/** The state of a recipe that has a work tree. Throws StxError for one that has none. */
export function requireState({ recipe, state }: DevtoolRecipe): TreeState {
  if (state !== undefined) return state;
  throw noWorkTree(recipe.pn);
}

/** An error for a recipe without work tree. */
export function noWorkTree(recipe: string): StxError {
  return StxError.of('no-work-tree', `\`${recipe}\` has no work tree`, {
    help: `\`stx-bake devtool modify ${recipe}\` makes one; \`stx-bake devtool status\` lists them`,
  });
}

/** What the work gives, or the exit code of a call that was interrupted. */
export async function unlessInterrupted(signal: AbortSignal, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write('stx-bake: interrupted\n');
    return exitCodes.interrupted;
  }
}

/** Says something on standard output. */
export function say(text: string): void {
  process.stdout.write(`stx-bake: ${text}\n`);
}
