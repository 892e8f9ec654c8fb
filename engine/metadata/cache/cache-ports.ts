/** Identity of what lies at a path: while it is the same, so is the content. */
export interface FileStamp {
  readonly text: string;
  /** When the content or the entry itself was last changed, in milliseconds of the file system's clock. */
  readonly changedMs: number;
}

/** What the parse cache needs of the outside; app fills it over the build directory. */
export interface ParseCachePorts {
  /** The cache as it was last written; `undefined` when there is none that can be read. */
  read(): string | undefined;
  /** Puts a cache in place, all or nothing. Where that is not possible nothing happens: a cache is never needed. */
  write(text: string): void;
  /** `undefined` when nothing lies at the path. */
  stamp(path: string): FileStamp | undefined;
  /** Differs between programs that may read the same files otherwise. */
  readonly version: string;
}
