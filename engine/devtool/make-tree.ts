import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { FileReader } from '../base/file-reader.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { Recipe } from '../metadata/recipe.ts';
import { withLockedSources } from '../tasks/fetch/distro-sources.ts';
import { run as fetchSources } from '../tasks/fetch/fetch.ts';
import { type GitSource, gitLayout } from '../tasks/fetch/git/git-source.ts';
import { readSources, type Source } from '../tasks/fetch/sources.ts';
import { listPatches, type PatchStep } from '../tasks/patch/patch-list.ts';
import { run as unpackSources } from '../tasks/unpack/unpack.ts';
import { cloneCommit } from './clone-tree.ts';
import { sortPatches, withWholeNames } from './common-patches.ts';
import { git } from './git.ts';
import { type CommitPlace, commitAll, commitPatch, isPatchFailure } from './patch-commits.ts';
import {
  packagingFolder,
  plainDatastore,
  quietContext,
  requireSources,
  sourceOrder,
  vendorSeries,
} from './recipe-sources.ts';
import { unpackSourcePackage } from './source-package.ts';
import type { TreePatch, TreeState } from './tree-state.ts';
import { addVendorPatches } from './vendor-patches.ts';

/** What a work tree is made of. */
export interface TreeRequest {
  readonly recipe: Recipe;
  /** The recipe in other configurations. */
  readonly others: readonly Recipe[];
  readonly files: FileReader;
  /** Where it goes; nothing is there yet, or an empty folder. */
  readonly tree: string;
  readonly signal: AbortSignal;
  say(text: string): void;
}

/** The branch that a work tree is on. */
export const branchName = 'devtool';

/**
 * Makes a git work tree of a recipe's sources: their state as it comes (of one git repository with its history), then a commit
 * for each patch that fits every system. It appears whole or not at all. Rejects with StxError.
 */
