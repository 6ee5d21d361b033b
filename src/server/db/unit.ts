import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** What a swarm (`workflow`) or a distributor (`workflow_run`) waits for, because there is work for it then. */
export type Subject = `workflow:${number}` | `workflow_run:${number}`;

/**
 * What can be waited for: work at a subject, or mere progress. Progress is what its waiter wants to know of but has nothing
 * to do about, such as an attempt that begins to run; it comes several times for each piece of work. Who waits for `queued`
 * takes what is queued for the run; who waits for `notification` sends it.
 */
export type Topic = Subject | `${Subject}/progress` | `workflow_run:${number}/queued` | 'notification';

/** Topics that were touched; `all`: nobody knows which, so everybody has to look. */
export type Topics = ReadonlySet<Topic> | 'all';

/** A unit of reading: all its statements see one state of the database. */
export interface ReadUnit {
  readonly db: Kysely<Schema>;
  /** Wall-clock time in milliseconds at which the unit began. */
  readonly now: number;
}

/** A unit of writing: it happens as a whole or not at all. */
export interface WriteUnit extends ReadUnit {
  /**
   * The number of this unit in the order of commits, taken once and only if it is asked for. A reader that saw revision n
   * has seen every unit up to n, and none beyond it.
   */
  revision(): Promise<number>;
  /** Wakes those who wait for the topic, once the unit is committed. */
  changed(topic: Topic): void;
}
