import type { Clock } from '../../core/clock.ts';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Milliseconds between a request that carried several items and the next: many short commands then share a transaction
 * of the server. It is nothing to a person, and the supervisor has begun others meanwhile.
 */
const GATHERING = 10;

/**
 * Turns many calls into few requests: while one is on its way, whatever comes in waits and goes out together with the next.
 * Alone, an item leaves at once; under load the requests grow by themselves.
 */
export class Batcher<Item, Result> {
  readonly #send: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #largest: number;
  readonly #clock: Clock;
  #waiting: Waiting<Item, Result>[] = [];
  #sending = false;

  /** `send` gives one result per item, in their order; a request holds at most `largest` items. */
  constructor(send: (items: readonly Item[]) => Promise<readonly Result[]>, largest: number, clock: Clock) {
    this.#send = send;
    this.#largest = largest;
    this.#clock = clock;
  }

  /** Rejects with the error of `send` if the item is refused even when it is sent alone. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#sending) this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#sending = true;
    await Promise.resolve(); // Items that are added in the same breath share the first request too.
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#largest);
      await this.#deliver(batch);
      if (batch.length > 1 && this.#waiting.length < this.#largest) await this.#clock.sleep(GATHERING);
    }
    this.#sending = false;
  }

  /** One bad item must not fail the others: a refused request is repeated in halves. */
  async #deliver(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#send(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => {
        resolve(results[index] as Result);
      });
    } catch (error) {
      if (batch.length === 1) return batch[0]?.reject(error);
      const middle = Math.ceil(batch.length / 2);
      await this.#deliver(batch.slice(0, middle));
      await this.#deliver(batch.slice(middle));
    }
  }
}
