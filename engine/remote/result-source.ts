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

/** Runs `work` for all items, at most `most` at a time, in order. The first failure ends it. */
export async function inParallel<Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const next = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, next));
}
