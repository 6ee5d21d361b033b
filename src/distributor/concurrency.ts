/**
 * Calls `action` for every item, at most `limit` at once. All items are tried; afterwards the first error, if there was
 * one, is thrown.
 */
export async function forEachLimited<Item>(
  items: Iterable<Item>,
  limit: number,
  action: (item: Item) => Promise<void>,
): Promise<void> {
  const remaining = items[Symbol.iterator]();
  const errors: unknown[] = [];
  const work = async () => {
    for (let next = remaining.next(); !next.done; next = remaining.next()) {
      await action(next.value).catch((error: unknown) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  if (errors.length > 0) throw errors[0];
}

/** Pieces of at most `size` items. */
export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
