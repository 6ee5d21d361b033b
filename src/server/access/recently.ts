import type { Clock } from '../../core/clock.ts';

/** Milliseconds. */
const SHORT_WHILE = 60_000;
const MOST = 1000;

/** What was seen in the last minute; of very much, the latest of it. */
export class Recently {
  readonly #clock: Clock;
  readonly #seen = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it was not seen lately; from now on it was. */
  isNew(what: string): boolean {
    const now = this.#clock.monotonic();
    const before = this.#seen.get(what);
    if (before !== undefined && now - before < SHORT_WHILE) return false;
    this.#seen.delete(what);
    this.#seen.set(what, now);
    if (this.#seen.size > MOST) this.#seen.delete(this.#seen.keys().next().value as string);
    return true;
  }
}
