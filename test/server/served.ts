/** A whole server for tests: a real database of its own, asked without a socket. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { parseJson } from '../../src/api/json.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { type ConfigOverrides, loadConfig } from '../../src/core/config.ts';
import { silentLog } from '../../src/core/log.ts';
import { systemProcesses } from '../../src/core/process.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createServer, type Server } from '../../src/server/app.ts';
import { Database } from '../../src/server/db/database.ts';
import { createPlace } from '../support/database.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly body: any;
}

/** A directory that is gone after the test, whatever became of it. */
export function temporaryDirectory(test: { after(action: () => void): void }): string {
  const directory = mkdtempSync(join(tmpdir(), 'skep-test-'));
  test.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface ServedOptions {
  readonly token?: string;
  readonly overrides?: ConfigOverrides;
  readonly clock?: Clock;
}

export class Served {
  readonly server: Server;
  readonly database: Database;
  readonly #token: string;

  static async open(
    test: { after(action: () => unknown): void },
    { token = 'secret', overrides = {}, clock = systemClock }: ServedOptions = {},
  ): Promise<Served> {
    const place = await createPlace();
    const seams = { clock, random: systemRandom };
    const database = await Database.open({ ...place.location, ...seams });
    const config = loadConfig({ environment: {}, overrides });
    const parts = { config, database, ...seams, log: silentLog, processes: systemProcesses };
    const server = await createServer({ ...parts, token });
    test.after(async () => {
      await server.close();
      await database.close();
      await place.remove();
    });
    return new Served(server, database, token);
  }

  private constructor(server: Server, database: Database, token: string) {
    this.server = server;
    this.database = database;
    this.#token = token;
  }

  /** Sends a request with the token; the body is parsed if it is JSON. */
  async send(method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown): Promise<Reply> {
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return this.inject({
      method,
      url: `/api/v3${url}`,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(payload === undefined ? {} : { payload }),
    });
  }

  /** Sends a request as it is. */
  async inject(options: InjectOptions): Promise<Reply> {
    const answer = await this.server.app.inject(options);
    const isJson = /json/.test(String(answer.headers['content-type']));
    const body = isJson ? parseJson(answer.payload) : answer.payload;
    return { status: answer.statusCode, headers: answer.headers, body };
  }

  /** Sends a request that must be answered with status 200, and gives the body. */
  async ask(method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown): Promise<Reply['body']> {
    const reply = await this.send(method, url, body);
    if (reply.status !== 200) throw new Error(`${method} ${url}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  }
}
