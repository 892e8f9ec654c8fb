import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StxError } from '../../../base/stx-error.ts';
import { systemError } from '../../../base/system-error.ts';
import { processMark } from '../../../net/process-mark.ts';
import type { TaskContext } from '../../builtin-task.ts';
import { takeLocks } from '../../file-locks.ts';
import { candidateUrls } from '../candidate-urls.ts';
import { gitAddress } from './git-address.ts';
import { type Attempt, noCandidate, notFetched, notOnBranch, tagElsewhere } from './git-failures.ts';
import type { GitSource } from './git-source.ts';
import { importTarball } from './mirror-tarball.ts';
import { formerEnds, receiveRefs } from './receive-refs.ts';
import { runGit } from './run-git.ts';
import { sweepMirror, unfinishedPrefix } from './sweep-mirror.ts';
import { writeTarball } from './write-tarball.ts';

/** What bringing a commit here took. */
export interface FetchedCommit {
  /** As git counts what it received. */
  readonly bytes: number;
}

/**
 * Sees to it that the mirror of a source holds its commit, on its branch. One process at a time works on a mirror; a new
 * one appears whole. Throws StxError that says what was asked, and what else would do.
 */
export async function bringCommit(source: GitSource, context: TaskContext): Promise<FetchedCommit> {
  const { signal } = context;
  if ((await standing(source, signal)) === 'good') {
    await writeTarball(source, false, context);
    return { bytes: 0 };
  }
  try {
    await mkdir(dirname(source.path), { recursive: true });
  } catch (error) {
    throw systemError(error, 'making', dirname(source.path));
  }
  context.progress(`waiting for the mirror of ${source.name}`);
  await using locks = await takeLocks({ lockFiles: [`${source.path}.lock`] }, signal);
  if (!locks.held) signal.throwIfAborted();
  // Whoever held the lock may have brought it.
  const before = await standing(source, signal);
  if (before === 'good') return { bytes: 0 };
  const fetched = await update(source, before, context);
  await writeTarball(source, true, context);
  return fetched;
}

/** Whether the mirror has what a source wants. */
type Standing = 'good' | 'no-mirror' | 'no-commit' | 'not-on-branch' | 'other-tag';

/** What a mirror knows of the commit. */
export async function standing(source: GitSource, signal: AbortSignal, mirror = source.path): Promise<Standing> {
  const { revision, branch, tag } = source;
  if ((await stat(join(mirror, 'objects')).catch(() => undefined)) === undefined) return 'no-mirror';
  const ask = async (args: readonly string[]) => await runGit({ args, signal, repository: mirror });
  if ((await ask(['cat-file', '-e', `${revision}^{commit}`])).exitCode !== 0) return 'no-commit';
  if (branch !== undefined) {
    const { exitCode } = await ask(['merge-base', '--is-ancestor', revision, `refs/heads/${branch}`]);
    const before = ['for-each-ref', '--count=1', `--contains=${revision}`, formerEnds(branch)];
    if (exitCode !== 0 && (await ask(before)).output === '') return 'not-on-branch';
  }
  if (tag === undefined) return 'good';
  const { output } = await ask(['rev-parse', '--verify', '--quiet', `refs/tags/${tag}^{commit}`]);
  return output.trim() === revision ? 'good' : 'other-tag';
}

/** Works on the mirror, whose lock is held; a new one is made beside it and renamed. */
async function update(source: GitSource, before: Standing, context: TaskContext): Promise<FetchedCommit> {
  const candidates = mirrorCandidates(source, context);
  if (candidates.length === 0) throw noCandidate(source, context.order.variables);
  await sweepMirror(source.path);
  const isNew = before === 'no-mirror';
  const mirror = isNew ? join(dirname(source.path), `${unfinishedPrefix(source.path)}${processMark()}`) : source.path;
  try {
    if (isNew) await makeMirror(mirror, context.signal);
    const asked = await askAll({ source, mirror, before }, candidates, context);
    // What came is of use for other commits, too.
    if (isNew && asked.found !== 'no-mirror') await settle(mirror, source);
    if (asked.found === 'good') return { bytes: asked.bytes };
    throw await explain(source, asked, context);
  } catch (error) {
    throw error instanceof Error && 'errno' in error ? systemError(error, 'fetching to', source.path) : error;
  } finally {
    if (isNew) await rm(mirror, { recursive: true, force: true });
  }
}

