import { readFileSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import { withLockedSources } from '../tasks/fetch/distro-sources.ts';
import { gitLayout } from '../tasks/fetch/git/git-source.ts';
import { readSources } from '../tasks/fetch/sources.ts';
import { listPatches, type PatchStep } from '../tasks/patch/patch-list.ts';
import { fetchFrom } from './clone-tree.ts';
import { withWholeNames } from './common-patches.ts';
import { git, tryGit } from './git.ts';
import type { TreeRequest } from './make-tree.ts';
import { formOf, patchTextOf } from './patch-text.ts';
import { readCommits } from './read-commits.ts';
import { plainDatastore, requireSources, sourceOrder } from './recipe-sources.ts';
import type { TreePatch, TreeState } from './tree-state.ts';

/**
 * Takes a git work tree that is there already for a recipe's sources, as it stands. The base is the commit that the recipe names,
 * or the one that `modify` made, or what is checked out. Rejects with StxError.
 */
export async function adoptTree(request: TreeRequest): Promise<TreeState> {
  const { recipe, files, tree: folder } = request;
  const top = await tryGit(folder, ['rev-parse', '--show-toplevel']).catch(() => undefined);
  if (top === undefined || top.exitCode !== 0) {
    throw StxError.of('no-work-tree', `\`${folder}\` is no git work tree`, {
      help: 'without --no-extract the sources are put there; or let EXTERNALSRC name it: that takes any folder',
    });
  }
  const tree = top.output.replace(/\n$/, '');
  const work = join(tree, '.git');
  const datastore = plainDatastore(recipe, { work });
  requireSources(recipe, datastore);
  const order = sourceOrder(recipe, datastore, files);
  const sources = readSources(await withLockedSources(order));
  const [repository] = sources.filter((each) => each.kind === 'git');
  const layout = repository && gitLayout(repository, datastore.get('BB_GIT_DEFAULT_DESTSUFFIX') || 'git');
  const below = relative(tree, realpathSync(folder));
  const subpath = layout?.subpath || below;
  const base = repository
    ? await revisionIn(tree, repository.path, repository.revision)
    : await ownBase(tree, recipe.pn);
  const place =
    layout === undefined ? '' : join(work, repository?.uri.parameters.get('subdir') ?? '', layout.destination);
  const inside = place === '' ? '' : relative(place, datastore.get('S') ?? place);
  const destination = inside === '' || layout === undefined ? '' : `\${WORKDIR}/${layout.destination}`;
  const facts = {
    format: 1,
    recipe: recipe.pn,
    file: recipe.file,
    tree,
    source: join(tree, subpath),
    subpath,
  } as const;
  const more = { left: [], isOurs: false, hasHistory: repository !== undefined };
  const bare: TreeState = { ...facts, destination, inside, base, patches: [], ...more };
  const packaging = withWholeNames(await listPatches(sources, 'packaging'), datastore);
  const steps = withWholeNames(await listPatches(sources, ''), datastore);
  const about = { packaging: new Set(packaging.map(({ name }) => name)), sourceDirectory: datastore.get('S') ?? '' };
  const patches = await knownPatches(bare, steps, about);
  return { ...bare, patches };
}

async function revisionIn(tree: string, mirror: string, revision: string): Promise<string> {
  await fetchFrom(tree, mirror, revision).catch(() => undefined);
  const isBelow = await tryGit(tree, ['merge-base', '--is-ancestor', revision, 'HEAD']);
  if (isBelow.exitCode === 0) return revision;
  const common = await tryGit(tree, ['merge-base', revision, 'HEAD']);
  if (common.exitCode === 0) return common.output.trim();
  throw StxError.of(
    'no-work-tree',
    `what is checked out in \`${tree}\` has nothing in common with ${revision.slice(0, 12)}, the revision of the recipe`,
    {
      help: 'check out a branch of the repository that SRC_URI names',
    },
  );
}

/** The commit of the sources in a tree that was made by `modify`; else what is checked out. */
async function ownBase(tree: string, pn: string): Promise<string> {
  const log = await git(tree, ['log', '--no-show-signature', '--format=%H %s', '--first-parent']);
  const made = log.split('\n').find((line) => line.slice(41).startsWith(`source ${pn} `));
  return (made ?? log).slice(0, 40);
}

/** The patches that are commits of the tree: by their trailer, or by what they change. */
async function knownPatches(
  state: TreeState,
  steps: readonly PatchStep[],
  { packaging, sourceDirectory }: { readonly packaging: ReadonlySet<string>; readonly sourceDirectory: string },
): Promise<readonly TreePatch[]> {
  const candidates: TreePatch[] = [];
  for (const step of steps.filter(({ isCompressed }) => !isCompressed)) {
    const set = packaging.has(step.name) ? 'packaging' : 'source';
    candidates.push({
      name: step.name,
      path: step.path,
      set,
      commit: '',
      patchId: await patchIdOfText(state.tree, readFileSync(step.path, 'utf8')),
      subject: '',
    });
  }
  const { commits } = await readCommits({ ...state, patches: candidates });
  const found: TreePatch[] = [];
  for (const each of commits) {
    const { patch, commit, subject } = each;
    const step = steps.find(({ name }) => name === patch?.name);
    if (patch === undefined || step === undefined) continue;
    const form = formOf(state, step, sourceDirectory);
    const text = await patchTextOf(state, each, form).catch(() => undefined);
    const id = text === undefined ? undefined : await patchIdOfText(state.tree, text);
    found.push({ ...patch, commit, subject, patchId: id === patch.patchId ? each.patchId : patch.patchId });
  }
  return found;
}

async function patchIdOfText(tree: string, text: string): Promise<string> {
  const id = await git(tree, ['patch-id', '--stable'], { input: text });
  return id.split(' ')[0] ?? '';
}
