import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { decompressFile } from '../archive/open-compressed.ts';
import { plainName } from '../archive/unpack-archive.ts';
import { StxError } from '../base/stx-error.ts';
import { applyPatch } from '../tasks/patch/apply-patch.ts';
import type { PatchStep } from '../tasks/patch/patch-list.ts';
import { commitEnvironment, engineMail, engineName, git } from './git.ts';
import { readPatchHeader } from './patch-header.ts';
import type { TreePatch } from './tree-state.ts';

/** Trailer of a commit message: which patch the commit is. */
export const patchTrailer = 'Stx-Patch';

/** Where patches become commits. */
export interface CommitPlace {
  readonly tree: string;
  /** The folder that the patches are applied to. */
  readonly source: string;
  /** For what is made on the way. */
  readonly work: string;
  /** Time of the commits, in seconds since the epoch, as text. */
  readonly epoch: string;
  readonly signal: AbortSignal;
}

/** Applies a patch and commits it. Rejects with StxError `patch-failed`; the tree is as before then. */
export async function commitPatch(
  step: PatchStep,
  set: TreePatch['set'],
  place: CommitPlace,
): Promise<TreePatch | undefined> {
  const { tree, work, epoch } = place;
  const run = { workdir: join(work, 'patch'), set: '', sourceDirectory: place.source, within: '' } as const;
  await applyPatch(step, 0, { ...run, signal: place.signal });
  await rm(run.workdir, { recursive: true, force: true });
  await git(tree, ['add', '--all', '--force', '.']);
  const header = readPatchHeader(await patchText(step, work), basename(step.name));
  const author = {
    name: header.name || engineName,
    email: header.email || engineMail,
    date: header.date ?? `${epoch} +0000`,
  };
  const message = [header.subject, header.body, `${patchTrailer}: ${step.name}`]
    .filter((each) => each !== '')
    .join('\n\n');
  const options = { environment: commitEnvironment(author, epoch), input: `${message}\n` };
  await git(tree, ['commit', '--quiet', '--allow-empty', '--no-verify', '--cleanup=verbatim', '--file=-'], options);
  const commit = await git(tree, ['rev-parse', 'HEAD']);
  const subject = header.subject;
  return { name: step.name, path: step.path, set, commit, patchId: await patchIdOf(tree, commit), subject };
}

/** Commits everything of a folder as it is. */
export async function commitAll(tree: string, message: string, epoch: string): Promise<string> {
  await git(tree, ['add', '--all', '--force', '.']);
  const environment = commitEnvironment({ name: engineName, email: engineMail, date: `${epoch} +0000` }, epoch);
  const options = { environment, input: `${message}\n` };
  await git(tree, ['commit', '--quiet', '--allow-empty', '--no-verify', '--file=-'], options);
  return await git(tree, ['rev-parse', 'HEAD']);
}

/** What a commit changes, as one word (`git patch-id --stable`); empty for a commit that changes nothing. */
export async function patchIdOf(tree: string, commit: string): Promise<string> {
  const changes = await git(tree, [
    'diff-tree',
    '--patch',
    '--binary',
    '--full-index',
    '--no-renames',
    '--no-ext-diff',
    commit,
  ]);
  return (await git(tree, ['patch-id', '--stable'], { input: `${changes}\n` })).split(' ')[0] ?? '';
}

async function patchText(step: PatchStep, work: string): Promise<string> {
  if (!step.isCompressed) return readFileSync(step.path, 'utf8');
  const path = join(work, basename(plainName(step.path)));
  await decompressFile(step.path, path);
  return readFileSync(path, 'utf8');
}

/** An error for a patch that cannot be a commit. */
export function isPatchFailure(error: unknown): error is StxError {
  return error instanceof StxError && error.diagnostics.some(({ code }) => code === 'patch-failed');
}
