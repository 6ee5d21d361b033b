import type { Clock } from '../../core/clock.ts';

export interface BucketOptions {
  /** Tokens that come back in a second. */
  readonly rate: number;
  /** Most tokens that one bucket holds, and how many it has at first. */
  readonly capacity: number;
  /** Most buckets; the one that was made first gives way to a further one, and is full when it is made again. */
  readonly remembered: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Token buckets, one for each name. */
export class Buckets {
  readonly #options: BucketOptions;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(options: BucketOptions) {
    this.#options = options;
  }

  /** Takes a token, where there is one. @returns 0, or the seconds until there is one */
  take(name: string): number {
    const bucket = this.#bucket(name);
    if (bucket.tokens < 1) return (1 - bucket.tokens) / this.#options.rate;
    bucket.tokens--;
    return 0;
  }

  /** As if the last one had not been taken. */
  giveBack(name: string): void {
    const bucket = this.#bucket(name);
    bucket.tokens = Math.min(this.#options.capacity, bucket.tokens + 1);
  }

  #bucket(name: string): { tokens: number; at: number } {
    const { rate, capacity, remembered, clock } = this.#options;
    const now = clock.monotonic() / 1000;
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      if (this.#buckets.size >= remembered) this.#buckets.delete(this.#buckets.keys().next().value as string);
      bucket = { tokens: capacity, at: now };
      this.#buckets.set(name, bucket);
    }
    bucket.tokens = Math.min(capacity, bucket.tokens + (now - bucket.at) * rate);
    bucket.at = now;
    return bucket;
  }
}
