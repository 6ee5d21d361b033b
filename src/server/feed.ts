import type { Clock } from '../core/clock.ts';
import type { Database, Topic } from './db/database.ts';
import { WaitingRoom } from './waiting-room.ts';

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
export class Feed extends WaitingRoom<Topic> {
  readonly #stopListening: () => void;

  constructor(database: Database, clock: Clock) {
    super(clock);
    this.#stopListening = database.onCommit(
      (topics) => this.tell(topics),
      () => this.tellAll(),
    );
  }

  override close(): void {
    this.#stopListening();
    super.close();
  }
}
