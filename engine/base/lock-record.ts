/** One locked binary package of a vendor: what is needed to fetch it and to prove that it is the one. */
export interface LockRecord {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Path below the mirror's root: `pool/main/b/bash/bash_5.2.15-2+b7_amd64.deb`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Names of the roots (recipes that bootstrap one) whose closure holds the package, sorted. */
  readonly roots: readonly string[];
}
