/** A binary heap: the entry with the smallest order comes first. */
export class Heap<Item> {
  readonly #entries: HeapEntry<Item>[] = [];

  get size(): number {
    return this.#entries.length;
  }

  peek(): HeapEntry<Item> | undefined {
    return this.#entries[0];
  }

  push(order: number, item: Item): void {
    const entry = { order, item };
    let index = this.#entries.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#at(parent);
      if (above.order <= order) break;
      this.#entries[index] = above;
      index = parent;
    }
    this.#entries[index] = entry;
  }

  pop(): HeapEntry<Item> | undefined {
    const first = this.#entries[0];
    const last = this.#entries.pop();
    if (last !== undefined && this.#entries.length > 0) this.#sink(last);
    return first;
  }

  /** Puts `entry` at the top and lets it sink to its place. */
  #sink(entry: HeapEntry<Item>): void {
    const count = this.#entries.length;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= count) break;
      if (child + 1 < count && this.#at(child + 1).order < this.#at(child).order) child += 1;
      if (this.#at(child).order >= entry.order) break;
      this.#entries[index] = this.#at(child);
      index = child;
    }
    this.#entries[index] = entry;
  }

  #at(index: number): HeapEntry<Item> {
    return this.#entries[index] as HeapEntry<Item>;
  }
}

interface HeapEntry<Item> {
  readonly order: number;
  readonly item: Item;
}
