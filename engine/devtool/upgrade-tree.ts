import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { FileReader } from '../base/file-reader.ts';
import { digestOfFile } from '../base/sha256.ts';
import { parseSrcUri } from '../base/src-uri.ts';
import { StxError } from '../base/stx-error.ts';
import type { Recipe } from '../metadata/recipe.ts';
import { downloadMany } from '../net/download.ts';
import { DownloadError } from '../net/download-error.ts';
import { candidateUrls } from '../tasks/fetch/candidate-urls.ts';
import { readSettings } from '../tasks/fetch/downloads.ts';
import { run as fetchSources } from '../tasks/fetch/fetch.ts';
import { isYes, type RemoteSource, readSources } from '../tasks/fetch/sources.ts';
import { run as unpackSources } from '../tasks/unpack/unpack.ts';
import { fetchFrom } from './clone-tree.ts';
import { commitEnvironment, engineMail, engineName, git, tryGit, userEnvironment } from './git.ts';
import { isRebasing } from './read-commits.ts';
import { plainDatastore, quietContext, sourceOrder } from './recipe-sources.ts';
import type { PendingUpgrade, TreeState } from './tree-state.ts';

/** Where the commits are to go. */
export interface UpgradeRequest {
  readonly state: TreeState;
  readonly recipe: Recipe;
  readonly files: FileReader;
  readonly version: string | undefined;
  /** A commit, branch or tag; absent: the newest of the branch, for sources of git. */
  readonly revision: string | undefined;
  readonly signal: AbortSignal;
  say(text: string): void;
}

/** The commit of the new sources in the tree, and what the recipe has to say then. */
export interface NewSources {
  readonly commit: string;
  readonly upgrade: PendingUpgrade;
  /** Where the new sources are laid out, when that changes. */
  readonly place?: Pick<TreeState, 'destination' | 'inside'> | undefined;
}

/** Brings the sources of another version or revision into the tree, as a commit; nothing is checked out. Rejects with StxError. */
export async function bringSources(request: UpgradeRequest): Promise<NewSources> {
  const { state, version, revision } = request;
  if (state.hasHistory) return await bringRevision(request);
  if (revision !== undefined || version === undefined) {
    throw StxError.of('bad-option', `the sources of \`${state.recipe}\` are no git repository`, {
      help: 'name the new version: `--version V`',
    });
  }
  return await bringVersion(request, version);
}

/**
 * Moves the commits of a tree onto new sources. `false`: some do not apply; git waits in the tree for them to be put right.
 * Rejects with StxError.
 */
export async function moveCommits(state: TreeState, onto: string): Promise<boolean> {
  const { tree, base } = state;
  if (base === onto) return true;
  const environment = await userEnvironment(tree);
  const moved = await tryGit(tree, ['rebase', '--empty=drop', '--no-stat', '--onto', onto, base], { environment });
  if (moved.exitCode === 0) return true;
  if (await isRebasing(tree)) return false;
  throw StxError.of('git-failed', `\`git rebase\` failed in \`${tree}\`: ${moved.said.trim().split('\n')[0] ?? ''}`);
}

/** Files in conflict, and the commit that did not apply. */
export async function conflictOf(
  tree: string,
): Promise<{ readonly files: readonly string[]; readonly commit: string }> {
  const files = await git(tree, ['diff', '--name-only', '--diff-filter=U', '-z']);
  const stopped = await tryGit(tree, ['log', '-1', '--no-show-signature', '--format=%h (%s)', 'REBASE_HEAD']);
  return { files: files.split('\0').filter((each) => each !== ''), commit: stopped.output.trim() };
}

async function bringRevision(request: UpgradeRequest): Promise<NewSources> {
  const { state, recipe, files, signal, say, version } = request;
  const work = join(state.tree, '.git');
  const datastore = plainDatastore(recipe, { work, withoutPatches: true });
  const order = sourceOrder(recipe, datastore, files);
  const [entry] = readSources(order.variables).filter((each) => each.kind === 'git');
  if (entry === undefined) throw StxError.of('no-work-tree', `\`${state.recipe}\` names no git repository any more`);
  const name = request.revision ?? entry.branch;
  if (name === undefined) {
    throw StxError.of('bad-option', `the source of \`${state.recipe}\` names no branch`, {
      help: 'name a commit: `--srcrev COMMIT`',
    });
  }
  say(`looking for ${name} of ${entry.name}`);
  const isCut = isYes(order.variables['BB_NO_NETWORK']) && entry.address.protocol !== 'file';
  const cut = { exitCode: 1, output: '', said: 'BB_NO_NETWORK is set' };
  const fetched = isCut ? cut : await tryGit(state.tree, ['fetch', '--quiet', '--tags', 'origin']);
  const commit = await findCommit(state.tree, name);
  const known = commit ?? (/^[0-9a-f]{40}$/.test(name) ? name : undefined);
  if (known === undefined) {
    const why = fetched.exitCode === 0 ? '' : `: ${fetched.said.trim().split('\n').at(-1) ?? ''}`;
    throw StxError.of('missing-revision', `\`${entry.name}\` has no branch, tag or commit \`${name}\`${why}`, {
      help: 'name what `git ls-remote` shows, or a commit in full; PREMIRRORS helps where the server cannot be reached (docs/sources.md)',
    });
  }
  if (commit === undefined) {
    // As a build would get it: mirrors count.
    const revisions = JSON.stringify({ [entry.uri.word]: known });
    const variables = { ...order.variables, SRC_URI: entry.uri.word, SOURCE_REVISIONS: revisions };
    await fetchSources(quietContext({ ...order, variables }, signal));
    await fetchFrom(state.tree, entry.path, known);
  }
  return { commit: known, upgrade: { revision: known, version } };
}

