/** What a reader of a {@link LinkSet} sees. */
export interface Links<Item> extends Iterable<Item> {
  readonly size: number;
  has(item: Item): boolean;
}

/**
 * A plain search beats a hash table up to about this many members; nearly all tasks have fewer neighbours, and a `Set` for
 * each of a million tasks would cost hundreds of megabytes.
 */
const LIST_LIMIT = 16;

/** A set in insertion order that costs little more than a list while it is small. */
export class LinkSet<Item> implements Links<Item> {
  #items: Item[] = [];
  #members: Set<Item> | undefined;

  get size(): number {
    return this.#items.length;
  }

  has(item: Item): boolean {
    return this.#members?.has(item) ?? this.#items.includes(item);
  }

  /** Adds `item` unless it is a member already. */
  add(item: Item): void {
    if (this.has(item)) return;
    if (this.#members) {
      this.#members.add(item);
      this.#items.push(item);
      return;
    }
    // A list that grows by `push` reserves room for 17 items at once, more than the whole of a typical task.
    this.#items = this.#items.concat([item]);
    if (this.#items.length > LIST_LIMIT) this.#members = new Set(this.#items);
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items.values();
  }
}
