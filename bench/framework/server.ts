/** A server in a process of its own, as `skep server start` starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Requester } from '../../src/api/requester.ts';
import { httpTransport, type Transport } from '../../src/api/transport.ts';

/** Milliseconds between two looks for the address of a server that is starting. */
const PAUSE = 5;

/** A server on a data directory, in a process of its own. Settings may come as variables of the environment. */
export class BenchServer implements AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly #process: ChildProcess;

  static async start(dataDirectory: string, environment: NodeJS.ProcessEnv = {}): Promise<BenchServer> {
    const words = [resolve('bin/skep.js'), 'server', 'start', '--port', '0'];
    const started = spawn(process.execPath, words, {
      env: { ...process.env, ...environment, SKEP__SERVER__DATA_DIR: dataDirectory },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const record = join(dataDirectory, 'server.json');
    while (!existsSync(record)) {
      if (started.exitCode !== null) throw new Error(`The server ended with ${started.exitCode}.`);
      await new Promise((resume) => setTimeout(resume, PAUSE));
    }
    return new BenchServer(started, JSON.parse(readFileSync(record, 'utf8')));
  }

  private constructor(started: ChildProcess, { url, token_file }: { url: string; token_file: string }) {
    this.#process = started;
    this.url = url;
    this.token = readFileSync(token_file, 'utf8').trim();
  }

  /** A requester of this server; `around` may lay another transport over its own. */
  requester(around: (transport: Transport) => Transport = (transport) => transport): Requester {
    return new Requester({ transport: around(httpTransport(this.url)), token: this.token });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((done) => this.#process.once('close', done));
    this.#process.kill('SIGTERM');
    await ended;
  }
}
