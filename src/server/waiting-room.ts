import type { Clock } from '../core/clock.ts';

/** Lets requests wait for news, each of some subjects, until there are any, the time is up, or nobody wants to know any more. */
export class WaitingRoom<Subject> {
  readonly #clock: Clock;
  readonly #waiters = new Map<Subject, Set<() => void>>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves at the next news of one of `subjects`, after `seconds`, or when `signal` is aborted. Never rejects. Registers synchronously. */
  wait(subjects: readonly Subject[], seconds: number, signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        signal.removeEventListener('abort', finish);
        for (const subject of subjects) this.#remove(subject, finish);
        resolve();
      };
      const cancel = this.#clock.after(seconds * 1000, finish);
      signal.addEventListener('abort', finish, { once: true });
      for (const subject of subjects) this.#add(subject, finish);
    });
  }

  /** Whether somebody waits for news of the subject now. */
  isAwaited(subject: Subject): boolean {
    return this.#waiters.has(subject);
  }

  /** There are news of these subjects. */
  tell(subjects: Iterable<Subject>): void {
    for (const subject of subjects) {
      for (const finish of [...(this.#waiters.get(subject) ?? [])]) finish();
    }
  }

  /** There may be news of anything. */
  tellAll(): void {
    this.tell([...this.#waiters.keys()]);
  }

  /** Ends all waits, present and future. */
  close(): void {
    this.#closed = true;
    this.tellAll();
  }

  #add(subject: Subject, finish: () => void): void {
    const waiters = this.#waiters.get(subject) ?? new Set();
    this.#waiters.set(subject, waiters.add(finish));
  }

  #remove(subject: Subject, finish: () => void): void {
    const waiters = this.#waiters.get(subject);
    waiters?.delete(finish);
    if (waiters?.size === 0) this.#waiters.delete(subject);
  }
}
