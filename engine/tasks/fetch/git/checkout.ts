import { lstat, lutimes, mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StxError } from '../../../base/stx-error.ts';
import { publicRemote } from './git-address.ts';
import type { GitLayout, GitSource } from './git-source.ts';
import { runGit } from './run-git.ts';
import { listSubmodules } from './submodules.ts';

/** What is laid out where. */
export interface Checkout {
  readonly source: GitSource;
  readonly layout: Pick<GitLayout, 'subpath' | 'keepsGit'>;
  /** Made; must not hold anything yet. */
  readonly into: string;
  readonly downloads: string;
  readonly signal: AbortSignal;
}

/**
 * Lays a commit out of its mirror: contents, modes and links alone, all with the time of the commit. Nothing of it
 * depends on the user's configuration. Throws StxError when the mirror lacks something of it.
 */
export async function layOutCommit(checkout: Checkout): Promise<void> {
  const { source, layout, into, signal } = checkout;
  await mkdir(into, { recursive: true });
  if (layout.keepsGit) await clone(checkout);
  else await exportTree(checkout);
  for (const { path, source: inner } of await listSubmodules(source, signal, checkout.downloads)) {
    const below = relativeTo(layout.subpath, path);
    if (below === undefined) continue;
    await mkdir(join(into, below), { recursive: true });
    const target = join(into, below);
    if (!(await realpath(target)).startsWith(`${await realpath(into)}/`))
      throw damaged(source, `\`${path}\` leads out of it`);
    await layOutCommit({ ...checkout, source: inner, layout: { subpath: '', keepsGit: false }, into: target });
  }
  if (!layout.keepsGit) await setTimes(into, await commitTime(source, signal));
}

async function exportTree({ source, layout, into, signal }: Checkout): Promise<void> {
  const tree = layout.subpath === '' ? source.revision : `${source.revision}:${layout.subpath}`;
  // In the folder itself, which is empty: beside it there may be a file of that name.
  const index = join(into, '.stx-bake-index');
  const environment = { GIT_INDEX_FILE: index, GIT_WORK_TREE: into };
  const call = { signal, repository: source.path, environment };
  try {
    const read = await runGit({ ...call, args: ['-c', 'core.bare=false', 'read-tree', '--reset', tree] });
    if (read.exitCode !== 0) throw await noTree(source, layout.subpath, read.said);
    const written = await runGit({
      ...call,
      args: ['-c', 'core.bare=false', 'checkout-index', '--all', '--force', '--quiet'],
    });
    if (written.exitCode !== 0) throw damaged(source, written.said.trim());
  } finally {
    await rm(index, { force: true });
  }
}

/** A clone that needs the mirror no more, so that it works where the mirror is not seen. */
async function clone({ source, into, signal }: Checkout): Promise<void> {
  const options = ['--quiet', '--no-checkout', '--template='];
  const cloned = await runGit({ args: ['clone', ...options, source.path, into], signal });
  if (cloned.exitCode !== 0) throw damaged(source, cloned.said.trim());
  const repository = join(into, '.git');
  const environment = { GIT_WORK_TREE: into };
  const steps = [
    ['remote', 'set-url', 'origin', publicRemote(source.address)],
    // A commit that no branch or tag leads to is not part of a clone.
    [
      'fetch',
      '--quiet',
      '--upload-pack=git -c uploadpack.allowAnySHA1InWant=true upload-pack',
      source.path,
      source.revision,
    ],
    ['checkout', '--quiet', '--detach', source.revision],
  ];
  for (const args of steps) {
    const done = await runGit({ args, signal, repository, environment });
    if (done.exitCode !== 0) throw damaged(source, done.said.trim());
  }
}

async function commitTime({ revision, path }: GitSource, signal: AbortSignal): Promise<number> {
  const args = ['log', '-1', '--no-show-signature', '--format=%ct', revision];
  return Number((await runGit({ args, signal, repository: path })).output.trim()) || 0;
}

/** Equal times: nothing in a checkout looks older than what it was made from. */
async function setTimes(folder: string, seconds: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await setTimes(path, seconds);
    else await lutimes(path, seconds, seconds);
  }
  await lutimes(folder, seconds, seconds);
}

function relativeTo(subpath: string, path: string): string | undefined {
  if (subpath === '') return path;
  return path.startsWith(`${subpath}/`) ? path.slice(subpath.length + 1) : undefined;
}

async function noTree(source: GitSource, subpath: string, said: string): Promise<StxError> {
  const hasMirror = await lstat(dirname(join(source.path, 'x'))).catch(() => undefined);
  if (hasMirror === undefined) {
    return StxError.of('missing-input', `the mirror of \`${source.name}\` is not at \`${source.path}\``, {
      setting: { variable: 'SRC_URI', word: source.uri.word },
      help: 'fetch it again: `-c fetch -f`',
    });
  }
  if (subpath === '' || !/not a tree|does not exist|not a valid object name/i.test(said))
    return damaged(source, said.trim());
  return StxError.of('bad-source-uri', `commit ${source.revision} of \`${source.name}\` has no folder \`${subpath}\``, {
    setting: { variable: 'SRC_URI', word: source.uri.word },
    help: 'correct `;subpath=`, or the revision',
  });
}

function damaged(source: GitSource, why: string): StxError {
  return StxError.of('missing-input', `commit ${source.revision} of \`${source.name}\` cannot be laid out: ${why}`, {
    setting: { variable: 'SRC_URI', word: source.uri.word },
    help: `remove \`${source.path}\` and fetch it again: \`-c fetch -f\``,
  });
}
