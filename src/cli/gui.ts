/** `skep gui`: its options. */
import { Command } from 'commander';
import type { CommandContext } from './context.ts';
import { positiveInteger } from './parse-options.ts';
import type { GuiOptions } from './server/gui.ts';

export function guiCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  return new Command('gui')
    .description('Open the web page, with its token; serves until Ctrl-C where no server runs yet.')
    .option('-w, --workflow-id <id>', 'open the page of this workflow', positiveInteger)
    .option('--no-browser', 'only write the address')
    .action(async (_options: GuiOptions, command: Command) => {
      const { openGui } = await import('./server/gui.ts');
      finish(await openGui(command.optsWithGlobals(), context));
    });
}
