/** The way to the server for somebody who looks for hours: it is found again after the server was away. */
import type { Caller } from '../../api/requester.ts';
import { type Config, dataDirectory } from '../../core/config.ts';
import { isSkepError, SkepError } from '../../core/errors.ts';
import { createLog, silentLog } from '../../core/log.ts';
import { readLiveServerRecord } from '../../server/server-record.ts';
import { type CommandContext, type CommonOptions, configFor } from '../context.ts';
import { type Connection, connect } from '../server/connect.ts';

export class ServerWay {
  readonly #config: Config;
  readonly #context: CommandContext;
  readonly #log: typeof silentLog;
  #connection: Connection | undefined;
  /** A server of another process was there: whoever has it starts it again, and we must not take its place. */
  #hasServer = false;

  constructor(options: CommonOptions, context: CommandContext) {
    this.#context = context;
    this.#config = configFor(context, options);
    this.#log = options.verbose ? createLog('server', this.#config.log.level) : silentLog;
  }

  /** A server of another process answered the last question. */
  get hasServer(): boolean {
    return this.#connection !== undefined;
  }

  /** Seconds for which a server that is away is waited for where nobody can end the waiting. */
  get patience(): number {
    return this.#config.http.retries_timeout;
  }

  /**
   * Asks the server something, once: what to do about a failure is the caller's. `signal` gives it up.
   * @throws SkepError of the call, of {@link connect}, or request_failed while no server is there.
   */
  async ask<Answer>(signal: AbortSignal, question: (caller: Caller) => Promise<Answer>): Promise<Answer> {
    this.#connection ??= await this.#connect();
    const { requester, serving } = this.#connection;
    try {
      const caller: Caller = {
        call: (route, input, options) => requester.call(route, input, { attempts: 1, signal, ...options }),
      };
      return await question(caller);
    } catch (error) {
      if (isAway(error) && !signal.aborted) await this.close(); // It may come back at another address.
      throw error;
    } finally {
      // Others that need a server wait for the moment in which we are one.
      if (serving) await this.close();
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }

  async #connect(): Promise<Connection> {
    const { clock, processes, transportTo } = this.#context;
    const directory = dataDirectory(this.#config);
    if (this.#hasServer && readLiveServerRecord(directory, processes) === undefined) {
      throw new SkepError('request_failed', `No server runs on the data directory ${directory}.`);
    }
    const parts = { config: this.#config, clock, processes, log: this.#log, transportTo };
    const connection = await connect({ ...parts, momentary: true });
    this.#hasServer = !connection.serving && this.#config.http.service_url === '';
    return connection;
  }
}

/** Whether the server may answer when it is asked again. */
export function isAway(error: unknown): boolean {
  return isSkepError(error, 'request_failed', 'answer_malformed', 'database_unavailable');
}
