/** A server in a process of its own, from the compiled sources. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { skep } from './commands.ts';

interface ServerProcess {
  /** Address without a path. */
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Milliseconds between two looks for the record that a server writes when it listens. */
const PAUSE = 10;

export async function startServerProcess(
  dataDirectory: string,
  environment: Record<string, string> = {},
): Promise<ServerProcess> {
  const command = skep(['server', 'start', '--port', '0'], dataDirectory, environment);
  const server = spawn(command.program, command.arguments, {
    env: { ...process.env, ...command.environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const record = join(dataDirectory, 'server.json');
  while (!existsSync(record)) {
    if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}.`);
    await sleep(PAUSE);
  }
  const { url, token_file: tokenFile } = JSON.parse(readFileSync(record, 'utf8')) as Record<string, string>;
  return {
    url: url as string,
    token: readFileSync(tokenFile as string, 'utf8').trim(),
    pid: server.pid as number,
    close: async () => {
      const ended = once(server, 'close');
      server.kill('SIGTERM');
      await ended;
    },
  };
}
