import { CompiledQuery, type DatabaseConnection, Kysely, type QueryResult } from 'kysely';
import type { WriteConnection } from '../connection.ts';
import type { Schema } from '../schema.ts';
import type { Topic } from '../unit.ts';
import { postgresDialect } from './dialect.ts';
import { databaseError, isPassing } from './errors.ts';
import { noticesOf } from './notices.ts';
import { Session, type SessionOptions } from './session.ts';

export interface PostgresConnectionOptions extends SessionOptions {
  /** Names the database in messages. */
  readonly name: string;
  /** What starts its transactions. */
  readonly begin: string;
}

/** A connection that connects when it is first used. */
export class PostgresConnection implements WriteConnection {
  readonly db: Kysely<Schema>;
  readonly #options: PostgresConnectionOptions;
  readonly #session: Session;

  constructor(options: PostgresConnectionOptions) {
    this.#options = options;
    this.#session = new Session(options);
    this.db = new Kysely<Schema>({ dialect: postgresDialect(driverConnection(this.#session)) });
  }

  get inTransaction(): boolean {
    return this.#session.inTransaction;
  }

  get isBroken(): boolean {
    return this.#session.isBroken;
  }

  /** The number of the server's process; undefined before the first statement. */
  get process(): number | undefined {
    return this.#session.process;
  }

  begin(): Promise<void> {
    return this.execute(this.#options.begin);
  }

  async execute(statement: string): Promise<void> {
    try {
      await this.#session.queryAll(statement);
    } catch (error) {
      throw this.translate(error);
    }
  }

  /** Notices leave with the commit, in the order of commits. */
  async announce(topics: ReadonlySet<Topic>): Promise<void> {
    for (const notice of noticesOf(topics)) {
      await this.db.executeQuery(CompiledQuery.raw('select pg_notify($1, $2)', [...notice]));
    }
  }

  mayRepeat(error: unknown): boolean {
    return isPassing(error);
  }

  translate(error: unknown): unknown {
    return databaseError(error, this.#options.name);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

function driverConnection(session: Session): DatabaseConnection {
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, rowCount } = await session.query(sql, parameters);
      return { rows: rows as Row[], ...(rowCount !== null && { numAffectedRows: BigInt(rowCount) }) };
    },
    // biome-ignore lint/correctness/useYield: answers are bounded by their queries, so nothing is streamed.
    async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
      throw new Error('This dialect does not stream: bound the query by a limit.');
    },
  };
}
