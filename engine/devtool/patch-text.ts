import { join, normalize, relative } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import type { PatchStep } from '../tasks/patch/patch-list.ts';
import { git } from './git.ts';
import { patchTrailer } from './patch-commits.ts';
import type { TreeCommit } from './read-commits.ts';
import type { TreeState } from './tree-state.ts';

/** How a patch is applied. */
export interface PatchForm {
  /** Folder of the tree that names in it start from; empty: its root. */
  readonly root: string;
  readonly stripLevel: number;
  /** Parameters of its entry in SRC_URI. */
  readonly parameters: string;
}

/** How new patches of a tree are applied: from the root of the repository, as `git format-patch` makes them. */
export function newForm({ subpath, inside }: TreeState): PatchForm {
  const depth = subpath === '' ? 0 : subpath.split('/').length;
  const up = inside === '' ? '' : relative(inside, '');
  const parameters = `${depth === 0 ? '' : `;striplevel=${depth + 1}`}${up === '' ? '' : `;patchdir=${up}`}`;
  return { root: subpath, stripLevel: depth + 1, parameters };
}

/** How a patch that is there is applied; `sourceDirectory`: S, which a `patchdir` may lead out of. */
export function formOf(state: TreeState, step: PatchStep, sourceDirectory: string): PatchForm {
  const directory = step.directory.startsWith('/') ? relative(sourceDirectory, step.directory) : step.directory;
  const root = normalize(join(state.subpath, state.inside, directory)).replace(/\/$/, '');
  return { root: root === '.' ? '' : root, stripLevel: step.stripLevel, parameters: '' };
}

/** The patch of a commit. Throws StxError `unfit-commit` for one that holds what a patch cannot, or touches files beside. */
export async function patchTextOf(state: TreeState, commit: TreeCommit, form: PatchForm): Promise<string> {
  const { tree } = state;
  const { root, stripLevel } = form;
  const outside = root === '' ? [] : commit.files.filter((file) => !file.startsWith(`${root}/`));
  if (outside.length > 0) {
    throw unfit(state, commit, `changes files that are no sources of \`${state.recipe}\``, {
      detail: outside.map((each) => `  ${each}`).join('\n'),
      help: `split it (\`git rebase -i\`): the recipe takes \`${root}/\` alone`,
    });
  }
  const numbers = await git(tree, [
    'diff-tree',
    '-r',
    '--numstat',
    '-z',
    '--no-commit-id',
    '--no-renames',
    commit.commit,
  ]);
  const binary = numbers.split('\0').filter((each) => each.startsWith('-\t-\t'));
  if (binary.length > 0) {
    throw unfit(state, commit, 'changes files that are no text', {
      detail: binary.map((each) => `  ${each.slice(4)}`).join('\n'),
      help: 'add such files to SRC_URI of the recipe, and take them out of the commit',
    });
  }
  const names = root === '' ? [] : root.split('/');
  const depth = Math.max(0, stripLevel - 1);
  const prefix = [
    ...Array(Math.max(0, depth - names.length)).fill('x'),
    ...names.slice(names.length - Math.min(depth, names.length)),
  ];
  const folders = prefix.map((each) => `${each}/`).join('');
  const prefixes = stripLevel === 0 ? ['--no-prefix'] : [`--src-prefix=a/${folders}`, `--dst-prefix=b/${folders}`];
  const options = [
    '-1',
    '-p',
    '--stdout',
    '--no-signature',
    '--zero-commit',
    '--no-numbered',
    '--no-renames',
    '--no-ext-diff',
  ];
  const relatives = root === '' ? [] : [`--relative=${root}/`];
  const environment = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const text = await git(tree, ['format-patch', ...options, ...relatives, ...prefixes, commit.commit], { environment });
  return `${withoutTrailer(text).replace(/\n*$/, '')}\n`;
}

function withoutTrailer(text: string): string {
  const end = text.indexOf('\ndiff --git ');
  const header = text.slice(0, end === -1 ? undefined : end);
  const plain = header.replace(new RegExp(`\\n*^${patchTrailer}: .*$`, 'gm'), '');
  return plain + (end === -1 ? '' : text.slice(end));
}

/** An error for a commit that cannot become a patch. */
export function unfit(
  state: TreeState,
  commit: TreeCommit,
  why: string,
  more: { readonly detail?: string; readonly help: string },
): StxError {
  const message = `${commit.commit.slice(0, 12)} (${commit.subject}) in \`${state.tree}\` ${why}`;
  return StxError.of('unfit-commit', message, more);
}
