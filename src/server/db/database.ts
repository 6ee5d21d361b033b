import { sql } from 'kysely';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Leadership } from '../leadership.ts';
import type { WriteConnection } from './connection.ts';
import type { Engine } from './engine.ts';
import { migrate } from './migrate.ts';
import type { PostgresEngineOptions } from './postgres/engine.ts';
import { type PoolLoad, ReadPool } from './read-pool.ts';
import { seed } from './seeds.ts';
import { type SqliteEngineOptions, sqliteEngine } from './sqlite/engine.ts';
import type { ReadUnit, Topic, Topics, WriteUnit } from './unit.ts';
import { type WriteGroup, WriteQueue } from './write-queue.ts';

export type { ReadUnit, Subject, Topic, WriteUnit } from './unit.ts';

interface Seams {
  readonly clock: Clock;
  readonly random: Random;
}

/** A file of SQLite, or a database of a PostgreSQL server. */
export type DatabaseOptions = Seams & (SqliteEngineOptions | Omit<PostgresEngineOptions, 'clock'>);

/** How busy a database is now. */
export interface DatabaseLoad {
  /** Writes that wait for their transaction. */
  readonly waitingWrites: number;
  readonly reads: PoolLoad;
  /** Undefined: they run like any other read. */
  readonly heavyReads: PoolLoad | undefined;
}

interface CommitListener {
  readonly onTopics: (topics: ReadonlySet<Topic>) => void;
  readonly onGap: () => void;
}

/**
 * The database of a server. What a server writes goes through one queue; reads run beside it on snapshots of their own. A
 * database that is full, fails or is away surfaces as SkepError `database_unavailable`, and nothing is half done then.
 */
export class Database {
  /** Names this database for good, wherever it is moved. */
  readonly databaseId: string;
  readonly #engine: Engine;
  readonly #writes: WriteQueue;
  readonly #reads: ReadPool;
  readonly #heavyReads: ReadPool;
  readonly #listeners = new Set<CommitListener>();
  /** Called with each write that arrives, to follow what becomes of it. */
  observerOfWrite: (() => ((group: WriteGroup) => void) | undefined) | undefined;
  readonly #groupListeners = new Set<(group: WriteGroup) => void>();

  /**
   * Opens the database, brings its tables up to date and adds missing seed rows.
   * @throws SkepError `database_unavailable` naming the database and what is wrong with it.
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    const engine = await engineFor(options);
    let writer: WriteConnection | undefined;
    try {
      writer = engine.openWriter();
      const { db } = writer;
      const databaseId = await engine.prepare(async () => {
        await migrate(db, engine);
        const id = await seed(db, options.random);
        await engine.alignIds?.(db);
        return id;
      });
      const database = new Database(engine, writer, options.clock, databaseId);
      await engine.listen?.((topics) => database.#notify(topics));
      return database;
    } catch (error) {
      await writer?.close();
      await engine.close();
      throw writer?.translate(error) ?? error;
    }
  }

  private constructor(engine: Engine, writer: WriteConnection, clock: Clock, databaseId: string) {
    this.databaseId = databaseId;
    this.#engine = engine;
    const { name, heavyReaders } = engine;
    this.#reads = new ReadPool({ name, clock, size: engine.readers, open: engine.openReader });
    this.#heavyReads = heavyReaders === undefined ? this.#reads : new ReadPool({ name, clock, ...heavyReaders });
    const onCommit = (topics: Topics) => this.#notify(topics);
    const onGroup = (group: WriteGroup) => {
      for (const listener of this.#groupListeners) listener(group);
    };
    const observerOfWork = () => this.observerOfWrite?.();
    this.#writes = new WriteQueue(writer, { name, clock, open: engine.openWriter, onCommit, onGroup, observerOfWork });
  }

  /** Which server of this database does what only one may do. */
  get leadership(): Leadership {
    return this.#engine.leadership;
  }

  /** Runs `work` on one consistent snapshot. Do not read inside a read or a write: use its unit. */
  read<Result>(work: (unit: ReadUnit) => Promise<Result>): Promise<Result> {
    return this.#reads.run(work);
  }

  /**
   * As {@link read}, for what may take long: it holds up no write and no other read. On SQLite, a statement costs a fifth
   * of a millisecond more than there.
   */
  readHeavy<Result>(work: (unit: ReadUnit) => Promise<Result>): Promise<Result> {
    return this.#heavyReads.run(work);
  }

  /**
   * Runs `work` in a transaction, after all writes before it, and resolves when it is on the disk. Works that arrive
   * together share one transaction; one that throws is undone alone. A work must await nothing but its own statements:
   * every other write waits for it. It may be run a second time, after all that it did was undone.
   */
  async write<Result>(work: (unit: WriteUnit) => Promise<Result>): Promise<Result> {
    return this.#writes.add(work);
  }

  /** Makes generated ids go on behind the highest ones, after rows with given ids were inserted. */
  async alignIds(): Promise<void> {
    await this.#writes.add(async ({ db }) => this.#engine.alignIds?.(db));
  }

  /**
   * Calls `onTopics` after each commit with the topics that changed, and `onGap` when commits may have gone unheard, so
   * that everybody has to look. The returned function ends that.
   */
  onCommit(onTopics: CommitListener['onTopics'], onGap: CommitListener['onGap'] = () => {}): () => void {
    const listener = { onTopics, onGap };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` after each transaction that writes, whatever became of it. The returned function ends that. */
  onGroup(listener: (group: WriteGroup) => void): () => void {
    this.#groupListeners.add(listener);
    return () => this.#groupListeners.delete(listener);
  }

  get load(): DatabaseLoad {
    const heavyReads = this.#heavyReads === this.#reads ? undefined : this.#heavyReads.load;
    return { waitingWrites: this.#writes.waiting, reads: this.#reads.load, heavyReads };
  }

  /** Bytes that it takes on its disk. */
  async size(): Promise<number> {
    const query = sql.raw<{ bytes: number | string }>(this.#engine.sizeQuery);
    const { rows } = await this.read(({ db }) => query.execute(db));
    return Number(rows[0]?.bytes ?? 0);
  }

  /** Finishes what was accepted, then closes all connections. */
  async close(): Promise<void> {
    await this.#writes.finish();
    await this.#reads.close();
    if (this.#heavyReads !== this.#reads) await this.#heavyReads.close();
    // Last, because SQLite moves its log into the file and removes it when a connection that may write is closed as the last.
    await this.#writes.close();
    await this.#engine.close();
  }

  #notify(topics: Topics): void {
    for (const { onTopics, onGap } of this.#listeners) {
      if (topics === 'all') onGap();
      else onTopics(topics);
    }
  }
}

async function engineFor(options: DatabaseOptions): Promise<Engine> {
  if ('path' in options) return sqliteEngine(options);
  // Imported here, because nearly all commands have no need for its library.
  const { postgresEngine } = await import('./postgres/engine.ts');
  return postgresEngine(options);
}
