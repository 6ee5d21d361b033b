/** One session at a PostgreSQL server: the only place that speaks with its library. */
import { Client, type CustomTypesConfig, types } from 'pg';
import type { Clock } from '../../../core/clock.ts';
import { storable } from '../text.ts';
import type { Timeouts } from './timeouts.ts';

export interface SessionOptions {
  /** `postgres://user:password@host:port/name`. */
  readonly url: string;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  /** Longest time of a statement in milliseconds. */
  readonly longest: number;
}

export interface Answer {
  readonly rows: unknown[];
  /** Null where no rows could change. */
  readonly rowCount: number | null;
}

/** Statements that are kept prepared; the server's own number a few hundred, and generated text must not pile up. */
const MOST_PREPARED = 1000;

const SETTINGS = {
  // Seconds: the server gives up a peer that answers nothing (10 s, then three questions 5 s apart).
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
  // Every statement has an index to go by. While a workflow is bound, the planner's statistics lag far behind: with plans of its
  // own for each set of ids it reads whole tables, and with bitmaps a page of tasks reads all of them.
  plan_cache_mode: 'force_generic_plan',
  enable_bitmapscan: 'off',
  // Compiling a statement takes longer than nearly all of ours do.
  jit: 'off',
};

export class Session {
  readonly #options: SessionOptions;
  readonly #client: Client;
  readonly #names = new Map<string, string>();
  #connected: Promise<unknown> | undefined;
  #isBroken = false;
  onEnd: () => void = () => {};
  onNotice: (payload: string, process: number) => void = () => {};

  constructor(options: SessionOptions) {
    const { url, timeouts, longest } = options;
    this.#options = options;
    this.#client = new Client({
      connectionString: url,
      application_name: 'skep',
      types: { getTypeParser } as CustomTypesConfig,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: timeouts.connect,
      statement_timeout: longest,
      lock_timeout: timeouts.lock,
      idle_in_transaction_session_timeout: timeouts.idleInTransaction,
      options: Object.entries(SETTINGS)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
    });
    const end = () => {
      if (this.#isBroken) return;
      this.#isBroken = true;
      this.onEnd();
    };
    // The statement under way is told too; without a listener, the process would end.
    this.#client.on('error', end);
    this.#client.on('end', end);
    this.#client.on('notification', ({ payload = '', processId }) => this.onNotice(payload, processId));
  }

  /** It will answer no more. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  get inTransaction(): boolean {
    const status = this.#client.getTransactionStatus();
    return !this.#isBroken && (status === 'T' || status === 'E');
  }

  /** The number of the server's process, by which its notices are known. */
  get process(): number | undefined {
    return (this.#client as { processID?: number }).processID;
  }

  /** Runs one statement, which stays prepared. Connects first, if nobody has. Errors are those of the library. */
  async query(text: string, parameters: readonly unknown[]): Promise<Answer> {
    const values = parameters.map((value) => (typeof value === 'string' ? storable(value) : value));
    const name = this.#nameOf(text);
    return this.#ask(() => this.#client.query({ ...(name !== undefined && { name }), text, values }));
  }

  /** Runs statements without parameters, and gives the answer of each. */
  async queryAll(text: string): Promise<Answer[]> {
    const answers: unknown = await this.#ask(() => this.#client.query(text));
    return (Array.isArray(answers) ? answers : [answers]) as Answer[];
  }

  async close(): Promise<void> {
    this.onEnd = () => {};
    if (this.#isBroken) this.#cut();
    else if (this.#connected !== undefined) await this.#client.end();
    this.#isBroken = true;
  }

  async #ask<Result>(question: () => Promise<Result>): Promise<Result> {
    this.#connected ??= this.#client.connect();
    try {
      await this.#connected;
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
    // A connection of which one end has vanished says nothing for hours.
    const { clock, longest, timeouts } = this.#options;
    const stop = clock.after(longest + timeouts.silence, () => this.#cut());
    try {
      return await question();
    } finally {
      stop();
    }
  }

  #cut(): void {
    this.#isBroken = true;
    (this.#client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size === MOST_PREPARED) return known;
    const name = `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

/** bigint and numeric as numbers: ids and counts stay far below 2^53. All else as the library does it. */
function getTypeParser(type: number, format?: 'text' | 'binary') {
  const { INT8, NUMERIC } = types.builtins;
  return type === INT8 || type === NUMERIC ? Number : types.getTypeParser(type, format as 'text');
}
