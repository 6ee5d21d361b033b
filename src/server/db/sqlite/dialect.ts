/** Kysely over `node:sqlite`: one instance is one connection; whoever opens it decides who may use it when. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type RawNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { writtenNode } from '../fragments.ts';
import { storable } from '../text.ts';
import { sqliteFragments } from './fragments.ts';

export interface SqliteOptions {
  /** The database file; it and its directory are created (for their owner alone) when they are missing. */
  readonly path: string;
  readonly readOnly: boolean;
}

/** Milliseconds that a statement waits for another process (a backup, a shell) that holds the file. */
const BUSY_TIMEOUT = 5000;

/**
 * KiB of pages that the writer keeps. Hashes reach their index in random order: with the 2 MiB of SQLite's own choice,
 * binding a million nodes reads and writes most pages of that index again for every chunk.
 */
const WRITER_CACHE = 65_536;
/**
 * Pages (of 4 KiB) in the log after which they are moved to the database file. A page that many commits change is moved once;
 * more pages than these would make the commit that moves them wait for the disk much longer than others.
 */
const CHECKPOINT_PAGES = 8192;

/** Opens a connection. Throws the system's or SQLite's own error. */
export function openSqlite({ path, readOnly }: SqliteOptions): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!readOnly) createForOwner(path);
  const sqlite = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: false });
  if (!readOnly) {
    // WAL: readers never wait for the writer. FULL: a commit is on the disk before it is answered.
    sqlite.exec('pragma journal_mode = wal; pragma synchronous = full');
    sqlite.exec(`pragma cache_size = -${WRITER_CACHE}; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  }
  sqlite.exec('pragma temp_store = memory');
  return sqlite;
}

/** Whether an error is one of SQLite, and of which kind (its primary result code). */
export function sqliteCodeOf(error: unknown): number | undefined {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** A dialect over one open connection. */
export function sqliteDialect(sqlite: DatabaseSync): Dialect {
  return {
    createDriver: () => new SqliteDriver(sqlite),
    createQueryCompiler: () => new SqliteCompiler(),
    createAdapter: () => new TransactionalAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** Puts SQLite's words in where a statement leaves them open. */
export class SqliteCompiler extends SqliteQueryCompiler {
  protected override visitRaw(node: RawNode): void {
    const written = writtenNode(node, sqliteFragments);
    if (written === undefined) super.visitRaw(node);
    else this.visitNode(written);
  }
}

/** SQLite rolls changes of the schema back like any others, so a migration that fails leaves nothing behind. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class SqliteDriver implements Driver {
  readonly #sqlite: DatabaseSync;
  readonly #connection: SqliteConnection;

  constructor(sqlite: DatabaseSync) {
    this.#sqlite = sqlite;
    this.#connection = new SqliteConnection(sqlite);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  /** `immediate` takes the write lock at once: a transaction that reads first could not take it later. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#sqlite.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#sqlite.close();
  }
}

/** The statements of the server number a few hundred; more than this means generated text, which must not pile up. */
const STATEMENT_CACHE_SIZE = 1000;

interface PreparedStatement {
  readonly statement: StatementSync;
  readonly givesRows: boolean;
}

class SqliteConnection implements DatabaseConnection {
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, PreparedStatement>();

  constructor(sqlite: DatabaseSync) {
    this.#sqlite = sqlite;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { statement, givesRows } = this.#prepare(sql);
    const values = parameters.map(toSqlite);
    if (givesRows) return { rows: statement.all(...values) as Row[] };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  // biome-ignore lint/correctness/useYield: answers are bounded by their queries, so nothing is streamed.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('This dialect does not stream: bound the query by a limit.');
  }

  #prepare(sql: string): PreparedStatement {
    let prepared = this.#statements.get(sql);
    if (prepared === undefined) {
      const statement = this.#sqlite.prepare(sql);
      prepared = { statement, givesRows: statement.columns().length > 0 };
      if (this.#statements.size >= STATEMENT_CACHE_SIZE) this.#statements.clear();
      this.#statements.set(sql, prepared);
    }
    return prepared;
  }
}

/** A JavaScript number would be bound as a float, and `1` stored as `1.0` wherever no column type corrects it. */
function toSqlite(value: unknown): SQLInputValue {
  if (Number.isSafeInteger(value)) return BigInt(value as number);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') return storable(value);
  return value as SQLInputValue;
}

/**
 * SQLite would make a file that everybody can read, and its other files are as open as the first. One that is there is not
 * even opened: closing it again would take its locks from this process.
 */
function createForOwner(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Takes the lock of a file, which the system releases when this process ends, however it ends. Undefined when it is taken.
 * The lock is one of SQLite's own: a transaction that excludes all others and is never committed.
 */
export function lockFile(path: string): (() => void) | undefined {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  createForOwner(path);
  const sqlite = new DatabaseSync(path, { timeout: 0 });
  try {
    sqlite.exec('begin exclusive');
    return () => sqlite.close();
  } catch (error) {
    sqlite.close();
    if (sqliteCodeOf(error) === SQLITE_BUSY) return undefined;
    throw error;
  }
}

const SQLITE_BUSY = 5;
