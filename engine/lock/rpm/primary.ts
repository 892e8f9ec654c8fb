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
  /** What a source package needs to be built, as a spec file writes it (`a >= 1:2.0`); empty for others. */
  readonly requires: readonly string[];
}

type Draft = { -readonly [Key in keyof IndexedPackage]?: IndexedPackage[Key] };

const relations = new Map(Object.entries({ EQ: '=', LT: '<', LE: '<=', GT: '>', GE: '>=' }));

/** The packages of a primary index, compressed in whatever way, one by one. Throws Error when it is not well formed. */
export async function* readPrimary(path: string): AsyncGenerator<IndexedPackage> {
  let reading: Reading = { draft: {}, sumType: '', list: '' };
  for await (const event of readXml(openCompressed(path))) {
    if (event.kind === 'open') reading = opened(reading, event.name, event.attributes);
    else if (event.name === 'package') yield whole(reading.draft);
    else takeText(reading.draft, event.name, event.text.trim(), reading.sumType);
  }
}

interface Reading {
  readonly draft: Draft;
  /** Kind of the checksum whose text follows. */
  readonly sumType: string;
  /** Element of the format that was opened last: `rpm:requires` stands around its entries. */
  readonly list: string;
}

function opened(reading: Reading, name: string, attributes: ReadonlyMap<string, string>): Reading {
  if (name === 'package') return { ...reading, draft: {} };
  if (name === 'checksum') return { ...reading, sumType: attributes.get('type') ?? '' };
  if (name === 'rpm:entry') {
    if (reading.list === 'rpm:requires') takeRequirement(reading.draft, attributes);
  } else if (name.startsWith('rpm:')) return { ...reading, list: name };
  else takeAttributes(reading.draft, name, attributes);
  return reading;
}

function takeAttributes(draft: Draft, name: string, attributes: ReadonlyMap<string, string>): void {
  const get = (each: string): string => attributes.get(each) ?? '';
  if (name === 'version') draft.version = versionText(get('epoch'), get('ver'), get('rel'));
  else if (name === 'size') draft.sizeBytes = Number(get('package'));
  else if (name === 'location') draft.path = get('href');
}

/** What binary packages require is the business of who solves; it would be most of the index. */
function takeRequirement(draft: Draft, attributes: ReadonlyMap<string, string>): void {
  const name = attributes.get('name') ?? '';
  if (draft.architecture !== 'src' || name.startsWith('rpmlib(')) return;
  const relation = relations.get(attributes.get('flags') ?? '');
  const [epoch = '', version = '', release] = ['epoch', 'ver', 'rel'].map((each) => attributes.get(each));
  const text =
    release === undefined
      ? `${epoch === '' || epoch === '0' ? '' : `${epoch}:`}${version}`
      : versionText(epoch, version, release);
  draft.requires = [...(draft.requires ?? []), relation === undefined ? name : `${name} ${relation} ${text}`];
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
  const { license = '', source = '', requires = [] } = draft;
  return { name, architecture, version, checksum, sizeBytes, path, license, source, requires };
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
