/** What commands write into the data directory. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, SkepError } from '../../core/errors.ts';

/** Gives what `write` gives. @throws SkepError database_unavailable when the data directory cannot be written. */
export function writingTo<Result>(dataDirectory: string, write: () => Result): Result {
  try {
    return write();
  } catch (cause) {
    const sentence = `Cannot write to the data directory ${dataDirectory}: ${messageOf(cause)}.`;
    throw new SkepError('database_unavailable', sentence, { cause });
  }
}

/** Path of a file of its own for what a command tells, below the data directory; its folder is made. */
export function outputPath(dataDirectory: string, { command, extension, now }: OutputName): string {
  const directory = join(dataDirectory, 'logs');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const time = new Date(now).toISOString().replaceAll(':', '').slice(0, 17);
  return join(directory, `${time}-${command}-${process.pid}.${extension}`);
}

interface OutputName {
  readonly command: string;
  readonly extension: 'log' | 'txt';
  /** Milliseconds since 1970. */
  readonly now: number;
}
