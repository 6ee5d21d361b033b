/** Whole commands as a benchmark runs them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

export interface TimedCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Wall seconds from start to exit. Throws with the output of the command when it fails. */
export function secondsOf(command: TimedCommand): number {
  const started = process.hrtime.bigint();
  const run = spawnSync(command.program, [...command.arguments], {
    cwd: command.directory,
    env: { ...process.env, ...command.environment },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (run.error) throw run.error;
  if (run.status !== 0) {
    throw new Error(
      `${command.program} ${command.arguments.join(' ')} ended with ${run.status}:\n${run.stdout}\n${run.stderr}`,
    );
  }
  return seconds;
}

/** `skep` with some arguments, from the compiled sources, with a data directory of its own. */
export function skep(
  words: readonly string[],
  dataDirectory: string,
  environment: Record<string, string> = {},
): TimedCommand {
  return {
    program: process.execPath,
    arguments: [resolve('bin/skep.js'), ...words],
    environment: { ...environment, SKEP__SERVER__DATA_DIR: dataDirectory },
  };
}

/** Whether a program is on the PATH: a yardstick that is not installed is left out. */
export function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

export function measured<Result>(repeats: number, measure: () => Result): Result[] {
  return Array.from({ length: repeats }, measure);
}