interface Asked {
  readonly attempts: readonly Attempt[];
  readonly found: Standing;
  readonly bytes: number;
}

/** Asks one place after the other until the mirror has the commit. */
async function askAll(
  to: { readonly source: GitSource; readonly mirror: string; readonly before: Standing },
  candidates: readonly string[],
  context: TaskContext,
): Promise<Asked> {
  const { source, mirror } = to;
  const attempts: Attempt[] = [];
  let found = to.before;
  let bytes = 0;
  for (const url of candidates) {
    const attempt = await tryCandidate({ source, mirror, url }, context);
    if (attempt === undefined) continue;
    bytes += attempt.bytes ?? 0;
    if (attempt.reason === undefined) found = await standing(source, context.signal, mirror);
    if (found === 'good') break;
    attempts.push({ ...attempt, reason: attempt.reason ?? shortfall(found, source) });
  }
  return { attempts, found, bytes };
}

async function explain(source: GitSource, { attempts, found }: Asked, context: TaskContext): Promise<StxError> {
  if (found === 'not-on-branch') return await notOnBranch(source, attempts, context.signal);
  if (found === 'other-tag') return tagElsewhere(source);
  return notFetched(source, attempts, context.order.variables);
}

function shortfall(found: Standing, { revision, branch, tag }: GitSource): string {
  if (found === 'not-on-branch') return `has the commit, but not on its branch \`${branch}\``;
  if (found === 'other-tag') return `has another commit as its tag \`${tag}\``;
  return `does not have the commit ${revision}`;
}

/** Where to take it from: an archive in DL_DIR before all that is elsewhere. */
function mirrorCandidates(source: GitSource, { order }: TaskContext): readonly string[] {
  const { address, tarball } = source;
  const parameters = `;protocol=${address.protocol}`;
  const candidates = candidateUrls({ url: `${address.url}${parameters}`, tarball }, order.variables);
  const more = source.withSubmodules
    ? candidateUrls({ url: `${address.url.replace(/^git:/, 'gitsm:')}${parameters}`, tarball }, order.variables)
    : [];
  const own = `file://${join(dirname(dirname(source.path)), tarball)}`;
  return [...new Set([own, ...more.filter((url) => !url.startsWith('gitsm:')), ...candidates])];
}

interface Candidate {
  readonly source: GitSource;
  readonly mirror: string;
  readonly url: string;
}

/** What came of one address; undefined: there is nothing to ask. */
async function tryCandidate({ source, mirror, url }: Candidate, context: TaskContext): Promise<Attempt | undefined> {
  const [location = '', ...rest] = url.split(';');
  const parameters = new Map(rest.map((each) => [each.replace(/=.*/, ''), each.replace(/^[^=]*=?/, '')] as const));
  const address = gitAddress(location, parameters);
  if (address !== undefined) return await receiveRefs({ source, mirror, remote: address.remote }, context);
  if (!url.startsWith('file:')) return await importTarball({ source, mirror, url }, context);
  const path = fileURLToPath(url);
  if ((await stat(path).catch(() => undefined))?.isFile()) return await importTarball({ source, mirror, url }, context);
  const folder = await repositoryBeside(dirname(path), source);
  return folder === undefined ? undefined : await receiveRefs({ source, mirror, remote: `file://${folder}` }, context);
}

/** A bare repository in a plain folder of them, by the names that people give it. */
async function repositoryBeside(folder: string, source: GitSource): Promise<string | undefined> {
  const { path } = source.address;
  for (const name of [basename(source.path), path.slice(1), basename(path)]) {
    for (const each of [name, `${name}.git`, name.replace(/\.git$/, '')]) {
      const found = join(folder, each);
      if ((await stat(join(found, 'objects')).catch(() => undefined))?.isDirectory()) return found;
    }
  }
  return undefined;
}

async function makeMirror(path: string, signal: AbortSignal): Promise<void> {
  const { exitCode, said } = await runGit({ args: ['init', '--quiet', '--bare', '--template=', path], signal });
  if (exitCode !== 0) throw systemError(new Error(said.trim()), 'making', path);
}

async function settle(mirror: string, source: GitSource): Promise<void> {
  // What lies there is no repository: it is kept for its owner to look at.
  if ((await stat(source.path).catch(() => undefined)) !== undefined) {
    await rename(source.path, `${source.path}.not-a-repository-${processMark()}`);
  }
  await rename(mirror, source.path);
}
