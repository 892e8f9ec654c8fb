import type { PackageRecord } from '../package/package-record.ts';

/** A file that the writer of a format needs, relative to the output of the task `package-revision`. */
export interface FormatFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
}

/** What a format makes of the packages of a recipe. */
export interface FormatFiles {
  readonly added: readonly FormatFile[];
  /** Name of the finished package file. */
  fileNameOf(record: PackageRecord): string;
}
