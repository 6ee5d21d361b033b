/** Requests for a full sync that wait for the next full answer. */
export class FullSyncRequests {
  #waiting: (() => void)[] = [];
  #ended = false;

  get isWanted(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves when a full answer to a request that begins after this call is delivered. */
  add(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#ended) resolve();
      else this.#waiting.push(resolve);
    });
  }

  /** The requests so far: to be resolved by the full answer that is asked for now, or put back if it fails. */
  take(): (() => void)[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  putBack(requests: readonly (() => void)[]): void {
    this.#waiting.unshift(...requests);
  }

  /** No answer will come any more. */
  end(): void {
    this.#ended = true;
    for (const resolve of this.take()) resolve();
  }
}
