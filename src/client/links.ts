/** What a reader of the neighbours of a task sees: each once, in the order in which they were added. */
export interface Links<Item> extends Iterable<Item> {
  readonly size: number;
  has(item: Item): boolean;
}

/** How links are kept: nothing for none, a list of few, a set of many. */
export type KeptLinks<Item> = readonly Item[] | Set<Item> | undefined;

/**
 * A plain search beats a hash table up to about this many members; nearly all tasks have fewer neighbours, and a `Set` for
 * each of a million tasks, or only an object around each list, would cost hundreds of megabytes.
 */
const LIST_LIMIT = 16;

/** The links with `item` among them, to be kept in place of those that were given. */
export function withLink<Item>(kept: KeptLinks<Item>, item: Item): KeptLinks<Item> {
  if (kept instanceof Set) return kept.add(item);
  if (kept === undefined) return [item];
  if (kept.includes(item)) return kept;
  // A list that grows by `push` reserves room for 17 items at once, more than the whole of a typical task.
  const longer = kept.concat([item]);
  return longer.length > LIST_LIMIT ? new Set(longer) : longer;
}

/** What a reader sees of them, as they are now. */
export function linksOf<Item>(kept: KeptLinks<Item>): Links<Item> {
  return kept instanceof Set ? kept : new LinkList(kept ?? []);
}

class LinkList<Item> implements Links<Item> {
  readonly #items: readonly Item[];

  constructor(items: readonly Item[]) {
    this.#items = items;
  }

  get size(): number {
    return this.#items.length;
  }

  has(item: Item): boolean {
    return this.#items.includes(item);
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items.values();
  }
}
