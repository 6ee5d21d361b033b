import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { destination, multistream } from 'pino';
import type { Clock } from '../../core/clock.ts';
import { messageOf, SkepError } from '../../core/errors.ts';
import { createLog, type Logger } from '../../core/log.ts';

export interface LogFile {
  readonly path: string;
  readonly log: Logger;
}

/**
 * The log of one command, in a file of its own below the data directory; with `verbose` on stderr too. Writing is
 * synchronous, so that the last line before a crash is there.
 * @throws SkepError database_unavailable when the data directory cannot be written.
 */
export function openLogFile(
  dataDirectory: string,
  command: string,
  { level, verbose, clock }: { level: string; verbose: boolean; clock: Clock },
): LogFile {
  const directory = join(dataDirectory, 'logs');
  const time = new Date(clock.now()).toISOString().replaceAll(':', '').slice(0, 17);
  const path = join(directory, `${time}-${command}-${process.pid}.log`);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = destination({ dest: path, sync: true, mode: 0o600 });
    // A full disk must not end the run: what it did is in the database, or will be once there is room.
    let isLost = false;
    file.on('error', (error: unknown) => {
      if (!isLost) process.stderr.write(`skep: The log ${path} has gaps from here on: ${messageOf(error)}.\n`);
      isLost = true;
    });
    const target = verbose ? multistream([{ stream: file }, { stream: process.stderr }]) : file;
    return { path, log: createLog(command, level, target) };
  } catch (cause) {
    const sentence = `Cannot write to the data directory ${dataDirectory}: ${messageOf(cause)}.`;
    throw new SkepError('database_unavailable', sentence, { cause });
  }
}
