import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Started, until } from '../../e2e/skep.ts';
import { type Fault, fault } from '../check/fault.ts';
import type { Stage } from './stage.ts';

/** Keeps a long-lived server up as an operator does: one that dies is started again, on the same data and port. */
export class ServerKeeper {
  readonly #stage: Stage;
  #server: Started | undefined;
  #port = 0;
  #isStopping = false;
  #isAbandoned = false;
  #watch: Promise<void> = Promise.resolve();
  #failure: Fault | undefined;

  private constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Resolves when it serves, however often it had to be started. */
  static async start(stage: Stage): Promise<ServerKeeper> {
    const keeper = new ServerKeeper(stage);
    keeper.#watch = keeper.#keepUp();
    await until(() => keeper.#isUp() || keeper.#failure !== undefined, 'the server was up');
    if (stage.serving === 'configured') stage.configure(`http://127.0.0.1:${keeper.#port}`);
    return keeper;
  }

  get pid(): number | undefined {
    return this.#server?.pid;
  }

  /** Starts no other one when this one is killed. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  /** Ends it in order, and tells what went wrong with those that nobody killed. */
  async stop(): Promise<Fault[]> {
    await this.#end();
    await this.#watch;
    return this.#failure === undefined ? [] : [this.#failure];
  }

  /** One that is killed just then could not put its things in order: another follows it, and is ended in its place. */
  async #end(killed?: Started): Promise<void> {
    await until(
      () => this.#failure !== undefined || (this.#server !== killed && this.#isUp()),
      'the server was up again',
    );
    const server = this.#server;
    this.#isStopping = true;
    server?.signal('SIGTERM');
    if ((await server?.ended)?.code === null && !this.#isAbandoned) await this.#end(server);
  }

  async #keepUp(): Promise<void> {
    while (!this.#isAbandoned) {
      const server = this.#stage.bench.start('server', 'start', '--port', String(this.#port));
      this.#server = server;
      const noted = this.#notePort(server);
      const { code, errors } = await server.ended;
      await noted;
      this.#server = undefined;
      if (code === null) continue;
      // A client that found no server serves until its run is over: it is waited for, as any service manager would.
      if (code !== 0 && this.#stage.serving === 'found' && errors.includes(' is in use by ')) continue;
      if (code !== 0 || !this.#isStopping) {
        this.#failure = fault('other', `The server ended with ${code}: ${errors.slice(-1000)}`);
      }
      return;
    }
  }

  async #notePort(server: Started): Promise<void> {
    let hasEnded = false;
    server.ended.then(() => {
      hasEnded = true;
    });
    await until(() => hasEnded || this.#record()?.pid === server.pid, 'the server had said where it is');
    const record = this.#record();
    if (record?.pid === server.pid) this.#port = Number(new URL(record.url).port);
  }

  #isUp(): boolean {
    return this.#port !== 0 && this.#record()?.pid === this.#server?.pid;
  }

  #record(): { readonly pid: number; readonly url: string } | undefined {
    const path = join(this.#stage.bench.dataDirectory, 'server.json');
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  }
}
