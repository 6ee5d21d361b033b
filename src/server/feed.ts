import type { Clock } from '../core/clock.ts';
import type { Database, Topic } from './db/database.ts';

/**
 * Lets requests wait for a commit that touches a topic.
 *
 * No wake-up is lost if the caller starts to wait *before* it reads, and awaits the wait only when the read found nothing:
 *
 *     const found = new AbortController();
 *     const change = feed.wait(topics, seconds, AbortSignal.any([signal, found.signal]));
 *     const news = await database.read(…);
 *     if (news !== undefined) { found.abort(); return news; }
 *     await change;   // then read again
 *
 * `wait` registers synchronously. Listeners are called after a commit, so a commit that the read's snapshot misses ends
 * after the snapshot was taken, hence after the registration: it ends the wait. Every other commit is in what was read.
 */
export class Feed {
  readonly #clock: Clock;
  readonly #waiters = new Map<Topic, Set<() => void>>();
  readonly #stopListening: () => void;
  #closed = false;

  constructor(database: Database, clock: Clock) {
    this.#clock = clock;
    this.#stopListening = database.onCommit(
      (topics) => this.#wake(topics),
      () => this.#wakeAll(),
    );
  }

  /** Resolves at the next commit that touches one of `topics`, after `seconds`, or when `signal` is aborted. Never rejects. */
  wait(topics: readonly Topic[], seconds: number, signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        signal.removeEventListener('abort', finish);
        for (const topic of topics) this.#remove(topic, finish);
        resolve();
      };
      const cancel = this.#clock.after(seconds * 1000, finish);
      signal.addEventListener('abort', finish, { once: true });
      for (const topic of topics) this.#add(topic, finish);
    });
  }

  /** Whether somebody waits for the topic now. */
  isAwaited(topic: Topic): boolean {
    return this.#waiters.has(topic);
  }

  /** Ends all waits, present and future. */
  close(): void {
    this.#closed = true;
    this.#stopListening();
    this.#wakeAll();
  }

  #wakeAll(): void {
    this.#wake(new Set(this.#waiters.keys()));
  }

  #wake(topics: ReadonlySet<Topic>): void {
    for (const topic of topics) {
      for (const finish of [...(this.#waiters.get(topic) ?? [])]) finish();
    }
  }

  #add(topic: Topic, finish: () => void): void {
    const waiters = this.#waiters.get(topic) ?? new Set();
    this.#waiters.set(topic, waiters.add(finish));
  }

  #remove(topic: Topic, finish: () => void): void {
    const waiters = this.#waiters.get(topic);
    waiters?.delete(finish);
    if (waiters?.size === 0) this.#waiters.delete(topic);
  }
}
