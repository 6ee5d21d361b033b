import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';

export interface LaneOptions {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds before work that failed is tried again; doubled each time up to the longest. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 4000;

/**
 * One kind of work, done by at most one call at a time. Waking it while it works makes it work once more afterwards, so
 * no reason to work is lost. A failure is logged and tried again later: an outage, however long, ends nothing.
 */
export class Lane {
  readonly #name: string;
  readonly #work: () => Promise<void>;
  readonly #options: LaneOptions;
  #awake = false;
  #running: Promise<void> | undefined;
  #failures = 0;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(name: string, work: () => Promise<void>, options: LaneOptions) {
    this.#name = name;
    this.#work = work;
    this.#options = options;
  }

  wake(): void {
    if (this.#closed) return;
    this.#awake = true;
    this.#running ??= this.#run();
  }

  /** Wakes it once, `milliseconds` from now; a later call replaces an earlier one. */
  wakeAfter(milliseconds: number): void {
    if (this.#closed) return;
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(milliseconds, () => this.wake());
  }

  /** Starts nothing more; resolves when what is at work has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#awake && !this.#closed) {
      this.#awake = false;
      try {
        await this.#work();
        this.#failures = 0;
      } catch (error) {
        const wait = Math.min(FIRST_WAIT * 2 ** this.#failures++, LONGEST_WAIT);
        this.#options.log.warn({ error: messageOf(error), wait }, `${this.#name} failed and will be tried again`);
        this.wakeAfter(wait);
      }
    }
    this.#running = undefined;
  }
}
