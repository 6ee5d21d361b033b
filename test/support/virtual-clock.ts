import type { Clock } from '../../src/core/clock.ts';

interface Timer {
  readonly due: number;
  readonly action: () => void;
}

/** A clock that stands still until a test moves it; timers fire in order, and promises settle between them. */
export class VirtualClock implements Clock {
  #time = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return Date.UTC(2026, 0, 1) + this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        cancel();
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = this.after(milliseconds, finish);
      signal?.addEventListener('abort', finish);
    });
  }

  after(milliseconds: number, action: () => void): () => void {
    const timer = { due: this.#time + Math.max(0, milliseconds), action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers are pending: 0 after a service has ended, if it cleans up. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves the time on, firing what falls due on the way. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#time + milliseconds;
    await settle();
    for (let timer = this.#next(); timer !== undefined && timer.due <= end; timer = this.#next()) {
      await this.#fire(timer);
    }
    this.#time = end;
    await settle();
  }

  /** Moves the time on from timer to timer until `promise` settles; fails after `limit` milliseconds of virtual time. */
  async runUntil<Value>(promise: Promise<Value>, limit = 86_400_000): Promise<Value> {
    const state = { settled: false };
    const settled = () => {
      state.settled = true;
    };
    promise.then(settled, settled);
    const end = this.#time + limit;
    for (;;) {
      await settle();
      if (state.settled) return promise;
      const timer = this.#next();
      if (timer === undefined) throw new Error('the promise waits for something that no timer brings');
      if (timer.due > end) throw new Error(`the promise has not settled within ${limit} virtual milliseconds`);
      await this.#fire(timer);
    }
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.due < first.due) first = timer;
    return first;
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers.delete(timer);
    this.#time = Math.max(this.#time, timer.due);
    timer.action();
    await settle();
  }
}

/** Lets every promise chain that waits for no timer run to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
