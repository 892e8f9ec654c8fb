/** An archive and the existing folder that takes its members; after a failure the folder may hold some of them. */
export interface UnpackRequest {
  readonly archive: string;
  readonly into: string;
  readonly signal?: AbortSignal | undefined;
}
