import type { LockedRepository, LockRecord } from '../base/lock-record.ts';

/** A repository of a vendor, as REPOSITORIES and its tables describe it. */
export interface Repository {
  readonly id: string;
  /** Base address, without a slash at its end. */
  readonly url: string;
  /** Where the same lies: asked in this order when the address before cannot be read. */
  readonly fallbacks?: readonly string[] | undefined;
  /** rpm: where source packages lie, or empty. */
  readonly sources?: string | undefined;
  readonly sourceFallbacks?: readonly string[] | undefined;
  /** deb: the suite below `dists/`. */
  readonly suite: string;
  /** deb: at least one. */
  readonly components: readonly string[];
  /** What the vendor signs: the index, or each package. */
  readonly signature: 'index' | 'packages';
  /** Keyring files, best first; the first that exists is taken. */
  readonly keyrings: readonly string[];
  /** Where the key is fetched once when no keyring exists. */
  readonly keyUrl: string;
  /** Primary keys that are believed, 40 hexadecimal digits each. */
  readonly fingerprints: readonly string[];
}

/** What a root holds: packages by the vendor's names, and what building source packages needs, each with all that it depends on. */
export interface RootRequest {
  /** Names of packages, or of what packages provide. */
  readonly packages: readonly string[];
  /** The root that it is laid over: of that one's packages all are there already, and stay. Else essential packages come first. */
  readonly on?: string | undefined;
  /** Source packages (of the request) whose build dependencies it holds. */
  readonly builds?: readonly string[] | undefined;
  /** deb: build profiles by which build dependencies are chosen. */
  readonly profiles?: readonly string[] | undefined;
  /** deb: the architecture of its programs, where that is not the one of the request (or of the root below). */
  readonly architecture?: string | undefined;
  /** deb: the architecture that is built for, when it is laid over a root of another: libraries are of that one. */
  readonly target?: string | undefined;
}

/** What a lock file is made from: repositories, and per root (recipe) what it asks for. */
export interface LockRequest {
  readonly resolver: 'apt' | 'rpm-md';
  /** Where several have the same version of a package, the first counts. */
  readonly repositories: readonly Repository[];
  /** The vendor's word for it. */
  readonly architecture: string;
  readonly roots: ReadonlyMap<string, RootRequest>;
  /** Source packages by the vendor's name -> roots (recipes) that name them. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Packages that stay at their version where the repositories still have it. */
  readonly keep: readonly LockRecord[];
  /** Folder in which keys that were fetched are kept. */
  readonly keyFolder: string;
  /** For `rpm-md` alone. */
  readonly rpm?: RpmSettings | undefined;
}

/** How an rpm distribution is resolved. */
export interface RpmSettings {
  /** Absolute path of rpm-resolve.py. */
  readonly program: string;
  /** Root of tools in which it runs (folder), where that is laid out; else the host's programs are taken. */
  readonly toolRoot: string;
  /** `$releasever`. */
  readonly release: string;
  /** Name of the module platform, or empty. */
  readonly modulePlatform: string;
  /** Streams of modules that are enabled: `postgresql:15`. */
  readonly modules: readonly string[];
  /** Where packages are kept that must be fetched to check their signatures. */
  readonly downloads: string;
}

/** What the repositories say today. */
export interface Resolution {
  readonly records: readonly LockRecord[];
  readonly repositories: readonly LockedRepository[];
  /** Which addresses could not be read, and what was read instead. */
  readonly notes?: readonly string[] | undefined;
}
