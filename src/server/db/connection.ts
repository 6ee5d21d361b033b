import { Kysely } from 'kysely';
import { databaseError, openingError } from './errors.ts';
import type { Schema } from './schema.ts';
import { openSqlite, type SqliteOptions, sqliteDialect } from './sqlite-dialect.ts';

/**
 * Opens the database file.
 * @throws SkepError `database_unavailable` naming the file and what is wrong with it.
 */
export function openConnection(options: SqliteOptions, open: typeof openSqlite = openSqlite): Connection {
  try {
    return new Connection(open(options), options.path);
  } catch (error) {
    throw openingError(error, options.path);
  }
}

/** One connection to the database file. It is not shared: whoever holds it runs one transaction at a time. */
export class Connection {
  readonly path: string;
  readonly db: Kysely<Schema>;
  readonly #sqlite: ReturnType<typeof openSqlite>;
  /** The handful of statements that are executed as they are: half of all, so they go no further way than they must. */
  readonly #plain = new Map<string, ReturnType<ReturnType<typeof openSqlite>['prepare']>>();

  constructor(sqlite: ReturnType<typeof openSqlite>, path: string) {
    this.path = path;
    this.#sqlite = sqlite;
    this.db = new Kysely<Schema>({ dialect: sqliteDialect(sqlite) });
  }

  get inTransaction(): boolean {
    return this.#sqlite.isTransaction;
  }

  /** Runs one statement that gives nothing back, such as `commit`; its error is translated. */
  async execute(statement: string): Promise<void> {
    try {
      const prepared = this.#plain.get(statement) ?? this.#sqlite.prepare(statement);
      this.#plain.set(statement, prepared);
      prepared.run();
    } catch (error) {
      throw this.translate(error);
    }
  }

  /** Trouble of the machine as SkepError `database_unavailable`, any other error as it is. */
  translate(error: unknown): unknown {
    return databaseError(error, this.path);
  }

  close(): Promise<void> {
    return this.db.destroy();
  }
}
