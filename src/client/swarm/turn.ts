/**
 * Keeps two kinds of requests apart: those that queue tasks, and those that ask how tasks stand. The answer to a question
 * that was put before a task was queued would set the task back, and its place would be given away a second time.
 */
export class Turn {
  readonly #onFree: () => void;
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  /** `onFree` is called whenever nobody has the turn any more. */
  constructor(onFree: () => void = () => {}) {
    this.#onFree = onFree;
  }

  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** Whether somebody waits for whoever has the turn. */
  get isWanted(): boolean {
    return this.#waiting.length > 0;
  }

  /** Carries `action` out when everyone who came before is through. */
  async take<Value>(action: () => Promise<Value>): Promise<Value> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isTaken = true;
    try {
      return await action();
    } finally {
      const next = this.#waiting.shift();
      if (next !== undefined) next();
      else this.#isTaken = false;
      if (!this.#isTaken) this.#onFree();
    }
  }
}
