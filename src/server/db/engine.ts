import type { Kysely } from 'kysely';
import type { Leadership } from '../leadership.ts';
import type { ReadConnection, WriteConnection } from './connection.ts';
import type { Schema } from './schema.ts';
import type { Topics } from './unit.ts';

/** What is different about each kind of database. */
export interface Engine {
  /** Names the database in messages, without its secrets. */
  readonly name: string;
  readonly leadership: Leadership;
  /** Selects the `bytes` that the database takes on its disk. */
  readonly sizeQuery: string;
  /** Most connections for reads at a time. */
  readonly readers: number;
  /** Runs `work` while no other server prepares the same database. */
  prepare<Result>(work: () => Promise<Result>): Promise<Result>;
  /** A statement of a migration, which is written in SQLite's words, in those of this database. */
  toDialect(statement: string): string;
  /** Makes generated ids go on behind the highest one of each table, after rows with given ids were inserted. */
  alignIds?(db: Kysely<Schema>): Promise<void>;
  /** Opens the connection that writes. @throws SkepError `database_unavailable`, here or with its first statement. */
  openWriter(): WriteConnection;
  openReader(): ReadConnection;
  /** Connections for reads that may take long; absent: they run like any other read. */
  readonly heavyReaders?: { readonly size: number; open(): ReadConnection };
  /** Calls `listener` with what other servers changed, until the engine is closed. */
  listen?(listener: (topics: Topics) => void): Promise<void>;
  /** Closes what no connection is that it gave out. */
  close(): Promise<void>;
}
