import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unpackArchive } from '../../../archive/unpack-archive.ts';
import { StxError } from '../../../base/stx-error.ts';
import { download } from '../../../net/download.ts';
import { DownloadError } from '../../../net/download-error.ts';
import { processMark } from '../../../net/process-mark.ts';
import { redactUrl } from '../../../net/redact.ts';
import type { TaskContext } from '../../builtin-task.ts';
import { readSettings } from '../downloads.ts';
import type { Attempt } from './git-failures.ts';
import type { GitSource } from './git-source.ts';
import { receiveRefs } from './receive-refs.ts';
import { runGit } from './run-git.ts';
import { unfinishedPrefix } from './sweep-mirror.ts';

/** All that is taken from the archive of a mirror: no configuration, no hooks, no repositories elsewhere. */
const taken = new Set(['HEAD', 'objects', 'packed-refs', 'refs']);

/**
 * Brings the branches and tags of a packed mirror, as BitBake makes them, into a mirror. git reads every object anew, so
 * that a damaged or forged archive brings nothing. Undefined: there is no such archive.
 */
export async function importTarball(
  from: { readonly source: GitSource; readonly mirror: string; readonly url: string },
  context: TaskContext,
): Promise<Attempt | undefined> {
  const { source, mirror } = from;
  const url = redactUrl(from.url);
  const folder = join(dirname(source.path), `${unfinishedPrefix(source.path)}${processMark()}-archive`);
  const archive = `${folder}.tar.gz`;
  try {
    const settings = readSettings(context.order.variables);
    const { sizeBytes } = await download({ ...settings, urls: [from.url], path: archive, signal: context.signal });
    await mkdir(folder);
    await unpackArchive({ archive, into: folder, signal: context.signal });
    const repository = await cleaned(folder, context.signal);
    const attempt = await receiveRefs({ source, mirror, remote: `file://${repository}` }, context);
    return { ...attempt, url, bytes: sizeBytes };
  } catch (error) {
    context.signal.throwIfAborted();
    return failed(url, error, context);
  } finally {
    for (const path of [folder, archive]) await rm(path, { recursive: true, force: true });
  }
}

function failed(url: string, error: unknown, context: TaskContext): Attempt | undefined {
  if (!(error instanceof StxError) || error.diagnostics.some(({ code }) => code === 'disk-full')) throw error;
  if (!(error instanceof DownloadError)) return { url, reason: error.diagnostics[0]?.message ?? 'cannot be read' };
  const reason = error.failures[0]?.reason ?? 'is not there';
  if (!error.failures.every(({ kind }) => kind === 'not-found')) return { url, reason };
  context.log(`${url}: no archive`);
  return url.startsWith('file:') ? undefined : { url, reason };
}

/** The repository in a folder (`.git` of a shallow or plain one), with a configuration of ours. */
async function cleaned(folder: string, signal: AbortSignal): Promise<string> {
  const inside = join(folder, '.git');
  const repository = (await stat(join(folder, 'objects')).catch(() => undefined)) === undefined ? inside : folder;
  for (const name of await readdir(repository).catch(() => [])) {
    if (!taken.has(name)) await rm(join(repository, name), { recursive: true, force: true });
  }
  for (const name of ['alternates', 'http-alternates'])
    await rm(join(repository, 'objects', 'info', name), { force: true });
  await runGit({ args: ['init', '--quiet', '--bare', '--template=', repository], signal });
  return repository;
}
