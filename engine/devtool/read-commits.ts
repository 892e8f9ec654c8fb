import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import { dirtyFiles, git, tryGit } from './git.ts';
import { patchIdOf, patchTrailer } from './patch-commits.ts';
import type { TreePatch, TreeState } from './tree-state.ts';
import { vendorSubject } from './vendor-patches.ts';

/** A commit of a work tree above the sources. */
export interface TreeCommit {
  readonly commit: string;
  readonly subject: string;
  /** Files that it changes, relative to the root of the tree. */
  readonly files: readonly string[];
  readonly patchId: string;
  /** The patch that it is, or was before it was changed; absent: it is new. */
  readonly patch: TreePatch | undefined;
  /** It changes just what that patch changes. */
  readonly isSame: boolean;
}

/** What a work tree holds against the patches of its recipe. */
export interface TreeCommits {
  /** Oldest first, without those that change nothing and that of a source package's own patches. */
  readonly commits: readonly TreeCommit[];
  /** Patches that no commit is any more. */
  readonly dropped: readonly TreePatch[];
}

/** Reads the commits since the base. Throws StxError when they do not come from there, or hold a merge. */
export async function readCommits(state: TreeState): Promise<TreeCommits> {
  const { tree, base } = state;
  const isBelow = await tryGit(tree, ['merge-base', '--is-ancestor', base, 'HEAD']);
  if (isBelow.exitCode !== 0) {
    throw StxError.of(
      'unfinished-work',
      `what is checked out in \`${tree}\` does not come from ${base.slice(0, 12)}, the sources of \`${state.recipe}\``,
      {
        help: 'move your commits on top of it (`git rebase`), or go to another version with `stx-bake devtool upgrade`',
      },
    );
  }
  const format = `--format=%H%x00%s%x00%P%x00%(trailers:key=${patchTrailer},valueonly,separator=%x20)%x00%x01`;
  const log = await git(tree, ['log', '--reverse', '--no-show-signature', format, `${base}..HEAD`]);
  const free = new Set(state.patches);
  const rows = log.split('\u0001').map((each) => each.replace(/^\n/, '').split('\0'));
  const known: KnownCommit[] = [];
  for (const [commit = '', subject = '', parents = '', trailer = ''] of rows.filter((row) => row.length > 1)) {
    if (parents.includes(' ')) throw mergeFound(tree, commit, subject);
    const files = split(
      await git(tree, ['diff-tree', '-r', '-z', '--no-commit-id', '--name-only', '--no-renames', commit]),
    );
    const isOurs = files.length === 0 || subject === vendorSubject;
    if (!isOurs)
      known.push({ commit, subject, trailer: trailer.trim(), files, patchId: await patchIdOf(tree, commit) });
  }
  return { commits: matched(known, free), dropped: [...free] };
}

type KnownCommit = Omit<TreeCommit, 'patch' | 'isSame'> & { readonly trailer: string };

/** The surest sign first, for all commits: the commit itself, its trailer, what it changes, its subject. */
function matched(known: readonly KnownCommit[], free: Set<TreePatch>): readonly TreeCommit[] {
  const found = new Map<KnownCommit, TreePatch>();
  const signs: ((commit: KnownCommit, patch: TreePatch) => boolean)[] = [
    (commit, patch) => commit.commit === patch.commit,
    (commit, patch) => commit.trailer === patch.name,
    (commit, patch) => commit.patchId === patch.patchId,
    (commit, patch) => commit.subject === patch.subject,
  ];
  for (const sign of signs) {
    for (const commit of known) {
      const patch = found.has(commit) ? undefined : [...free].find((each) => sign(commit, each));
      if (patch === undefined) continue;
      found.set(commit, patch);
      free.delete(patch);
    }
  }
  return known.map((each) => {
    const { trailer: _, ...commit } = each;
    const patch = found.get(each);
    return { ...commit, patch, isSame: patch?.patchId === commit.patchId };
  });
}

/** Throws StxError when something is not committed (each file named), or a rebase goes on. */
export async function requireCommitted({ tree, recipe }: TreeState, doing: string): Promise<void> {
  if (!existsSync(tree)) {
    throw StxError.of('no-work-tree', `the work tree of \`${recipe}\` is not at \`${tree}\` any more`, {
      help: `put it back, or let \`stx-bake devtool reset ${recipe}\` forget it`,
    });
  }
  if (await isRebasing(tree)) {
    throw StxError.of('unfinished-work', `a rebase goes on in \`${tree}\``, {
      help: 'end it with `git rebase --continue`, or take it back with `git rebase --abort`',
    });
  }
  const files = await dirtyFiles(tree);
  if (files.length === 0) return;
  const shown = files.slice(0, 20).map((each) => `  ${each}`);
  if (files.length > shown.length) shown.push(`  and ${files.length - shown.length} more`);
  throw StxError.of(
    'unfinished-work',
    `\`${tree}\` has changes that are in no commit, so \`${recipe}\` cannot be ${doing}`,
    {
      detail: shown.join('\n'),
      help: `commit them, let git ignore them, or take them back: \`git -C ${tree} status\``,
    },
  );
}

/** Whether a rebase, a merge or the like has not ended. */
export async function isRebasing(tree: string): Promise<boolean> {
  const folder = await git(tree, ['rev-parse', '--git-dir']);
  const root = isAbsolute(folder) ? folder : join(tree, folder);
  return ['rebase-merge', 'rebase-apply', 'MERGE_HEAD', 'CHERRY_PICK_HEAD'].some((name) =>
    existsSync(join(root, name)),
  );
}

function mergeFound(tree: string, commit: string, subject: string): StxError {
  return StxError.of(
    'unfit-commit',
    `${commit.slice(0, 12)} (${subject}) in \`${tree}\` is a merge, which no patch can hold`,
    {
      help: 'make the commits a line: `git rebase`',
    },
  );
}

function split(text: string): readonly string[] {
  return text.split('\0').filter((each) => each !== '');
}
