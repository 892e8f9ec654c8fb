/** How the metadata stages see the file system; the real one is in node-file-reader.ts, tests use memory files. */
export interface FileReader {
  /** Content as UTF-8, U+FFFD for what is none, or `undefined` when there is no such file. Throws StxError for any other failure. */
  readText(path: string): string | undefined;
  /** The bytes of a file, to tell a text that is not UTF-8 from one that holds U+FFFD; absent where texts are no bytes. */
  readBytes?(path: string): Uint8Array | undefined;
  /** Kind of what lies at a path, links followed. */
  kind(path: string): 'file' | 'directory' | 'missing';
  /** Names in a directory in code point order; empty when there is none. */
  list(path: string): readonly string[];
}
