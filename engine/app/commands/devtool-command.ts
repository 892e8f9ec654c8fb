import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import { dirtyFiles, tryGit } from '../../devtool/git.ts';
import { isRebasing, readCommits, type TreeCommit } from '../../devtool/read-commits.ts';
import { readStates, removeState, type TreeState, workspaceFolder } from '../../devtool/tree-state.ts';
import { removeAppend } from '../../devtool/workspace-layer.ts';
import { findBuildDirectory } from '../build-directory.ts';
import { takeBuildLock } from '../build-lock.ts';
import type { CommonCall, InspectCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { noWorkTree, say } from './devtool-recipe.ts';

/** A work tree as `stx-bake devtool status --json` shows it. */
interface TreeReport {
  readonly recipe: string;
  readonly tree: string;
  readonly source: string;
  /** `clean`, `dirty`, `rebasing`, `gone` or `elsewhere` (what is checked out does not come from the sources). */
  readonly is: string;
  readonly branch: string | null;
  readonly base: string;
  readonly dirtyFiles: readonly string[];
  readonly commits: readonly {
    commit: string;
    subject: string;
    patch: string | null;
    is: 'same' | 'changed' | 'new';
  }[];
  /** Patches that no commit is any more. */
  readonly dropped: readonly string[];
  /** Patches of single systems, which the build applies on top. */
  readonly left: readonly string[];
  /** What `finish` writes into the recipe besides. */
  readonly version: string | null;
  readonly revision: string | null;
}

/** `stx-bake devtool status [--json]`. */
export async function devtoolStatusCommand(options: InspectCall): Promise<number> {
  const states = readStates(findBuildDirectory(options.buildDirectory, process.cwd()));
  const workTrees = await Promise.all([...states.values()].map(report));
  if (options.json) process.stdout.write(`${JSON.stringify({ workTrees }, null, 2)}\n`);
  else if (workTrees.length === 0) say('no recipe has a work tree; `stx-bake devtool modify RECIPE` makes one');
  else process.stdout.write(workTrees.map(reportText).join('\n'));
  return exitCodes.ok;
}

/** `stx-bake devtool reset RECIPE`. */
export async function devtoolResetCommand(options: CommonCall): Promise<number> {
  const [word = ''] = options.words;
  const name = word.split(':').at(-1) ?? word;
  const buildDirectory = findBuildDirectory(options.buildDirectory, process.cwd());
  const state = readStates(buildDirectory).get(name);
  if (state === undefined) throw noWorkTree(word);
  using _lock = takeBuildLock(buildDirectory);
  const found = await report(state);
  const lost = [
    ...found.commits
      .filter(({ is }) => is !== 'same')
      .map(({ commit, subject }) => `commit ${commit.slice(0, 12)} (${subject})`),
    ...found.dirtyFiles.map((file) => `change of ${file}`),
    ...(found.is === 'rebasing' ? ['a rebase that goes on'] : []),
    ...(found.is === 'elsewhere' ? [`what is checked out: it does not come from ${state.base.slice(0, 12)}`] : []),
    ...(state.upgrade === undefined ? [] : [`${found.version ?? found.revision}, which no recipe has`]),
  ];
  removeAppend(buildDirectory, state);
  removeState(buildDirectory, state.recipe);
  await leave(state, lost, workspaceFolder(buildDirectory));
  return exitCodes.ok;
}

async function leave(state: TreeState, lost: readonly string[], workspace: string): Promise<void> {
  const { recipe, tree, isOurs } = state;
  const isInside = tree.startsWith(`${join(workspace, 'sources')}/`);
  if (lost.length === 0 && isOurs && isInside) await rm(tree, { recursive: true, force: true });
  say(`${recipe} is built from SRC_URI again`);
  if (!existsSync(tree)) return;
  if (lost.length === 0) {
    say(`${tree} stays; nothing is in it that is not in patches`);
    return;
  }
  say(`${tree} stays: it holds what is in no patch`);
  for (const each of lost) process.stdout.write(`  ${each}\n`);
  say(`\`stx-bake devtool modify ${recipe} ${relative(process.cwd(), tree) || '.'} --no-extract\` takes it up again`);
}

async function report(state: TreeState): Promise<TreeReport> {
  const { recipe, tree, source, base, left, upgrade } = state;
  const more = { version: upgrade?.version ?? null, revision: upgrade?.revision ?? null };
  const facts = {
    ...{ recipe, tree, source, base, left, branch: null, dirtyFiles: [], commits: [], dropped: [] },
    ...more,
  };
  if (!existsSync(tree)) return { ...facts, is: 'gone' };
  let found: TreeReport = { ...facts, is: 'elsewhere' };
  try {
    const branch = (await tryGit(tree, ['branch', '--show-current'])).output.trim() || null;
    const dirty = await dirtyFiles(tree);
    const isMoving = await isRebasing(tree);
    found = { ...found, branch, dirtyFiles: dirty, is: isMoving ? 'rebasing' : found.is };
    const { commits, dropped } = await readCommits(state);
    const is = isMoving ? 'rebasing' : dirty.length > 0 ? 'dirty' : 'clean';
    return { ...found, is, commits: commits.map(commitReport), dropped: dropped.map(({ name }) => name) };
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    return found;
  }
}

function commitReport({ commit, subject, patch, isSame }: TreeCommit): TreeReport['commits'][number] {
  const is = patch === undefined ? 'new' : isSame ? 'same' : 'changed';
  return { commit, subject, patch: patch?.name ?? null, is };
}

const words: Readonly<Record<string, string>> = {
  clean: 'all is committed',
  rebasing: 'a rebase goes on',
  gone: 'the work tree is gone',
  elsewhere: 'what is checked out does not come from the sources of the recipe',
};

function reportText(found: TreeReport): string {
  const state = words[found.is] ?? `${found.dirtyFiles.length} files are not committed`;
  const lines = [
    `${found.recipe}: ${found.source}`,
    `  ${found.branch === null ? '' : `branch ${found.branch}, `}${state}`,
  ];
  for (const { commit, subject, patch, is } of found.commits) {
    const what = is === 'new' ? 'new, in no patch' : is === 'changed' ? `changes ${patch}` : `${patch}`;
    lines.push(`  ${commit.slice(0, 12)} ${subject}  [${what}]`);
  }
  for (const name of found.dropped) lines.push(`  no commit any more: ${name}`);
  if (found.left.length > 0) lines.push(`  of single systems, applied on top: ${found.left.join(' ')}`);
  const next = found.version ?? found.revision;
  if (next !== null) lines.push(`  at ${next}, which the recipe does not have yet`);
  return `${lines.join('\n')}\n`;
}
