import { type DestinationStream, destination } from 'pino';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { createLog, type Logger } from '../../core/log.ts';
import { outputPath, writingTo } from './data-directory.ts';

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
  return writingTo(dataDirectory, () => {
    const path = outputPath(dataDirectory, { command, extension: 'log', now: clock.now() });
    const file = destination({ dest: path, sync: true, mode: 0o600 });
    // A full disk must not end the run: what it did is in the database, or will be once there is room.
    let isLost = false;
    file.on('error', (error: unknown) => {
      if (!isLost) process.stderr.write(`skep: The log ${path} has gaps from here on: ${messageOf(error)}.\n`);
      isLost = true;
    });
    return { path, log: createLog(command, level, verbose ? both(file, process.stderr) : file) };
  });
}

/** Not the library's own way, which has levels for each stream and writes nothing when it is not told that of a line. */
function both(...targets: readonly DestinationStream[]): DestinationStream {
  return {
    write(line) {
      for (const target of targets) target.write(line);
    },
  };
}
