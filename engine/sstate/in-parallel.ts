/** Runs `work` for all items, at most `most` at a time, in order. The first failure ends it. */
export async function inParallel<Item>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  let failed = false;
  const next = async (): Promise<void> => {
    for (let item = queue.next(); !item.done && !failed; item = queue.next()) {
      await work(item.value).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: most }, next));
}
