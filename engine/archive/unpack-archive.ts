import { readHead } from './open-compressed.ts';
import type { UnpackRequest } from './unpack-request.ts';
import { unpackTar } from './unpack-tar.ts';
import { unpackZip } from './unpack-zip.ts';

/** What a name promises: an archive, one compressed file, or a plain file. */
export type ArchiveKind = 'archive' | 'compressed-file' | 'plain';

/** Judges by the name alone, as recipes mean it: a `.patch.gz` is one file. */
export function archiveKind(name: string): ArchiveKind {
  if (/\.(tar(\.(gz|bz2|xz|zst|Z))?|tgz|tbz2?|txz|tzst|zip|jar)$/i.test(name)) return 'archive';
  return /\.(gz|bz2|xz|zst)$/i.test(name) ? 'compressed-file' : 'plain';
}

/** The name of a compressed file without its compression. */
export function plainName(name: string): string {
  return name.replace(/\.(gz|bz2|xz|zst)$/i, '');
}

/** Unpacks a tar archive (plain, gzip, bzip2, xz, zstd) or a zip archive, told apart by content. */
export async function unpackArchive(request: UnpackRequest): Promise<void> {
  const head = await readHead(request.archive, 4);
  const isZip = head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
  await (isZip ? unpackZip(request) : unpackTar(request));
}
