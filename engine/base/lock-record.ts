/** What a locked file is: a binary package, or the source package that a recipe names. */
export type LockRecordType = 'deb' | 'rpm' | 'dsc' | 'srpm';

/** A file that a source package consists of, beside the one that is locked by name. */
export interface LockedPart {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** One locked package of a vendor: what is needed to fetch it and to prove that it is the one. */
export interface LockRecord {
  readonly name: string;
  /** Absent: `deb`. */
  readonly type?: LockRecordType | undefined;
  /** As the package manager writes it; rpm: `[EPOCH:]VERSION-RELEASE`. */
  readonly version: string;
  readonly architecture: string;
  /** Id of the repository in the head of the lock; absent where the file has no head: the first of the configuration. */
  readonly repository?: string | undefined;
  /** Path below the repository's address: `pool/main/b/bash/bash_5.2.15-2+b7_amd64.deb`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Primary key (40 hexadecimal digits) that signed the file itself, where the vendor signs packages. */
  readonly signedBy?: string | undefined;
  /** The source package it was built from, as the index names it. */
  readonly source?: string | undefined;
  readonly license?: string | undefined;
  /** What a `.dsc` names. */
  readonly parts?: readonly LockedPart[] | undefined;
  /** Words by which roots ask for it, where these are not its name: `pkgconfig(uuid)`, sorted. */
  readonly askedAs?: readonly string[] | undefined;
  /** Names of the roots (recipes that bootstrap one) whose closure holds the package, sorted. */
  readonly roots: readonly string[];
}

/** The state of a repository that the records were resolved from. */
export interface LockedRepository {
  readonly id: string;
  /** The index that names all others, below the repository's address: `repodata/repomd.xml`. */
  readonly index: string;
  readonly indexSha256: string;
  /** What the index says of its own age: the date of a release, the revision of an rpm repository. */
  readonly revision?: string | undefined;
  /** Primary keys that signed the index; `packages` where each package is signed instead. */
  readonly signedBy: readonly string[] | 'packages';
}

/** A lock file as it is read. */
export interface Lock {
  readonly repositories: readonly LockedRepository[];
  readonly records: readonly LockRecord[];
}
