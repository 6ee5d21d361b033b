/** A server in a process of its own, as a benchmark talks to it. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { skep } from './commands.ts';

export interface ServerProcess {
  /** Its address without a path. */
  readonly url: string;
  readonly token: string;
  /** Ends it and waits for that. */
  stop(): Promise<void>;
}

/** Milliseconds between two looks for the record of a server that starts. */
const PAUSE = 5;

/** Starts `skep server start` on a data directory and waits until it listens. */
export async function startServerProcess(dataDirectory: string): Promise<ServerProcess> {
  const { program, arguments: words, environment } = skep(['server', 'start', '--port', '0'], dataDirectory);
  const server = spawn(program, words, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const record = join(dataDirectory, 'server.json');
  while (!existsSync(record)) {
    if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}.`);
    await new Promise((resume) => setTimeout(resume, PAUSE));
  }
  const { url, token_file } = JSON.parse(readFileSync(record, 'utf8'));
  return {
    url,
    token: readFileSync(token_file, 'utf8').trim(),
    async stop() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}
