import type { Clock } from '../../core/clock.ts';

/** Wakes one waiter before its time. A ring that nobody waits for is kept for the next wait. */
export class Bell {
  readonly #clock: Clock;
  #hasRung = false;
  #waiting: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#hasRung = true;
    this.#waiting?.abort();
  }

  /** Resolves at the next ring, at the latest after `milliseconds`. */
  async wait(milliseconds: number): Promise<void> {
    if (!this.#hasRung) {
      this.#waiting = new AbortController();
      await this.#clock.sleep(milliseconds, this.#waiting.signal);
      this.#waiting = undefined;
    }
    this.#hasRung = false;
  }
}
