import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import type { Topic } from './unit.ts';

/** One connection to a database. Whoever holds it runs one transaction at a time. */
export interface ReadConnection {
  readonly db: Kysely<Schema>;
  readonly inTransaction: boolean;
  /** Starts a transaction; its error is translated. All that a reader's transaction sees is one state. */
  begin(): Promise<void>;
  /** Runs one statement that gives nothing back, such as `commit`; its error is translated. */
  execute(statement: string): Promise<void>;
  /** Trouble of the machine as SkepError `database_unavailable`, any other error as it is. */
  translate(error: unknown): unknown;
  close(): Promise<void>;
  /** It will answer no more, as a thread that ran out of memory, or a connection that was cut. */
  readonly isBroken?: boolean;
}

/** A connection that writes: from its `begin` to its `commit` nobody else does, so what it reads stays true. */
export interface WriteConnection extends ReadConnection {
  /** Tells the other servers of the database what changed, if and when the transaction is committed. */
  announce?(topics: ReadonlySet<Topic>): Promise<void>;
  /** The transaction has failed for a reason that lies in what ran beside it: once more, and it may succeed. */
  mayRepeat?(error: unknown): boolean;
}
