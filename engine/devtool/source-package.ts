import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { decompressFile } from '../archive/open-compressed.ts';
import { unpackArchive } from '../archive/unpack-archive.ts';
import { StxError } from '../base/stx-error.ts';
import { applyPatch } from '../tasks/patch/apply-patch.ts';

const quilt = '3.0 (quilt)';

/** Where the files of a source package lie, and where it goes. */
export interface SourcePackage {
  /** Folder with the `.dsc` and all that it names. */
  readonly from: string;
  /** Made; must not be there yet. */
  readonly to: string;
  /** Folder of the packaging in it. */
  readonly packaging: string;
  /** For what is made on the way. */
  readonly work: string;
  readonly signal: AbortSignal;
}

/**
 * Unpacks a source package of the deb family as `dpkg-source --skip-patches` does: formats `3.0 (quilt)`, `3.0 (native)` and 1.0. Rejects
 * with StxError for another one.
 */
export async function unpackSourcePackage(request: SourcePackage): Promise<void> {
  const names = await readdir(request.from);
  const dsc = names.find((name) => name.endsWith('.dsc')) ?? '';
  const text = await readFile(join(request.from, dsc), 'utf8');
  const format = /^Format:\s*(.+?)\s*$/m.exec(text)?.[1] ?? '1.0';
  const archives = names.filter((name) => /\.tar\.\w+$/.test(name));
  const original = archives.find((name) => /\.orig\.tar\.\w+$/.test(name));
  const main = original ?? (format === quilt ? undefined : archives[0]);
  if (main === undefined || !/^(1\.0|3\.0 \((quilt|native)\))$/.test(format)) {
    throw StxError.of(
      'bad-source-package',
      `the source package \`${dsc}\` has the format \`${format}\`, which devtool cannot take apart`,
      {
        help: 'known are 1.0, 3.0 (native) and 3.0 (quilt), each with a tar archive',
      },
    );
  }
  await unpackRoot(join(request.from, main), request.to, request);
  for (const name of archives) {
    const component = /\.orig-([A-Za-z0-9-]+)\.tar\.\w+$/.exec(name)?.[1];
    if (component === undefined) continue;
    await rm(join(request.to, component), { recursive: true, force: true });
    await unpackRoot(join(request.from, name), join(request.to, component), request);
  }
  await addPackaging(names, format === quilt, request);
  const rules = join(request.to, request.packaging, 'rules');
  if ((await lstat(rules).catch(() => undefined)) !== undefined) await chmod(rules, 0o755);
}

async function addPackaging(names: readonly string[], isQuilt: boolean, request: SourcePackage): Promise<void> {
  const packaging = names.find((name) => /\.tar\.\w+$/.test(name) && !/\.orig(-[A-Za-z0-9-]+)?\.tar\.\w+$/.test(name));
  const diff = names.find((name) => /\.diff\.gz$/.test(name));
  if (isQuilt && packaging !== undefined) {
    await rm(join(request.to, request.packaging), { recursive: true, force: true });
    await unpackArchive({ archive: join(request.from, packaging), into: request.to, signal: request.signal });
  } else if (diff !== undefined) {
    const path = join(request.work, basename(diff, '.gz'));
    await decompressFile(join(request.from, diff), path);
    const step = { name: diff, path, isCompressed: false, stripLevel: 1, reverse: false, directory: '' };
    await applyPatch(step, 0, {
      ...{ workdir: request.work, set: '', sourceDirectory: request.to, within: '', signal: request.signal },
    });
  }
}

/** The one folder of an archive under another name; an archive with several things in it as it is. */
async function unpackRoot(archive: string, to: string, { work, signal }: SourcePackage): Promise<void> {
  const folder = await mkdtemp(join(work, 'archive-'));
  await unpackArchive({ archive, into: folder, signal });
  const names = await readdir(folder);
  const only = names.length === 1 ? join(folder, names[0] ?? '') : folder;
  const root = (await lstat(only)).isDirectory() ? only : folder;
  await mkdir(join(to, '..'), { recursive: true });
  await rename(root, to).catch(async () => cp(root, to, { recursive: true, verbatimSymlinks: true }));
}
