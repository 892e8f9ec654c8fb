import { compareCodePoints } from '../../base/canonical-json.ts';
import type { Lock, LockedRepository, LockRecord } from '../../base/lock-record.ts';
import { StxError } from '../../base/stx-error.ts';

/** A package as the package database of an image has it. */
export interface InstalledPackage {
  readonly name: string;
  /** As a lock writes it: rpm `[EPOCH:]VERSION-RELEASE`. */
  readonly version: string;
  readonly architecture: string;
  readonly installedSizeBytes: number;
  /** Empty when the package does not say. */
  readonly license: string;
}

/** A package of our own, as `packages.json` of a feed describes it. */
export type FeedPackage = Readonly<Record<string, unknown>>;

/** One package of an image: what it is, where it comes from, and by what it can be proved. */
export interface ManifestEntry extends InstalledPackage {
  /** From a vendor's repository by the lock, or built from a recipe. */
  readonly origin: 'locked' | 'built';
  /** Id of the vendor's repository. */
  readonly repository?: string | undefined;
  /** Recipe that built it. */
  readonly recipe?: string | undefined;
  /** Of the package file. */
  readonly sha256: string;
  /** Digest of the output of the task that wrote the package, of built ones. */
  readonly output?: string | undefined;
  /** Primary keys by which the file, or the index that names it, is signed; none: nobody signed. */
  readonly signedBy: readonly string[];
  /** What stood in for the system's own build root, of built ones. */
  readonly buildRoot?: string | undefined;
}

/** Reads lines `name TAB version TAB architecture TAB bytes TAB licences`; throws StxError for any other. */
export function parseInstalled(text: string): readonly InstalledPackage[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', version = '', architecture = '', size = '', license = ''] = line.split('\t');
      if (/^\d+$/.test(size) && name !== '' && version !== '') {
        return { name, version, architecture, installedSizeBytes: Number(size), license: license.trim() };
      }
      const help =
        'the function `rootfs_installed` writes name, version, architecture, bytes and licences, with tabs between';
      throw StxError.of('missing-input', `\`${line}\` is no line about an installed package`, { help });
    });
}

/** What is known of the packages of an image. */
export interface PackageSources {
  readonly lock: Lock;
  readonly feed: readonly FeedPackage[];
  /** Key that signs our own repositories; empty: none. */
  readonly feedKey: string;
}

/** Installed packages with what lock and feed know of each, sorted; throws StxError (`unknown-origin`) for one of neither. */
export function manifestEntries(
  installed: readonly InstalledPackage[],
  sources: PackageSources,
): readonly ManifestEntry[] {
  const built = new Map(sources.feed.map((each) => [idOf(text(each, 'package'), each), each]));
  const locked = new Map(sources.lock.records.filter(isBinary).map((each) => [idOf(each.name, each), each]));
  const repositories = new Map(sources.lock.repositories.map((each) => [each.id, each]));
  const entries = installed.map((each) => {
    const id = idOf(each.name, each);
    const own = built.get(id);
    if (own !== undefined) return builtEntry(each, own, sources.feedKey);
    const record = locked.get(id);
    if (record !== undefined) return lockedEntry(each, record, repositories);
    throw StxError.of(
      'unknown-origin',
      `\`${each.name}\` ${each.version} (${each.architecture}) is in the image, but neither locked nor built`,
      { help: 'nothing may reach an image but through BOOTSTRAP_PACKAGES and IMAGE_INSTALL' },
    );
  });
  return entries.toSorted((a, b) => compareCodePoints(idOf(a.name, a), idOf(b.name, b)));
}

function isBinary({ type }: LockRecord): boolean {
  return type === undefined || type === 'deb' || type === 'rpm';
}

function builtEntry(installed: InstalledPackage, own: FeedPackage, feedKey: string): ManifestEntry {
  const [output, recipe, buildRoot] = ['output', 'recipe', 'buildRoot'].map((name) => text(own, name) || undefined);
  return {
    ...installed,
    license: text(own, 'license') || installed.license,
    origin: 'built',
    sha256: text(own, 'sha256'),
    signedBy: feedKey === '' ? [] : [feedKey.toUpperCase()],
    ...(recipe ? { recipe } : {}),
    ...(output ? { output } : {}),
    ...(buildRoot ? { buildRoot } : {}),
  };
}

function lockedEntry(
  installed: InstalledPackage,
  record: LockRecord,
  repositories: ReadonlyMap<string, LockedRepository>,
): ManifestEntry {
  const repository = record.repository ?? repositories.keys().next().value ?? 'vendor';
  const indexKeys = repositories.get(repository)?.signedBy ?? [];
  return {
    ...installed,
    license: record.license || installed.license,
    origin: 'locked',
    repository,
    sha256: record.sha256,
    signedBy: record.signedBy ? [record.signedBy] : indexKeys === 'packages' ? [] : indexKeys,
  };
}

function idOf(name: string, { version, architecture }: { version?: unknown; architecture?: unknown }): string {
  return `${name}_${String(version)}_${String(architecture)}`;
}

function text(of: FeedPackage, name: string): string {
  const value = of[name];
  return typeof value === 'string' ? value.trim() : '';
}
