import { chmod, cp, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, relative } from 'node:path';
import { decompressFile } from '../../archive/open-compressed.ts';
import { archiveKind, plainName, unpackArchive } from '../../archive/unpack-archive.ts';
import { redactUrl } from '../../base/redact.ts';
import { digestOfFile } from '../../base/sha256.ts';
import { versionControlFolders } from '../../base/src-uri.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import type { Artifact } from '../../messages/task-outcome.ts';
import type { BuiltinTask, TaskContext } from '../builtin-task.ts';
import { withLockedSources } from '../fetch/distro-sources.ts';
import { isSourcePackage, packagedSources } from '../fetch/dsc/source-package.ts';
import { layOutCommit } from '../fetch/git/checkout.ts';
import { type GitSource, gitLayout } from '../fetch/git/git-source.ts';
import { isNo, type RemoteSource, readSources, requireVariable, type Source } from '../fetch/sources.ts';
import { copyWorkTree } from '../work-tree/copy-work-tree.ts';
import { moveIn, openStaging, removeEarlier, removeStaging } from './workdir-content.ts';

/** Lays the sources of SRC_URI out in WORKDIR, in place of what an earlier unpack left there. */
export const run: BuiltinTask = async (context) => {
  const { variables } = context.order;
  const workdir = requireVariable(variables, 'WORKDIR');
  requireVariable(variables, 'DL_DIR');
  const sources = readSources(await withLockedSources(context.order));
  try {
    const staging = await openStaging(workdir);
    for (const [index, source] of sources.entries()) {
      context.signal.throwIfAborted();
      context.progress(source.name, index / sources.length);
      await place(source, { staging, workdir, context });
    }
    await placeExternal({ staging, workdir, context });
    context.signal.throwIfAborted();
    await removeEarlier(workdir, normalize(variables['S'] ?? '').replace(/\/$/, ''));
    const list = await moveIn(staging, workdir);
    return { artifacts: [{ path: list }, ...(await sourceDirectory(variables['S'], workdir))] };
  } catch (error) {
    context.signal.throwIfAborted();
    throw error instanceof Error && 'errno' in error ? systemError(error, 'unpacking into', workdir) : error;
  } finally {
    await removeStaging(workdir);
  }
};

/** S, when the sources came with it: without it, and without WORKDIR, they must be unpacked again. */
async function sourceDirectory(path: string | undefined, workdir: string): Promise<readonly Artifact[]> {
  if (!path?.startsWith(`${workdir}/`)) return [];
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ? [{ path }] : [];
}

interface Place {
  readonly staging: string;
  readonly workdir: string;
  readonly context: TaskContext;
}

async function place(source: Source, where: Place): Promise<void> {
  const folder = targetFolder(source, where);
  if (source.kind === 'git') return await placeCommit(source, folder, where);
  const found = await stat(source.path).catch(() => undefined);
  if (found === undefined) {
    throw StxError.of('missing-input', `\`${source.name}\` is not at \`${source.path}\``, {
      setting: { variable: 'SRC_URI', word: source.uri.word },
      help: 'fetch it again: `-c fetch -f`',
    });
  }
  await mkdir(folder, { recursive: true });
  if (isSourcePackage(source)) return await copyPackage(source, folder, where);
  const kind = isNo(source.uri.parameters.get('unpack')) || found.isDirectory() ? 'plain' : archiveKind(source.name);
  where.context.log(`${kind === 'plain' ? 'copying' : 'unpacking'} ${source.path}`);
  if (kind === 'archive') {
    await unpackArchive({ archive: source.path, into: folder, signal: where.context.signal });
  } else if (kind === 'compressed-file') {
    await decompressFile(source.path, join(folder, plainName(basename(source.name))));
  } else {
    await copyIn(source, folder, found.isDirectory());
  }
}

