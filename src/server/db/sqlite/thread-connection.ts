/** A connection for reading that lives in a thread of its own, so that a long statement holds nobody up but its reader. */
import { Worker } from 'node:worker_threads';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
} from 'kysely';
import { ownFile } from '../../../core/own-files.ts';
import type { ReadConnection } from '../connection.ts';
import type { Schema } from '../schema.ts';
import { SqliteCompiler } from './dialect.ts';
import { databaseError } from './errors.ts';

export interface ThreadQuestion {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export type ThreadAnswer = { readonly inTransaction: boolean } & (
  | { readonly rows: readonly unknown[] }
  | { readonly error: { readonly message: string; readonly code: unknown; readonly errcode: unknown } }
);

/** Starts a thread that reads the database file at `path`. */
export function openThreadConnection(path: string): ReadConnection {
  const thread = new ReadThread(path);
  const db = new Kysely<Schema>({ dialect: threadDialect(thread) });
  const translate = (error: unknown) => databaseError(error, path);
  const execute = async (statement: string) => {
    try {
      await db.executeQuery(CompiledQuery.raw(statement));
    } catch (error) {
      throw translate(error);
    }
  };
  return {
    db,
    get inTransaction() {
      return thread.inTransaction;
    },
    begin: () => execute('begin'),
    execute,
    translate,
    get isBroken() {
      return thread.hasEnded;
    },
    async close() {
      await db.destroy();
      await thread.end(); // Kysely forgets a driver that was never used.
    },
  };
}

class ReadThread implements DatabaseConnection {
  readonly #worker: Worker;
  /** Those who wait for an answer; the thread answers in the order of the questions. */
  readonly #waiting: PromiseWithResolvers<ThreadAnswer>[] = [];
  #failure: Error | undefined;
  inTransaction = false;

  constructor(path: string) {
    this.#worker = new Worker(ownFile('server/db/sqlite/read-thread.ts'), { workerData: path });
    this.#worker.on('message', (answer: ThreadAnswer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (error) => this.#fail(error as Error));
    this.#worker.on('exit', () => this.#fail(new Error('the thread that reads has ended')));
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#failure) throw this.#failure;
    const asked = Promise.withResolvers<ThreadAnswer>();
    this.#waiting.push(asked);
    this.#worker.postMessage({ sql, parameters } satisfies ThreadQuestion);
    const answer = await asked.promise;
    this.inTransaction = answer.inTransaction;
    if ('rows' in answer) return { rows: answer.rows as Row[] };
    const { message, ...marks } = answer.error;
    throw Object.assign(new Error(message), marks);
  }

  // biome-ignore lint/correctness/useYield: answers are bounded by their queries, so nothing is streamed.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('This dialect does not stream: bound the query by a limit.');
  }

  get hasEnded(): boolean {
    return this.#failure !== undefined;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.inTransaction = false;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}

function threadDialect(thread: ReadThread): Dialect {
  const cannotWrite = async () => {
    throw new Error('A thread that reads has no transactions of its own.');
  };
  return {
    createDriver: () => ({
      init: async () => {},
      acquireConnection: async () => thread,
      beginTransaction: cannotWrite,
      commitTransaction: cannotWrite,
      rollbackTransaction: cannotWrite,
      releaseConnection: async () => {},
      destroy: async () => {},
    }),
    createQueryCompiler: () => new SqliteCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}
