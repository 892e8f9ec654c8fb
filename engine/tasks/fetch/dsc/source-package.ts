import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StxError } from '../../../base/stx-error.ts';
import type { RemoteSource, Source } from '../sources.ts';

/** A file that a source package consists of. */
export interface PackagedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Whether a source is the description of a source package (`.dsc`), which names further files beside it. */
export function isSourcePackage(source: Source): source is RemoteSource {
  return source.kind === 'remote' && source.name.endsWith('.dsc') && source.uri.parameters.get('unpack') !== '0';
}

/**
 * The files that a `.dsc` names, by its field Checksums-Sha256; what signs it is its own SHA-256 in the recipe. Throws
 * StxError for one that names none, or a file that does not lie beside it.
 */
export async function packagedFiles(source: RemoteSource): Promise<readonly PackagedFile[]> {
  return parseDsc(await readFile(source.path, 'utf8'), source);
}

/** The files of a source package as sources of their own, from the folder of the `.dsc`. */
export async function packagedSources(source: RemoteSource): Promise<readonly RemoteSource[]> {
  const folder = source.url.replace(/[?#].*$/, '').replace(/[^/]*$/, '');
  return (await packagedFiles(source)).map(({ name, sha256 }) => ({
    ...source,
    url: `${folder}${encodeURI(name)}`,
    path: join(dirname(source.path), name),
    name,
    sha256,
  }));
}

function parseDsc(text: string, source: RemoteSource): readonly PackagedFile[] {
  const fields = text.replace(/\r\n/g, '\n').replace(/\n-----BEGIN PGP SIGNATURE-----[\s\S]*$/, '\n');
  const list = /^Checksums-Sha256:[ \t]*\n((?:[ \t]+\S.*\n?)+)/im.exec(fields)?.[1];
  if (list === undefined) throw badPackage(source, 'has no field Checksums-Sha256');
  return list
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, sha256, size, name] = /^\s+([0-9a-f]{64})\s+(\d+)\s+(\S+)$/i.exec(line) ?? [];
      if (sha256 === undefined || name === undefined) throw badPackage(source, `has the line \`${line.trim()}\``);
      // It goes to DL_DIR under this name.
      if (!/^[A-Za-z0-9][A-Za-z0-9._+~:-]*$/.test(name)) throw badPackage(source, `names the file \`${name}\``);
      return { name, sizeBytes: Number(size), sha256: sha256.toLowerCase() };
    });
}

function badPackage(source: RemoteSource, why: string): StxError {
  return StxError.of('bad-source-package', `the source package \`${source.name}\` ${why}`, {
    setting: { variable: 'SRC_URI', word: source.uri.word },
    help: 'take the `.dsc` of an archive that lists its files by SHA-256, each beside it',
  });
}
