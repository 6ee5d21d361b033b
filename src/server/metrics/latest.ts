import type { Clock } from '../../core/clock.ts';

export interface Aged<Value> {
  readonly value: Value;
  /** Seconds since its making began. */
  readonly age: number;
}

/** Milliseconds for which a scrape waits for something newer than what there is; it must not take a tenth of a second. */
const PATIENCE = 20;
/** Milliseconds after which it is made anew, and times its own cost: making it takes at most a twentieth of a reader's time. */
const FRESH = 1000;
const SPARED = 20;

/**
 * The newest of what may be costly to make and is asked for by a program that waits for nobody: given at once, made anew
 * beside that. Whoever asks again later gets what was made meanwhile.
 */
export class Latest<Value> {
  readonly #clock: Clock;
  readonly #make: () => Promise<Value>;
  #last: { readonly value: Value; readonly begun: number; readonly cost: number } | undefined;
  #making: Promise<void> | undefined;

  constructor(clock: Clock, make: () => Promise<Value>) {
    this.#clock = clock;
    this.#make = make;
  }

  /** Undefined while there is none yet. Rejects when the first making fails soon; later failures leave what there is. */
  async take(): Promise<Aged<Value> | undefined> {
    const { now, last } = { now: this.#clock.monotonic(), last: this.#last };
    if (last === undefined || now - last.begun > Math.max(FRESH, SPARED * last.cost)) {
      this.#making ??= this.#renew();
      await this.#awaitBriefly(this.#making);
    }
    if (this.#last === undefined) return undefined;
    return { value: this.#last.value, age: (this.#clock.monotonic() - this.#last.begun) / 1000 };
  }

  async #awaitBriefly(making: Promise<void>): Promise<void> {
    const over = new AbortController();
    try {
      await Promise.race([making, this.#clock.sleep(PATIENCE, over.signal)]);
    } catch (error) {
      if (this.#last === undefined) throw error;
    } finally {
      over.abort();
    }
  }

  #renew(): Promise<void> {
    const begun = this.#clock.monotonic();
    const making = this.#make()
      .then((value) => {
        this.#last = { value, begun, cost: this.#clock.monotonic() - begun };
      })
      .finally(() => {
        this.#making = undefined;
      });
    making.catch(() => {}); // Nobody may wait for it any more; the next one who comes tries again.
    return making;
  }
}
