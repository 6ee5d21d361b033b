import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import { type Connection, openConnection } from './connection.ts';
import { migrate } from './migrate.ts';
import { ReadPool } from './read-pool.ts';
import { seed } from './seeds.ts';
import type { openSqlite } from './sqlite-dialect.ts';
import type { ReadUnit, Topic, WriteUnit } from './unit.ts';
import { WriteQueue } from './write-queue.ts';

export type { ReadUnit, Subject, Topic, WriteUnit } from './unit.ts';

export interface DatabaseOptions {
  /** The database file; created with its directory when missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Opens the connections. Default: {@link openSqlite}. */
  readonly open?: typeof openSqlite;
}

type CommitListener = (topics: ReadonlySet<Topic>) => void;

/**
 * The database of a server. One process writes to it, through one queue; reads run beside it on snapshots of their own.
 * A full or failing disk surfaces as SkepError `database_unavailable`, and nothing is half done then.
 */
export class Database {
  /** Names this database for good, wherever its file is moved. */
  readonly databaseId: string;
  readonly #writer: Connection;
  readonly #writes: WriteQueue;
  readonly #reads: ReadPool;
  readonly #listeners = new Set<CommitListener>();

  /**
   * Opens the database, brings its tables up to date and adds missing seed rows.
   * @throws SkepError `database_unavailable` naming the file and what is wrong with it.
   */
  static async open({ path, clock, random, open }: DatabaseOptions): Promise<Database> {
    const writer = openConnection({ path, readOnly: false }, open);
    try {
      await migrate(writer.db);
      const databaseId = await seed(writer.db, random);
      return new Database(writer, databaseId, clock, open);
    } catch (error) {
      await writer.close();
      throw writer.translate(error);
    }
  }

  private constructor(writer: Connection, databaseId: string, clock: Clock, open: typeof openSqlite | undefined) {
    this.databaseId = databaseId;
    this.#writer = writer;
    this.#reads = new ReadPool(writer.path, clock, open);
    this.#writes = new WriteQueue({ connection: writer, clock, onCommit: (topics) => this.#notify(topics) });
  }

  /** Runs `work` on one consistent snapshot. Do not read inside a read or a write: use its unit. */
  read<Result>(work: (unit: ReadUnit) => Promise<Result>): Promise<Result> {
    return this.#reads.run(work);
  }

  /**
   * Runs `work` in a transaction, after all writes before it, and resolves when it is on the disk. Works that arrive
   * together share one transaction; one that throws is undone alone. A work must await nothing but its own statements:
   * every other write waits for it.
   */
  async write<Result>(work: (unit: WriteUnit) => Promise<Result>): Promise<Result> {
    return this.#writes.add(work);
  }

  /** Calls `listener` after each commit with the topics that changed; the returned function ends that. */
  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Finishes what was accepted, then closes the file. */
  async close(): Promise<void> {
    await this.#writes.close();
    await this.#reads.close();
    await this.#writer.close();
  }

  #notify(topics: ReadonlySet<Topic>): void {
    for (const listener of this.#listeners) listener(topics);
  }
}
