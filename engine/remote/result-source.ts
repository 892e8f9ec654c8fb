/** A mirror as planning asks it. */
export interface ResultSource {
  /** Its URL, fit to be shown. */
  readonly url: string;
  /**
   * Bytes of the results that it has for these keys, as they came: nothing is verified. Throws UrlError or a file
   * system's error when it cannot be asked.
   */
  find(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Ends its connections. */
  close?(): Promise<void>;
}
