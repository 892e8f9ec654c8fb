import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LockRecord } from '../../base/lock-record.ts';
import { StxError } from '../../base/stx-error.ts';
import { downloadMany } from '../../net/download.ts';
import { DownloadError } from '../../net/download-error.ts';
import { findKeptFile, keptPaths, settleKeptFile } from '../../net/kept-file.ts';
import { armour, type Certificate } from '../keys/openpgp.ts';
import type { Repository, RpmSettings } from '../lock-request.ts';
import { runRpmTool } from './rpm-tools.ts';

/** What checking needs to know. */
export interface PackageCheck {
  readonly repositories: readonly Repository[];
  readonly rpm: RpmSettings;
  /** Repository -> the keys that are believed. */
  readonly keys: ReadonlyMap<string, readonly Certificate[]>;
  readonly directory: string;
}

/**
 * Fetches the packages of repositories that sign packages instead of indexes and checks each with `rpmkeys`, which knows only
 * the pinned keys of its repository; gives the records with who signed. Throws StxError `lock-failed` naming those that no
 * such key has signed.
 */
export async function checkPackages(
  records: readonly LockRecord[],
  check: PackageCheck,
): Promise<readonly LockRecord[]> {
  const { repositories } = check;
  const signing = new Set(repositories.filter(({ signature }) => signature === 'packages').map(({ id }) => id));
  const signed = records.filter(({ repository = '' }) => signing.has(repository));
  if (signed.length === 0) return records;
  const files = await fetchPackages(signed, check);
  const signers = new Map<LockRecord, string>();
  for (const id of signing) {
    const own = signed.filter(({ repository }) => repository === id);
    const found = await signersOf(own, files, { ...check, id });
    for (const [record, signer] of found) signers.set(record, signer);
  }
  return records.map((record) => {
    const signedBy = signers.get(record);
    return signedBy === undefined ? record : { ...record, signedBy };
  });
}

/** Record -> name of its file below `packages/`; what is fetched stays in DL_DIR, where builds find it. */
async function fetchPackages(
  records: readonly LockRecord[],
  { repositories, rpm: { downloads }, directory }: PackageCheck,
): Promise<ReadonlyMap<LockRecord, string>> {
  const urls = new Map(repositories.map(({ id, url }) => [id, url]));
  const kept = new Map<LockRecord, string>();
  for (const record of records) {
    const path = await findKeptFile(downloads, record);
    if (path !== undefined) kept.set(record, path);
  }
  const wanted = records.filter((record) => !kept.has(record));
  const results = await downloadMany(
    wanted.map((record) => ({
      urls: [`${urls.get(record.repository ?? '')}/${encodeURI(record.path)}`],
      path: keptPaths(downloads, record)[1],
      sha256: record.sha256,
      sizeBytes: record.sizeBytes,
    })),
    { parallel: 8 },
  );
  const failed = results.find((each) => each instanceof DownloadError);
  if (failed !== undefined) throw failed;
  for (const record of wanted) kept.set(record, await settleKeptFile(downloads, record));
  await mkdir(join(directory, 'packages'));
  const names = new Map<LockRecord, string>();
  for (const [record, from] of kept) {
    const name = `${record.sha256}.rpm`;
    const to = join(directory, 'packages', name);
    await link(from, to).catch((error: NodeJS.ErrnoException) =>
      error.code === 'EEXIST' ? undefined : copyFile(from, to),
    );
    names.set(record, name);
  }
  return names;
}

async function signersOf(
  records: readonly LockRecord[],
  files: ReadonlyMap<LockRecord, string>,
  { rpm, keys, directory, id }: PackageCheck & { readonly id: string },
): Promise<ReadonlyMap<LockRecord, string>> {
  const database = `keys-${id}`;
  const certificates = keys.get(id) ?? [];
  const rpmkeys = (words: readonly string[]) =>
    runRpmTool(rpm.toolRoot, { command: ['rpmkeys', '--dbpath', `/proc/self/cwd/${database}`, ...words], directory });
  await mkdir(join(directory, database));
  for (const [index, each] of certificates.entries()) {
    const name = `${database}-${index}.asc`;
    await writeFile(join(directory, name), armour(each.bytes));
    const end = await rpmkeys(['--import', name]);
    if (end.exitCode !== 0) throw notImported(each, end.stderr);
  }
  const signers = new Map<LockRecord, string>();
  const bad: string[] = [];
  for (const record of records) {
    const options = ['--define', '_pkgverify_level all', '--checksig', '--verbose'];
    const { exitCode, stdout } = await rpmkeys([...options, `packages/${files.get(record)}`]);
    const key = exitCode === 0 ? signerIn(stdout, certificates) : undefined;
    if (key === undefined) bad.push(`\n  ${record.path}: ${complaint(stdout)}`);
    else signers.set(record, key);
  }
  if (bad.length === 0) return signers;
  const shown = [...bad.slice(0, 5), ...(bad.length > 5 ? [`\n  and ${bad.length - 5} more`] : [])].join('');
  throw StxError.of('lock-failed', `no key that is believed for \`${id}\` has signed${shown}`, {
    origin: 'environment',
    help: `compare the key of the packages with \`REPOSITORY_KEY_FINGERPRINTS[${id}]\`; no lock was written`,
  });
}

/** rpm tells the last 8 or 16 digits of the key, which may be a subkey. */
function signerIn(said: string, certificates: readonly Certificate[]): string | undefined {
  for (const [, id = ''] of said.matchAll(/key ID ([0-9a-f]+): OK/gi)) {
    const own = certificates.find(({ keys }) => keys.some((key) => key.endsWith(id.toUpperCase())));
    if (own !== undefined) return own.fingerprint;
  }
  return undefined;
}

function complaint(said: string): string {
  const lines = said.split('\n').filter((line) => /NOKEY|BAD|EXPIRED|NOTTRUSTED/.test(line));
  return lines[0]?.trim() ?? 'it is not signed';
}

function notImported(certificate: Certificate, said: string): StxError {
  return StxError.of('key-not-trusted', `rpm does not take the key ${certificate.fingerprint}: ${said.trim()}`, {
    origin: 'environment',
    help: "some releases refuse keys that sign themselves with SHA-1; take the vendor's key file that is signed anew",
  });
}
