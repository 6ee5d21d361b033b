/** How long the parts of a conversation with PostgreSQL may take, in milliseconds. */
export interface Timeouts {
  /** Until a connection is there. */
  readonly connect: number;
  /** For one statement. */
  readonly statement: number;
  /** For one statement of a read that may take long. */
  readonly heavyStatement: number;
  /** Until it is the turn of a transaction that writes. */
  readonly lock: number;
  /** For which a transaction may do nothing before the server ends it. */
  readonly idleInTransaction: number;
  /** For which a server may say nothing, beyond the longest time of a statement, before it counts as gone. */
  readonly silence: number;
  /** Between two signs of life of a connection that only listens. */
  readonly listening: number;
}

export const TIMEOUTS: Timeouts = {
  connect: 10_000,
  // Resetting a workflow of a million tasks is one statement that takes most of half a minute.
  statement: 60_000,
  heavyStatement: 600_000,
  // Below the time-out of a request, so that its sender is told why.
  lock: 15_000,
  // A server that stands still, or that was cut off, lets the others write again after this; ours awaits nothing else
  // within a transaction, so this is far more than it ever needs.
  idleInTransaction: 10_000,
  silence: 5000,
  listening: 10_000,
};