/** The files of a source package, together and proven once more; its own tools unpack it. */
async function copyPackage(source: RemoteSource, folder: string, { context }: Place): Promise<void> {
  const target = join(folder, source.uri.parameters.get('destsuffix') ?? 'source-package');
  await mkdir(target, { recursive: true });
  for (const { path, name, sha256 } of [source, ...(await packagedSources(source))]) {
    context.log(`copying ${path}`);
    await cp(path, join(target, name)).catch(() => undefined);
    const found = await digestOfFile(join(target, name)).catch(() => undefined);
    if (found !== undefined && (sha256 === undefined || found.hash === sha256)) continue;
    const what = found === undefined ? 'is not in DL_DIR' : `has the SHA-256 ${found.hash}, expected ${sha256}`;
    throw StxError.of('missing-input', `\`${name}\` of the source package \`${source.name}\` ${what}`, {
      setting: { variable: 'SRC_URI', word: source.uri.word },
      help: 'fetch it again: `-c fetch -f`',
    });
  }
}

/** The folder that EXTERNALSRC names, in place of what else would lie there. */
async function placeExternal({ staging, workdir, context }: Place): Promise<void> {
  const { variables } = context.order;
  const path = variables['EXTERNALSRC'] ?? '';
  if (path === '') return;
  const destination = variables['EXTERNALSRC_DESTINATION'] || requireVariable(variables, 'S');
  const below = relative(workdir, normalize(destination));
  const setting = { variable: 'EXTERNALSRC' };
  if (below === '..' || below.startsWith('../')) {
    throw StxError.of('bad-source-uri', `EXTERNALSRC would be laid out outside WORKDIR, at \`${destination}\``, {
      setting,
      help: 'let S, or EXTERNALSRC_DESTINATION, lie below WORKDIR',
    });
  }
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isDirectory()) {
    throw StxError.of('missing-input', `EXTERNALSRC names \`${path}\`, which is no folder`, {
      setting,
      help: 'correct it, or remove it: then SRC_URI is used',
    });
  }
  context.log(`copying ${path}, which stands for SRC_URI`);
  const target = join(staging, below);
  if (below !== '') await rm(target, { recursive: true, force: true });
  await copyWorkTree(path, target, context.signal);
}

async function placeCommit(source: GitSource, folder: string, { context }: Place): Promise<void> {
  const { variables } = context.order;
  const layout = gitLayout(source, variables['BB_GIT_DEFAULT_DESTSUFFIX'] || 'git');
  context.log(`laying out ${source.revision} of ${source.path}`);
  await layOutCommit({
    source,
    layout,
    into: join(folder, layout.destination),
    downloads: requireVariable(variables, 'DL_DIR'),
    signal: context.signal,
  });
}

const leftOut: ReadonlySet<string> = new Set(versionControlFolders);

/** A local file keeps the folders that `file://` names; a downloaded one lies on top. */
async function copyIn(source: Source, folder: string, isDirectory: boolean): Promise<void> {
  const name = source.kind === 'local' && !isAbsolute(source.name) ? source.name : basename(source.name);
  const target = join(folder, source.uri.parameters.get('destsuffix') ?? name);
  await mkdir(isDirectory ? target : dirname(target), { recursive: true });
  const filter = (path: string): boolean => path === source.path || !leftOut.has(basename(path));
  await cp(source.path, target, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true, filter });
  await evenModes(target);
}

/** Modes as the digests of sources see them: executable or not. The rest is who checked out or downloaded them, and how. */
async function evenModes(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  await chmod(path, found.isDirectory() || (found.mode & 0o111) !== 0 ? 0o755 : 0o644);
  if (!found.isDirectory()) return;
  for (const name of await readdir(path)) await evenModes(join(path, name));
}

/** WORKDIR or its `subdir`, as it will be: below the staging folder. */
function targetFolder(source: Source, where: Place): string {
  const given = source.uri.parameters.get('subdir') ?? '';
  const subdir = isAbsolute(given) ? relative(where.workdir, given) : normalize(given);
  const suffix = source.uri.parameters.get('destsuffix') ?? '';
  for (const path of [subdir, normalize(suffix), normalize(source.kind === 'local' ? source.name : '.')]) {
    const mayBeAbsolute = path === source.name;
    if (path.split('/')[0] === '..' || (isAbsolute(path) && !mayBeAbsolute)) {
      throw StxError.of(
        'bad-source-uri',
        `\`${redactUrl(source.uri.url)}\` would be laid out outside WORKDIR, at \`${path}\``,
        {
          setting: { variable: 'SRC_URI', word: source.uri.word },
          help: 'let `subdir`, `destsuffix` and the name stay below WORKDIR',
        },
      );
    }
  }
  return join(where.staging, subdir);
}
