import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirectory } from '../../core/config.ts';
import { PACKAGE_DIRECTORY } from '../../core/own-files.ts';
import { type CommandContext, type CommonOptions, configFor } from '../context.ts';
import { outputPath, writingTo } from '../output/data-directory.ts';

/** Milliseconds in which a run that cannot begin (no server, a workflow that is refused) has said so. */
const FIRST_MOMENT = 1500;

/**
 * Starts the same command again without `--detach`, as a process in a session of its own: it goes on when the terminal is
 * closed. What it writes is kept in a file.
 * @returns the exit code: that of the run where it ends at once
 */
export async function detachCommand(what: string, options: CommonOptions, context: CommandContext): Promise<number> {
  const { clock, processes, output, errors, environment } = context;
  const { path, descriptor } = openOutput(dataDirectory(configFor(context, options)), clock.now());
  const child = await processes.launch({
    program: process.execPath,
    arguments: [join(PACKAGE_DIRECTORY, 'bin', 'skep.js'), ...context.words.filter((word) => word !== '--detach')],
    environment,
    ownGroup: true,
    stdout: descriptor,
    stderr: descriptor,
  });
  closeSync(descriptor);
  const timer = new AbortController();
  const end = await Promise.race([child.exited, clock.sleep(FIRST_MOMENT, timer.signal)]);
  timer.abort();
  if (end !== undefined && end.code !== 0) {
    errors.write(readFileSync(path, 'utf8'));
    return end.code ?? 1;
  }
  output.write(`The ${what} goes on by itself as process ${child.pid}. What it writes:  ${path}\n`);
  return 0;
}

/** @throws SkepError database_unavailable when the data directory cannot be written. */
function openOutput(directory: string, now: number): { path: string; descriptor: number } {
  return writingTo(directory, () => {
    const path = outputPath(directory, { command: 'detached', extension: 'txt', now });
    return { path, descriptor: openSync(path, 'wx', 0o600) };
  });
}
