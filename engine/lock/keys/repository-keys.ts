import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import { openDownloader } from '../../net/download.ts';
import type { Repository } from '../lock-request.ts';
import { type Certificate, readCertificates } from './openpgp.ts';

/**
 * The certificates of a repository's keyring that its layer pins, and no others. A key that REPOSITORY_KEY_URL names is
 * fetched once into `folder`. Throws StxError `key-not-trusted` when none is pinned or the keyring holds none of them.
 */
export async function repositoryKeys(repository: Repository, folder: string): Promise<readonly Certificate[]> {
  const { id } = repository;
  const pinned = repository.fingerprints.map((each) => each.toUpperCase());
  if (pinned.length === 0) {
    throw StxError.of('key-not-trusted', `no key is pinned for the repository \`${id}\``, {
      help: `set \`REPOSITORY_KEY_FINGERPRINTS[${id}]\` to the fingerprint of the key that signs it`,
    });
  }
  const keyring = await findKeyring(repository, folder);
  const found = readCertificates(keyring.bytes);
  const trusted = found.filter((each) => pinned.includes(each.fingerprint));
  if (trusted.length > 0) return trusted;
  if (keyring.isFetched) await rm(keyring.path, { force: true });
  const has = found.length === 0 ? 'no OpenPGP key' : found.map((each) => each.fingerprint).join(', ');
  throw StxError.of(
    'key-not-trusted',
    `\`${keyring.path}\` holds ${has}, and \`${id}\` believes ${pinned.join(', ')}`,
    {
      help: `compare with what the vendor publishes, then correct \`REPOSITORY_KEY_FINGERPRINTS[${id}]\` or the keyring`,
    },
  );
}

interface KeyFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isFetched: boolean;
}

async function findKeyring({ id, keyrings, keyUrl }: Repository, folder: string): Promise<KeyFile> {
  const fetched = join(folder, `${id}.key`);
  for (const path of keyUrl === '' ? keyrings : [...keyrings, fetched]) {
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw systemError(error, 'reading the keyring', path);
    });
    if (bytes !== undefined) return { path, bytes, isFetched: path === fetched };
  }
  if (keyUrl === '') {
    throw StxError.of(
      'key-not-trusted',
      `there is no keyring of the repository \`${id}\`: ${keyrings.join(', ') || 'none is named'}`,
      {
        help: `install it, or set \`REPOSITORY_KEYRING[${id}]\` or \`REPOSITORY_KEY_URL[${id}]\``,
      },
    );
  }
  await mkdir(folder, { recursive: true });
  await using downloader = openDownloader();
  await downloader.download({ urls: [keyUrl], path: fetched });
  return { path: fetched, bytes: await readFile(fetched), isFetched: true };
}
