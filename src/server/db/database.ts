import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import { type Connection, openConnection } from './connection.ts';
import { migrate } from './migrate.ts';
import { ReadPool } from './read-pool.ts';
import { seed } from './seeds.ts';
import type { openSqlite } from './sqlite-dialect.ts';
import { openThreadConnection } from './thread-connection.ts';
import type { ReadUnit, Topic, WriteUnit } from './unit.ts';
import { WriteQueue } from './write-queue.ts';

export type { ReadUnit, Subject, Topic, WriteUnit } from './unit.ts';

export interface DatabaseOptions {
  /** The database file; created with its directory when missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Threads for heavy reads. Default 0: they run like any other read. */
  readonly threads?: number | undefined;
  /** Opens the connections. Default: {@link openSqlite}. */
  readonly open?: typeof openSqlite | undefined;
}

/** Statements run on the event loop, so more connections gain no speed; a few keep one slow unit from holding all others. */
const READERS = 4;

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
  readonly #heavyReads: ReadPool;
  readonly #listeners = new Set<CommitListener>();

  /**
   * Opens the database, brings its tables up to date and adds missing seed rows.
   * @throws SkepError `database_unavailable` naming the file and what is wrong with it.
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    const { path, random, open } = options;
    const writer = openConnection({ path, readOnly: false }, open);
    try {
      await migrate(writer.db);
      const databaseId = await seed(writer.db, random);
      return new Database(writer, options, databaseId);
    } catch (error) {
      await writer.close();
      throw writer.translate(error);
    }
  }

  private constructor(writer: Connection, { clock, threads = 0, open }: DatabaseOptions, databaseId: string) {
    this.databaseId = databaseId;
    this.#writer = writer;
    const { path } = writer;
    const openReader = () => openConnection({ path, readOnly: true }, open);
    this.#reads = new ReadPool({ path, clock, size: READERS, open: openReader });
    this.#heavyReads =
      threads === 0 ? this.#reads : new ReadPool({ path, clock, size: threads, open: openThreadConnection });
    this.#writes = new WriteQueue({ connection: writer, clock, onCommit: (topics) => this.#notify(topics) });
  }

  /** Runs `work` on one consistent snapshot. Do not read inside a read or a write: use its unit. */
  read<Result>(work: (unit: ReadUnit) => Promise<Result>): Promise<Result> {
    return this.#reads.run(work);
  }

  /**
   * As {@link read}, for what may take long: it holds up no write and no other read. A statement costs a fifth of a millisecond
   * more than there.
   */
  readHeavy<Result>(work: (unit: ReadUnit) => Promise<Result>): Promise<Result> {
    return this.#heavyReads.run(work);
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
    if (this.#heavyReads !== this.#reads) await this.#heavyReads.close();
    await this.#writer.close();
  }

  #notify(topics: ReadonlySet<Topic>): void {
    for (const listener of this.#listeners) listener(topics);
  }
}
