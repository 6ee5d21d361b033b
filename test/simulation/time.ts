/** The time of a simulated history: it stands still while anything happens, and then goes on to the next timer. */

export interface Timer {
  readonly due: number;
  /** Of two timers that are due at one moment, the one that was set first fires first. */
  readonly order: number;
  /** Undefined when it was cancelled. */
  action: (() => void) | undefined;
}

/** Immediates are the only way in which the server puts work off without a timer: the write queue gathers by them. */
let pendingImmediates = 0;
const realSetImmediate = globalThis.setImmediate;

/** From now on the immediates of this process are counted, so that {@link SimulatedTime} knows when all is settled. */
export function countImmediates(): void {
  if (globalThis.setImmediate !== realSetImmediate) return;
  const counting = (action: (...parts: unknown[]) => void, ...parts: unknown[]) => {
    pendingImmediates++;
    return realSetImmediate(() => {
      pendingImmediates--;
      action(...parts);
    });
  };
  globalThis.setImmediate = Object.assign(counting, { __promisify__: realSetImmediate.__promisify__ }) as never;
}

export class SimulatedTime {
  readonly #timers: Timer[] = [];
  readonly #blocking = new Set<Promise<unknown>>();
  #now = 0;
  #order = 0;
  #pending = 0;

  /** Milliseconds since the beginning of the history. */
  get now(): number {
    return this.#now;
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#pending;
  }

  /** Calls `action` after `milliseconds`; the returned function cancels it. */
  after(milliseconds: number, action: () => void): () => void {
    const timer: Timer = { due: this.#now + Math.max(0, milliseconds), order: ++this.#order, action };
    push(this.#timers, timer);
    this.#pending++;
    return () => {
      if (timer.action === undefined) return;
      timer.action = undefined;
      this.#pending--;
    };
  }

  /** Time stands still until the promise has settled: for what needs real work, such as opening a database. */
  block(work: Promise<unknown>): void {
    const tracked = work.finally(() => this.#blocking.delete(tracked));
    this.#blocking.add(tracked);
    tracked.catch(() => {}); // Whoever handed it in looks at its outcome.
  }

  /** Goes on from timer to timer until `isOver` says so (true) or `limit` milliseconds are reached (false). */
  async run(isOver: () => boolean, limit: number): Promise<boolean> {
    for (;;) {
      await this.#settle();
      if (isOver()) return true;
      const timer = pop(this.#timers);
      if (timer === undefined || timer.due > limit) {
        if (timer !== undefined) push(this.#timers, timer);
        return false;
      }
      const { action } = timer;
      if (action === undefined) continue;
      timer.action = undefined;
      this.#pending--;
      this.#now = timer.due;
      action();
    }
  }

  /** Promises and ticks run to their end before each immediate, so when none is left, only timers can go on. */
  async #settle(): Promise<void> {
    do {
      await new Promise((resolve) => realSetImmediate(resolve));
      if (this.#blocking.size > 0) await Promise.allSettled(this.#blocking);
    } while (pendingImmediates > 0 || this.#blocking.size > 0);
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}

function push(heap: Timer[], timer: Timer): void {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Timer;
    if (!isBefore(timer, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = timer;
}

function pop(heap: Timer[]): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    const right = heap[child + 1];
    if (right !== undefined && isBefore(right, heap[child] as Timer)) child++;
    const below = heap[child];
    if (below === undefined || !isBefore(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
  return first;
}
