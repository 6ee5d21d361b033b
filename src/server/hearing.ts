import type { Clock } from '../core/clock.ts';

/** Milliseconds by which the wall clock may run away from the steady one between two looks without having been set. */
const DRIFT = 1000;

/**
 * Since when this server has been able to hear. Deadlines are times of the wall clock: one that passed while nobody could
 * report (the server was down, its process stood still, its machine slept), or because the clock was set, tells nothing.
 */
export class Hearing {
  readonly #clock: Clock;
  #since: number;
  #offset: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
    this.#offset = this.#wallOffset();
  }

  /** Milliseconds since the epoch. */
  get since(): number {
    const offset = this.#wallOffset();
    if (Math.abs(offset - this.#offset) > DRIFT) this.restart();
    this.#offset = offset;
    return this.#since;
  }

  /** It could hear nothing until now. */
  restart(): void {
    this.#since = this.#clock.now();
  }

  /** The steady clock stands still while the machine sleeps. */
  #wallOffset(): number {
    return this.#clock.now() - this.#clock.monotonic();
  }
}