async function findCommit(tree: string, name: string): Promise<string | undefined> {
  const places = /^[0-9a-f]{7,40}$/.test(name) ? [name] : [`refs/remotes/origin/${name}`, `refs/tags/${name}`];
  for (const each of places) {
    const found = await tryGit(tree, ['rev-parse', '--verify', '--quiet', `${each}^{commit}`]);
    if (found.exitCode === 0) return found.output.trim();
  }
  return undefined;
}

async function bringVersion(request: UpgradeRequest, version: string): Promise<NewSources> {
  const { state, recipe, files, signal, say } = request;
  const stage = `${state.tree}.stx-bake-new`;
  await rm(stage, { recursive: true, force: true });
  try {
    const work = join(stage, 'work');
    await mkdir(work, { recursive: true });
    const datastore = plainDatastore(recipe, { work, values: newVersion(recipe, version), withoutPatches: true });
    const order = sourceOrder(recipe, datastore, files);
    const sources = readSources(order.variables).filter((each) => each.kind === 'remote');
    const same = new Set(parseSrcUri(recipe.datastore.get('EXTERNALSRC_SRC_URI') ?? '').map(({ url }) => url));
    const changed = sources.filter(({ url }) => !same.has(url));
    if (changed.length === 0) {
      throw StxError.of('no-work-tree', `no source of \`${state.recipe}\` is another one for version ${version}`, {
        span: datastore.definition('SRC_URI'),
        help: 'let SRC_URI name the version as `${PV}`',
      });
    }
    const sums: Record<string, string> = {};
    for (const source of changed) sums[source.checksumFlag] = await download(source, request, order.variables);
    const flags = Object.fromEntries(Object.entries(sums).map(([flag, sum]) => [`SRC_URI[${flag}]`, sum]));
    await unpackSources(quietContext({ ...order, variables: { ...order.variables, ...flags } }, signal));
    const inner = relative(work, datastore.get('S') ?? work);
    const isWhole = state.destination === '${WORKDIR}';
    const [first = ''] = isWhole ? [''] : inner.split('/');
    const root = join(work, first);
    const inside = relative(first, inner);
    const destination = `\${WORKDIR}${first === '' ? '' : `/${first}`}`;
    const place = { inside, destination: inside === '' ? '' : destination };
    if (!existsSync(root)) {
      throw StxError.of(
        'no-work-tree',
        `version ${version} of \`${state.recipe}\` does not hold the folder \`${root.slice(work.length + 1)}\``,
        {
          span: datastore.definition('S'),
        },
      );
    }
    say(`unpacked version ${version}`);
    const commit = await commitFolder(state, root, `source ${state.recipe} ${version}`);
    return { commit, upgrade: { version, sums }, place };
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** PV, and addresses that hold the old version in writing. */
function newVersion(recipe: Recipe, version: string): Readonly<Record<string, string>> {
  const whole = recipe.datastore.get('EXTERNALSRC_SRC_URI') ?? recipe.datastore.get('SRC_URI') ?? '';
  const old = recipe.datastore.get('PV') ?? '';
  const entries = parseSrcUri(whole).filter(({ type, path }) => type !== 'file' || !/\.(patch|diff)$/.test(path));
  const words = entries.map(({ word, type }) => (type === 'file' || old === '' ? word : word.replaceAll(old, version)));
  return { PV: version, SRC_URI: words.join(' ') };
}

/** Gives the SHA-256 of what came: the recipe has none for it yet. */
async function download(
  source: RemoteSource,
  { say, signal }: UpgradeRequest,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  if (!existsSync(source.path)) {
    say(`fetching ${source.url}`);
    const urls = candidateUrls({ url: source.url, fileName: source.name }, variables);
    const temporary = `${source.path}.no-checksum`;
    const request = { urls, path: temporary, sha256: undefined };
    const [result] = await downloadMany([request], {
      parallel: 1,
      ...readSettings(variables),
      signal,
      onProgress: () => undefined,
    });
    if (result === undefined || result instanceof DownloadError) {
      throw new StxError(result?.diagnostics ?? [], { origin: 'environment' });
    }
    await rename(temporary, source.path);
  }
  const { hash } = await digestOfFile(source.path);
  say(`${source.name} has the SHA-256 ${hash}: compare it with what the publisher states`);
  return hash;
}

/** A commit on top of the base that holds what a folder holds, by way of an index of its own. */
async function commitFolder(state: TreeState, folder: string, message: string): Promise<string> {
  const { tree, base } = state;
  const index = join(folder, '..', 'devtool-index');
  const environment = { GIT_INDEX_FILE: index, GIT_DIR: join(tree, '.git'), GIT_WORK_TREE: folder };
  await git(folder, ['add', '--all', '--force', '.'], { environment });
  const written = await git(folder, ['write-tree'], { environment });
  const date = await git(tree, ['log', '-1', '--no-show-signature', '--format=%ct', base]);
  const author = { name: engineName, email: engineMail, date: `${date} +0000` };
  return await git(tree, ['commit-tree', written, '-p', base, '-m', message], {
    environment: commitEnvironment(author, date),
  });
}
