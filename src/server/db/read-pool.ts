import type { Clock } from '../../core/clock.ts';
import type { ReadConnection } from './connection.ts';
import { unavailable } from './errors.ts';
import type { ReadUnit } from './unit.ts';

export interface ReadPoolOptions {
  /** Names the database in messages. */
  readonly name: string;
  readonly clock: Clock;
  /** Most connections; they are opened when they are first needed. */
  readonly size: number;
  readonly open: () => ReadConnection;
}

/** How busy a pool is now. */
export interface PoolLoad {
  /** Most connections. */
  readonly size: number;
  readonly opened: number;
  readonly used: number;
  /** Reads that wait for a connection. */
  readonly waiting: number;
}

/** Reads, each on a connection of its own and in one transaction, so that its statements agree with each other. */
export class ReadPool {
  readonly #options: ReadPoolOptions;
  readonly #idle: ReadConnection[] = [];
  readonly #waiting: ((connection: ReadConnection) => void)[] = [];
  #opened = 0;
  #closed = false;
  #finish: (() => void) | undefined;

  constructor(options: ReadPoolOptions) {
    this.#options = options;
  }

  get load(): PoolLoad {
    const opened = this.#opened;
    return { size: this.#options.size, opened, used: opened - this.#idle.length, waiting: this.#waiting.length };
  }

  async run<Result>(work: (unit: ReadUnit) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw unavailable(this.#options.name, 'it was closed');
    const connection = await this.#acquire();
    try {
      await connection.begin();
      try {
        return await work({ db: connection.db, now: this.#options.clock.now() });
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

  async #acquire(): Promise<ReadConnection> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const { size, open } = this.#options;
    if (this.#opened === size) return new Promise((resolve) => this.#waiting.push(resolve));
    const opened = open();
    this.#opened += 1;
    return opened;
  }

  #release(connection: ReadConnection): void {
    if (connection.isBroken) {
      this.#replace(connection);
      return;
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(connection);
    else next(connection);
    if (this.#idle.length === this.#opened) this.#finish?.();
  }

  #replace(broken: ReadConnection): void {
    this.#opened -= 1;
    void broken.close();
    const next = this.#waiting.shift();
    if (next !== undefined) this.#acquire().then(next);
    if (this.#idle.length === this.#opened) this.#finish?.();
  }
}