export async function makeTree(request: TreeRequest): Promise<TreeState> {
  const { tree } = request;
  const stage = `${tree}.stx-bake-new`;
  await rm(stage, { recursive: true, force: true });
  try {
    await mkdir(join(stage, 'patch-work'), { recursive: true });
    const made = await buildTree(request, stage);
    await rm(tree, { recursive: false, force: true }).catch(() => rmEmpty(tree));
    await mkdir(dirname(tree), { recursive: true });
    await rename(made.root, tree);
    const { state } = made;
    return { ...state, tree, source: join(tree, state.subpath) };
  } catch (error) {
    request.signal.throwIfAborted();
    throw error instanceof Error && 'errno' in error ? systemError(error, 'making the work tree', tree) : error;
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function rmEmpty(tree: string): Promise<void> {
  if (existsSync(tree) && readdirSync(tree).length === 0) await rm(tree, { recursive: true });
}

interface Made {
  readonly root: string;
  readonly state: TreeState;
}

interface Laid {
  readonly root: string;
  readonly base: string;
  readonly subpath: string;
  /** Below WORKDIR: where the root, or the folder of it that counts, is laid out. */
  readonly place: string;
  readonly hasHistory: boolean;
  readonly isPackage: boolean;
}

async function buildTree(request: TreeRequest, stage: string): Promise<Made> {
  const { recipe, files, signal, say } = request;
  const work = join(stage, 'work');
  await mkdir(work);
  const datastore = plainDatastore(recipe, { work, withoutPatches: true });
  requireSources(recipe, datastore);
  const order = sourceOrder(recipe, datastore, files);
  say(`fetching the sources of ${recipe.pn}`);
  await fetchSources(quietContext(order, signal));
  const sources = readSources(await withLockedSources(order));
  const laid = await layOut({ ...request, datastore, sources, stage, order });
  const inside = relative(join(work, laid.place), datastore.get('S') ?? work);
  const source = join(laid.root, laid.subpath);
  const epoch = (datastore.get('SOURCE_DATE_EPOCH') ?? '').trim() || '1735689600';
  const place = { tree: laid.root, source: join(source, inside), work: join(stage, 'patch-work'), epoch, signal };
  const { patches, left } = await commitPatches(request, { place, isPackage: laid.isPackage, work });
  const destination = `\${WORKDIR}${laid.place === '' ? '' : `/${laid.place}`}`;
  const { root, base, subpath, hasHistory } = laid;
  const facts = { format: 1, recipe: recipe.pn, file: recipe.file, tree: root, source, subpath } as const;
  const where = { destination: inside === '' ? '' : destination, inside };
  return { root, state: { ...facts, ...where, base, patches, left, isOurs: true, hasHistory } };
}

interface Layable extends TreeRequest {
  readonly datastore: Datastore;
  readonly sources: readonly Source[];
  readonly stage: string;
  readonly order: ReturnType<typeof sourceOrder>;
}

async function layOut(given: Layable): Promise<Laid> {
  const { recipe, datastore, sources, stage, order, signal } = given;
  const only = onlyRepository(sources);
  if (only !== undefined) {
    const layout = gitLayout(only, datastore.get('BB_GIT_DEFAULT_DESTSUFFIX') || 'git');
    const root = join(stage, 'clone');
    await cloneCommit(only, root, { branch: branchName, subpath: layout.subpath });
    const place = join(only.uri.parameters.get('subdir') ?? '', layout.destination).replace(/\/$/, '');
    const facts = { root, base: only.revision, hasHistory: true, isPackage: false };
    return { ...facts, subpath: layout.subpath, place: place === '.' ? '' : place };
  }
  const work = join(stage, 'work');
  await unpackSources(quietContext(order, signal));
  const isPackage = existsSync(join(work, 'source-package'));
  if (isPackage) {
    const to = datastore.get('S') ?? join(work, 'source');
    const packaging = packagingFolder(datastore);
    const from = join(work, 'source-package');
    await unpackSourcePackage({ from, to, packaging, work: join(stage, 'patch-work'), signal });
    await rm(join(work, 'source-package'), { recursive: true });
  }
  const place = await rootOf(datastore, sources, work);
  const root = join(work, place);
  await rm(join(work, '.unpacked'), { force: true });
  await git(root, ['init', '--quiet', `--initial-branch=${branchName}`, '--template=', '.']);
  await neutralAttributes(root);
  const epoch = (datastore.get('SOURCE_DATE_EPOCH') ?? '').trim() || '1735689600';
  const base = await commitAll(root, `source ${recipe.pn} ${recipe.pv}`, epoch);
  return { root, base, subpath: '', place, hasHistory: false, isPackage };
}

/** Contents are committed as they are, whatever a file `.gitattributes` among the sources says. */
async function neutralAttributes(root: string): Promise<void> {
  await mkdir(join(root, '.git/info'), { recursive: true });
  await writeFile(join(root, '.git/info/attributes'), '* -text -ident -filter -working-tree-encoding\n');
}

/** The one git repository, when nothing else is laid out in it. */
function onlyRepository(sources: readonly Source[]): GitSource | undefined {
  const [first, ...more] = sources.filter((each) => each.kind !== 'local' && !isAside(each));
  if (first?.kind !== 'git' || more.length > 0 || first.withSubmodules) return undefined;
  return first;
}

/** A file that is laid beside the sources, or an archive in a folder of its own. */
function isAside({ uri }: Source): boolean {
  return uri.parameters.get('unpack') === '0';
}

/** The folder below WORKDIR that holds S and whatever else was unpacked; WORKDIR itself when that is several folders. */
async function rootOf(datastore: Datastore, sources: readonly Source[], work: string): Promise<string> {
  const inside = relative(work, datastore.get('S') ?? work).replace(/\/$/, '');
  if (inside === '..' || inside.startsWith('../')) {
    throw StxError.of('no-work-tree', `S of \`${datastore.get('PN') ?? ''}\` does not lie below WORKDIR`, {
      span: datastore.definition('S'),
    });
  }
  const [first = ''] = inside.split('/');
  if (first === '') return '';
  const locals = new Set(sources.filter(({ kind }) => kind === 'local').map(({ name }) => name.split('/')[0] ?? ''));
  const others = (await readdir(work)).filter((name) => name !== first && name !== '.unpacked' && !locals.has(name));
  if (!existsSync(join(work, inside))) {
    throw StxError.of('no-work-tree', `the sources do not hold the folder S, \`${inside}\` below WORKDIR`, {
      span: datastore.definition('S'),
      help: 'set S to the folder that the sources unpack to',
    });
  }
  const archives = sources.filter((each) => each.kind !== 'local' && !isAside(each));
  return others.length > 0 && archives.length > 1 ? '' : first;
}

interface Committed {
  readonly patches: readonly TreePatch[];
  readonly left: readonly string[];
}

async function commitPatches(
  { recipe, others, files, say }: TreeRequest,
  { place, isPackage, work }: { readonly place: CommitPlace; readonly isPackage: boolean; readonly work: string },
): Promise<Committed> {
  const patches: TreePatch[] = [];
  const left: string[] = [];
  const datastore = plainDatastore(recipe, { work });
  const order = sourceOrder(recipe, datastore, files);
  const sources = readSources(await withLockedSources(order));
  const more = { files, others: others.map((each) => plainDatastore(each, { work })) };
  const commit = async (step: PatchStep, set: TreePatch['set']): Promise<void> => {
    try {
      const made = await commitPatch(step, set, place);
      if (made !== undefined) patches.push(made);
    } catch (error) {
      // It may count on one of a single system, which the build applies first.
      if (left.length === 0 || !isPatchFailure(error)) throw error;
      say(`${step.name} does not apply without patches of single systems: the build applies it after them`);
      left.push(step.name);
    }
  };
  const stepsOf = async (set: '' | 'packaging') => withWholeNames(await steps(sources, set), datastore);
  const packaging = await stepsOf('packaging');
  for (const set of ['packaging', 'source'] as const) {
    const listed = set === 'packaging' ? packaging : (await stepsOf('')).filter((each) => !isAmong(each, packaging));
    const sorted = sortPatches(listed, datastore, more);
    left.push(...sorted.left);
    for (const step of sorted.common) await commit(step, set);
    if (set === 'packaging' && isPackage) await addVendorPatches(place, vendorSeries(datastore));
  }
  return { patches, left };
}

function isAmong(step: PatchStep, others: readonly PatchStep[]): boolean {
  return others.some(({ name, path }) => name === step.name && path === step.path);
}

/** Empty files drop patches. */
async function steps(sources: readonly Source[], set: '' | 'packaging'): Promise<readonly PatchStep[]> {
  const listed = await listPatches(sources, set);
  const sizes = await Promise.all(listed.map(async ({ path }) => (await stat(path)).size));
  return listed.filter((_, index) => (sizes[index] ?? 0) > 0);
}
