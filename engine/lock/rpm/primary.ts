import { openCompressed } from '../../archive/open-compressed.ts';
import type { LockRecord } from '../../base/lock-record.ts';
import { StxError } from '../../base/stx-error.ts';
import { isInside } from './repomd.ts';
import { readXml } from './xml.ts';

/** A package as the primary index of an rpm repository describes it. */
export interface IndexedPackage {
  readonly name: string;
  readonly architecture: string;
  /** `[EPOCH:]VERSION-RELEASE`, without an epoch of 0. */
  readonly version: string;
  readonly checksum: { readonly type: string; readonly sum: string };
  readonly sizeBytes: number;
  readonly path: string;
  readonly license: string;
  /** File name of the source package, empty for a source package itself. */
  readonly source: string;
}

type Draft = { -readonly [Key in keyof IndexedPackage]?: IndexedPackage[Key] };

/** The packages of a primary index, compressed in whatever way, one by one. Throws Error when it is not well formed. */
export async function* readPrimary(path: string): AsyncGenerator<IndexedPackage> {
  let draft: Draft = {};
  let sumType = '';
  for await (const event of readXml(openCompressed(path))) {
    if (event.kind === 'open') {
      if (event.name === 'package') draft = {};
      else if (event.name === 'checksum') sumType = event.attributes.get('type') ?? '';
      else takeAttributes(draft, event.name, event.attributes);
    } else if (event.name === 'package') yield whole(draft);
    else takeText(draft, event.name, event.text.trim(), sumType);
  }
}

function takeAttributes(draft: Draft, name: string, attributes: ReadonlyMap<string, string>): void {
  const get = (each: string): string => attributes.get(each) ?? '';
  if (name === 'version') draft.version = versionText(get('epoch'), get('ver'), get('rel'));
  else if (name === 'size') draft.sizeBytes = Number(get('package'));
  else if (name === 'location') draft.path = get('href');
}

function takeText(draft: Draft, name: string, text: string, sumType: string): void {
  if (name === 'name') draft.name = text;
  else if (name === 'arch') draft.architecture = text;
  else if (name === 'checksum') draft.checksum = { type: sumType, sum: text };
  else if (name === 'rpm:license') draft.license = text;
  else if (name === 'rpm:sourcerpm') draft.source = text;
}

/** As rpm writes it: an epoch only where there is one. */
export function versionText(epoch: string, version: string, release: string): string {
  return `${epoch === '' || epoch === '0' ? '' : `${epoch}:`}${version}-${release}`;
}

function whole(draft: Draft): IndexedPackage {
  const { name = '', architecture = '', version = '', checksum, sizeBytes = Number.NaN, path = '' } = draft;
  if (name === '' || architecture === '' || version === '' || checksum === undefined) {
    throw new Error(`a package of the index lacks its name, version or checksum (\`${name}\`)`);
  }
  if (!isInside(path) || !Number.isSafeInteger(sizeBytes)) throw new Error(`\`${name}\` has no place or no size`);
  const { license = '', source = '' } = draft;
  return { name, architecture, version, checksum, sizeBytes, path, license, source };
}

/** As `readPrimary`; what is not well formed is an StxError `lock-failed`. */
export async function* readIndexed(primary: string): AsyncGenerator<IndexedPackage> {
  try {
    yield* readPrimary(primary);
  } catch (error) {
    if (error instanceof StxError) throw error;
    throw StxError.of('lock-failed', `a primary index cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Where a package lies, and its SHA-256. Throws StxError when the index names another sum. */
export function lockedFile({
  name,
  path,
  sizeBytes,
  checksum,
}: IndexedPackage): Pick<LockRecord, 'path' | 'sizeBytes' | 'sha256'> {
  if (checksum.type === 'sha256') return { path, sizeBytes, sha256: checksum.sum };
  throw StxError.of('lock-failed', `the index names \`${name}\` by ${checksum.type}, and a lock holds SHA-256`, {
    help: 'use a mirror whose index is made with `createrepo_c --checksum sha256`',
  });
}
