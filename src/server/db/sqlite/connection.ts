import { Kysely } from 'kysely';
import type { WriteConnection } from '../connection.ts';
import type { Schema } from '../schema.ts';
import { openSqlite, type SqliteOptions, sqliteDialect } from './dialect.ts';
import { databaseError, openingError } from './errors.ts';

/**
 * Opens the database file.
 * @throws SkepError `database_unavailable` naming the file and what is wrong with it.
 */
export function openConnection(options: SqliteOptions, open: typeof openSqlite = openSqlite): Connection {
  try {
    return new Connection(open(options), options);
  } catch (error) {
    throw openingError(error, options.path);
  }
}

/** One connection to the database file. */
export class Connection implements WriteConnection {
  readonly db: Kysely<Schema>;
  readonly #sqlite: ReturnType<typeof openSqlite>;
  readonly #options: SqliteOptions;
  /** The handful of statements that are executed as they are: half of all, so they go no further way than they must. */
  readonly #plain = new Map<string, ReturnType<ReturnType<typeof openSqlite>['prepare']>>();

  constructor(sqlite: ReturnType<typeof openSqlite>, options: SqliteOptions) {
    this.#options = options;
    this.#sqlite = sqlite;
    this.db = new Kysely<Schema>({ dialect: sqliteDialect(sqlite) });
  }

  get inTransaction(): boolean {
    return this.#sqlite.isTransaction;
  }

  /** A writer takes the lock at once: a transaction that reads first could not take it later. */
  begin(): Promise<void> {
    return this.execute(this.#options.readOnly ? 'begin' : 'begin immediate');
  }

  async execute(statement: string): Promise<void> {
    try {
      const prepared = this.#plain.get(statement) ?? this.#sqlite.prepare(statement);
      this.#plain.set(statement, prepared);
      prepared.run();
    } catch (error) {
      throw this.translate(error);
    }
  }

  translate(error: unknown): unknown {
    return databaseError(error, this.#options.path);
  }

  close(): Promise<void> {
    return this.db.destroy();
  }
}
