/** `skep doctor`: looks for what is wrong with this installation. */
import { Command } from 'commander';
import type { CommandContext } from './context.ts';
import type { DoctorOptions } from './doctor/examine.ts';
import { withJson } from './json-option.ts';

export function doctorCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  return withJson(
    new Command('doctor')
      .description('Check this installation: what is wrong with it, and what helps. Ends with status 1 if anything is.')
      .action(async (_options: DoctorOptions, command: Command) => {
        const { examine } = await import('./doctor/examine.ts');
        finish(await examine(command.optsWithGlobals(), context));
      }),
    'write the findings as JSON',
  );
}
