import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LockedRepository } from '../../base/lock-record.ts';
import { sha256 } from '../../base/sha256.ts';
import { StxError } from '../../base/stx-error.ts';
import type { Downloader } from '../../net/download.ts';
import { indexSigners } from '../keys/verify-index.ts';
import type { Repository } from '../lock-request.ts';
import { type IndexFile, type RepositoryIndex, readRepositoryIndex, repositoryIndexText } from './repomd.ts';

/** A copy of a repository's indexes that has been verified. */
export interface CopiedIndex {
  readonly state: LockedRepository;
  /** Path of the primary index. */
  readonly primary: string;
}

/** What solving needs; everything else of a repository is left where it is. */
const neededTypes = ['primary', 'filelists', 'modules', 'group', 'group_gz', 'group_xz', 'group_zst'];
const hashes = ['sha256', 'sha384', 'sha512'];
const indexPath = 'repodata/repomd.xml';

/**
 * Fetches the indexes of a repository into a folder: `repomd.xml`, checked against its signature where the vendor signs
 * indexes (`keyring` then holds only what is believed), and what it names, checked against its sums. Throws StxError.
 */
export async function copyIndex(
  repository: Repository,
  keyring: string,
  to: { readonly folder: string; readonly downloader: Downloader },
): Promise<CopiedIndex> {
  const { id, url } = repository;
  const { folder, downloader } = to;
  const fetch = async (path: string): Promise<string> => {
    const target = join(folder, path);
    await mkdir(join(target, '..'), { recursive: true });
    await downloader.download({ urls: [`${url}/${encodeURI(path)}`], path: target });
    return target;
  };
  const top = await fetch(indexPath);
  const signedBy =
    repository.signature === 'packages'
      ? repository.signature
      : await indexSigners({
          name: `\`${url}/${indexPath}\``,
          keyring,
          signed: await fetch(`${indexPath}.asc`),
          content: top,
        });
  const bytes = await readFile(top);
  const index = await readIndex(bytes, url);
  const files = index.files.filter((each) => neededTypes.includes(each.type));
  const primary = files.find((each) => each.type === 'primary');
  if (primary === undefined) throw badIndex(url, 'names no primary index');
  for (const file of files) await checkSum(file, await fetch(file.path), url);
  await writeFile(top, repositoryIndexText({ ...index, files }));
  const revision = index.revision === undefined ? {} : { revision: index.revision };
  const state = { id, index: indexPath, indexSha256: sha256(bytes), ...revision, signedBy };
  return { state, primary: join(folder, primary.path) };
}

async function readIndex(bytes: Uint8Array, url: string): Promise<RepositoryIndex> {
  try {
    return await readRepositoryIndex(bytes);
  } catch (error) {
    throw badIndex(url, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function checkSum({ checksum, path }: IndexFile, file: string, url: string): Promise<void> {
  if (!hashes.includes(checksum.type)) {
    throw badIndex(url, `names \`${path}\` by ${checksum.type || 'no sum'}, and only ${hashes.join(', ')} count`);
  }
  const hash = createHash(checksum.type);
  await pipeline(createReadStream(file), hash);
  const sum = hash.digest('hex');
  if (sum === checksum.sum) return;
  throw StxError.of('lock-failed', `\`${url}/${path}\` is not what ${indexPath} names: ${checksum.type} ${sum}`, {
    origin: 'environment',
    help: 'a mirror that is being updated gives this for minutes; if it stays, take another mirror',
  });
}

function badIndex(url: string, why: string): StxError {
  return StxError.of('lock-failed', `\`${url}/${indexPath}\` ${why}`, {
    origin: 'environment',
    help: 'check the address of the repository',
  });
}
