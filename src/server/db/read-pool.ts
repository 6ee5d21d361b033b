import type { Clock } from '../../core/clock.ts';
import { type Connection, openConnection } from './connection.ts';
import { unavailable } from './errors.ts';
import type { openSqlite } from './sqlite-dialect.ts';
import type { ReadUnit } from './unit.ts';

/** Statements run on the event loop, so more connections gain no speed; a few keep one slow unit from holding all others. */
const LARGEST_POOL = 4;

/** Reads, each on a connection of its own and in one transaction, so that its statements agree with each other. */
export class ReadPool {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #open: typeof openSqlite | undefined;
  readonly #idle: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  #opened = 0;
  #closed = false;
  #finish: (() => void) | undefined;

  constructor(path: string, clock: Clock, open?: typeof openSqlite) {
    this.#path = path;
    this.#clock = clock;
    this.#open = open;
  }

  async run<Result>(work: (unit: ReadUnit) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw unavailable(this.#path, 'it was closed');
    const connection = await this.#acquire();
    try {
      await connection.execute('begin');
      try {
        return await work({ db: connection.db, now: this.#clock.now() });
      } finally {
        // Ends the snapshot; a statement that failed may have ended it already.
        if (connection.inTransaction) await connection.execute('rollback');
      }
    } catch (error) {
      throw connection.translate(error);
    } finally {
      this.#release(connection);
    }
  }

  /** Refuses new reads and closes the connections when the running ones are over. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#idle.length < this.#opened) await new Promise<void>((resolve) => (this.#finish = resolve));
    await Promise.all(this.#idle.map((connection) => connection.close()));
  }

  async #acquire(): Promise<Connection> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#opened === LARGEST_POOL) return new Promise((resolve) => this.#waiting.push(resolve));
    const opened = openConnection({ path: this.#path, readOnly: true }, this.#open);
    this.#opened += 1;
    return opened;
  }

  #release(connection: Connection): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(connection);
    else next(connection);
    if (this.#idle.length === this.#opened) this.#finish?.();
  }
}
