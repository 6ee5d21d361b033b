/** The command line: parses the words, runs the command that they name, tells its errors. */
import { type Command, CommanderError } from 'commander';
import { systemClock } from '../core/clock.ts';
import { systemProcesses } from '../core/process.ts';
import type { CommandContext } from './context.ts';
import { withNewNames } from './old-names.ts';
import { reportError } from './output/report-error.ts';
import { harmless } from './output/terminal.ts';
import { createProgram } from './program.ts';

/** Exit code for what was typed wrongly, as shells and most programs have it. */
const USAGE_ERROR = 2;

/** Runs one command and answers its exit code. Never throws. */
export async function main(context: CommandContext): Promise<number> {
  let exitCode = 0;
  const finish = (code: number) => {
    exitCode = code;
  };
  const program = createProgram(context, finish);
  overrideExit(program, context);
  try {
    const { words, warning } = withNewNames(context.words);
    if (warning !== undefined) context.errors.write(`${warning}\n`);
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has written its own message (and `--help` is no error).
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    return reportError(
      error,
      context.errors,
      context.words.some((word) => word === '--verbose' || word === '-v'),
    );
  }
}

/** Commander would end the process and write to its own streams; sub-commands made elsewhere have to be told too. */
function overrideExit(command: Command, { output, errors }: Pick<CommandContext, 'output' | 'errors'>): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => output.write(text),
    writeErr: (text) => errors.write(text),
    outputError: (text, write) => write(harmless(text.replace(/^error: /, 'skep: '))),
  });
  command.showHelpAfterError('hint: skep --help shows what there is.');
  for (const child of command.commands) overrideExit(child, { output, errors });
}

/** Runs the command line of this process. */
export async function runFromTerminal(): Promise<void> {
  const { stdin, stdout, stderr } = process;
  // A reader that closes the pipe early (`skep … | head`) and a terminal that is gone are no reason to abandon a run.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  const exitCode = await main({
    input: stdin,
    output: stdout,
    errors: stderr,
    clock: systemClock,
    processes: systemProcesses,
    environment: process.env,
    words: process.argv.slice(2),
  });
  await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
  // The user's module may have left timers or connections open, which must not keep the command from ending.
  process.exit(exitCode);
}

if (import.meta.main) await runFromTerminal();
