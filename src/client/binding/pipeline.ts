/**
 * Runs `work` on each item, at most `limit` at a time, items taken in order. After a failure no other item is taken; those
 * in work are awaited, then the first error is thrown.
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const source = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const takeAndWork = async () => {
    for (let next = source.next(); !next.done && failures.length === 0; next = source.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, takeAndWork));
  if (failures.length > 0) throw failures[0];
}
