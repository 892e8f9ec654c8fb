import { normalize, resolve } from 'node:path';
import { nodeFileReader } from '../../base/node-file-reader.ts';
import { didYouMean } from '../../base/spelling.ts';
import { StxError } from '../../base/stx-error.ts';
import type { Datastore } from '../../datastore/datastore.ts';
import { withWholeNames } from '../../devtool/common-patches.ts';
import { type FinishPlan, planFinish } from '../../devtool/plan-finish.ts';
import { readCommits, requireCommitted } from '../../devtool/read-commits.ts';
import { plainDatastore, sourceOrder } from '../../devtool/recipe-sources.ts';
import { type TreeState, writeState } from '../../devtool/tree-state.ts';
import { removeAppend, writeAppend } from '../../devtool/workspace-layer.ts';
import { writeFiles } from '../../devtool/write-files.ts';
import type { Recipe } from '../../metadata/recipe.ts';
import type { Layer, Workspace } from '../../metadata/workspace.ts';
import { withLockedSources } from '../../tasks/fetch/distro-sources.ts';
import { readSources } from '../../tasks/fetch/sources.ts';
import { listPatches, type PatchStep } from '../../tasks/patch/patch-list.ts';
import { takeBuildLock } from '../build-lock.ts';
import type { DevtoolFinishCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { readMetadata } from '../load-metadata.ts';
import { type DevtoolRecipe, openRecipe, requireState, say } from './devtool-recipe.ts';

/** `stx-bake devtool finish RECIPE LAYER [--override WORD]`. */
export async function devtoolFinishCommand(options: DevtoolFinishCall): Promise<number> {
  const [word = '', layerWord = ''] = options.words;
  const opened = await openRecipe(options, word);
  const { buildDirectory, recipe, base } = opened;
  const state = requireState(opened);
  refuseHalfUpgrade(state);
  const layers = base.layers.map((each) => ({ ...each, path: normalize(each.path).replace(/\/$/, '') }));
  const layer = findLayer(layers, layerWord);
  const recipeLayer = layers.filter(({ path }) => recipe.file.startsWith(`${path}/`)).at(-1) ?? layer;
  const override = options.override ?? '';
  if (override !== '') checkOverride(override, opened);
  await requireCommitted(state, 'finished');
  using _lock = takeBuildLock(buildDirectory);
  const commits = await readCommits(state);
  const datastore = plainDatastore(recipe, { work: recipe.datastore.get('WORKDIR') ?? '/' });
  const steps = await stepsOf(recipe, datastore);
  const request = {
    state,
    commits,
    datastore,
    steps,
    files: nodeFileReader,
    override,
    filesRead: recipe.filesRead.map((each) => normalize(each)),
  };
  const plan = await planFinish({ ...request, layer: layer.path, recipeLayer: recipeLayer.path });
  if (plan.files.size > 0) await carryOut(plan, { options, opened, layer, override });
  const { upgrade: _, ...rest } = state;
  const after: TreeState = { ...rest, patches: plan.patches, file: plan.recipeFile };
  if (after.file !== state.file) removeAppend(buildDirectory, state);
  writeState(buildDirectory, after);
  writeAppend(buildDirectory, after);
  for (const line of plan.said) say(line);
  const what = plan.files.size === 0 ? 'its patches are its commits already' : 'its patches are its commits now';
  say(`${recipe.pn}: ${what}; \`stx-bake devtool reset ${recipe.pn}\` goes back to SRC_URI`);
  return exitCodes.ok;
}

function refuseHalfUpgrade({ upgrade, recipe, tree }: TreeState): void {
  if (upgrade?.rebasingOnto === undefined) return;
  throw StxError.of('unfinished-work', `the commits of \`${recipe}\` are not all moved to its new sources`, {
    help: `end the rebase in \`${tree}\`, then \`stx-bake devtool upgrade ${recipe}\``,
  });
}

function findLayer(layers: readonly Layer[], word: string): Layer {
  const path = resolve(word);
  const own = layers.filter(({ name }) => name !== 'devtool-workspace');
  const found =
    own.find((each) => each.path === path) ??
    own.find(({ name, path: at }) => name === word || at.endsWith(`/${word}`));
  if (found !== undefined) return found;
  const names = own.map(({ name }) => name);
  throw StxError.of('invalid-layer', `no layer is called \`${word}\`, and none lies there`, {
    help: didYouMean(word, new Set(names)) ?? `the layers are ${names.join(', ')}`,
  });
}

/** A word that no configuration has would put patches where nobody finds them. */
function checkOverride(word: string, { workspace, base }: DevtoolRecipe): void {
  const known = new Set([...workspace.configurations.values()].flatMap((each) => each.base.datastore.overrides()));
  const systems = base.layers.flatMap(({ path }) => {
    const folder = `${path}/conf/distro`;
    const names = nodeFileReader.kind(folder) === 'directory' ? nodeFileReader.list(folder) : [];
    const own = names.filter((name) => name.endsWith('.conf')).map((name) => name.slice(0, -5));
    const releases = own.flatMap((name) =>
      nodeFileReader.kind(`${folder}/${name}`) === 'directory'
        ? nodeFileReader.list(`${folder}/${name}`).map((each) => `${name}-${each.replace(/\.conf$/, '')}`)
        : [],
    );
    return [...own, ...releases];
  });
  for (const each of [...systems, 'deb', 'rpm']) known.add(each);
  if (known.has(word) && /^[A-Za-z0-9+.-]+$/.test(word)) return;
  const words = [...known].filter((each) => each !== '' && !each.startsWith('pn-'));
  throw StxError.of('bad-option', `\`--override ${word}\` names no word of OVERRIDES`, {
    help: didYouMean(word, new Set(words)) ?? `known are ${words.join(', ')}`,
  });
}

interface Finishing {
  readonly options: DevtoolFinishCall;
  readonly opened: DevtoolRecipe;
  readonly layer: Layer;
  readonly override: string;
}

/** Writes the files, and puts everything back when the recipe would not apply what was meant. */
async function carryOut(plan: FinishPlan, { options, opened, layer, override }: Finishing): Promise<void> {
  const putBack = writeFiles(plan.files);
  try {
    const { workspace, diagnostics } = await readMetadata({ ...options, verbose: 0, debug: 0, allOs: true });
    const known = new Set([...opened.workspace.configurations.keys()]);
    if (![...known].every((name) => workspace.configurations.has(name))) {
      throw new StxError(diagnostics.filter((each) => each.severity === 'error'));
    }
    await checkEffect(plan, workspace, { pn: opened.recipe.pn, override, layer, diagnostics });
  } catch (error) {
    putBack();
    throw error;
  }
}

interface Expected {
  readonly pn: string;
  readonly override: string;
  readonly layer: Layer;
  readonly diagnostics: Awaited<ReturnType<typeof readMetadata>>['diagnostics'];
}

async function checkEffect(plan: FinishPlan, workspace: Workspace, expected: Expected): Promise<void> {
  const { pn, override, layer, diagnostics } = expected;
  const wanted = plan.patches.map(({ path }) => path);
  for (const { catalog } of workspace.configurations.values()) {
    const recipe = catalog.byName(pn);
    if (recipe === undefined) {
      const errors = diagnostics.filter((each) => each.severity === 'error');
      if (errors.length > 0 && workspace.configurations.size === 1) throw new StxError(errors);
      continue;
    }
    if (override !== '' && !recipe.datastore.overrides().includes(override)) continue;
    const datastore = plainDatastore(recipe, { work: recipe.datastore.get('WORKDIR') ?? '/' });
    const paths = (await stepsOf(recipe, datastore)).map(({ path }) => path);
    const found = paths.filter((path) => wanted.includes(path));
    if (found.join('\n') === wanted.join('\n')) continue;
    const lost = wanted.filter((path) => !paths.includes(path));
    const what =
      lost.length === 0
        ? `would be applied in another order: ${found.join(' ')}`
        : `would not be applied: ${lost.join(' ')}`;
    throw StxError.of('not-in-effect', `patches that \`${pn}\` got in layer \`${layer.name}\` ${what}`, {
      help: 'everything is as it was; a stronger layer may have other files of these names, BBFILES of the layer may not take in its append file, or SRC_URI is set later: finish into another layer',
    });
  }
}

async function stepsOf(recipe: Recipe, datastore: Datastore): Promise<readonly PatchStep[]> {
  const sources = readSources(await withLockedSources(sourceOrder(recipe, datastore, nodeFileReader)));
  const packaging = withWholeNames(await listPatches(sources, 'packaging'), datastore);
  const all = withWholeNames(await listPatches(sources, ''), datastore);
  const isPackaging = (step: PatchStep): boolean =>
    packaging.some((each) => each.name === step.name && each.path === step.path);
  return [...packaging, ...all.filter((step) => !isPackaging(step))];
}
