import type { SwarmTask } from './task.ts';

/**
 * Ready tasks of one array that ask for the same resources, so that any of them fit into one queue request. A task that
 * was taken out or moved stays behind as a stale entry, known by its order, until it comes to the front.
 */
export class ReadyBucket {
  /** Adjusted tasks go before all others. */
  readonly #adjusted = new Lane();
  readonly #others = new Lane();

  add(task: SwarmTask, front: boolean): void {
    (front ? this.#adjusted : this.#others).add(task);
  }

  first(): SwarmTask | undefined {
    return this.#adjusted.first() ?? this.#others.first();
  }

  shift(): SwarmTask | undefined {
    return this.#adjusted.first() === undefined ? this.#others.shift() : this.#adjusted.shift();
  }
}

/** First in, first out. */
class Lane {
  #tasks: (SwarmTask | undefined)[] = [];
  #orders: number[] = [];
  #head = 0;

  add(task: SwarmTask): void {
    this.#tasks.push(task);
    this.#orders.push(task.readyOrder);
  }

  first(): SwarmTask | undefined {
    while (this.#head < this.#tasks.length) {
      const task = this.#tasks[this.#head];
      if (task !== undefined && task.readyOrder === this.#orders[this.#head]) return task;
      this.#step();
    }
    return undefined;
  }

  shift(): SwarmTask | undefined {
    const task = this.first();
    if (task !== undefined) this.#step();
    return task;
  }

  /** Moves past the head and frees the passed half now and then, which costs O(1) a task on average. */
  #step(): void {
    this.#tasks[this.#head] = undefined;
    this.#head += 1;
    if (this.#head * 2 < this.#tasks.length) return;
    this.#tasks = this.#tasks.slice(this.#head);
    this.#orders = this.#orders.slice(this.#head);
    this.#head = 0;
  }
}
