/** `skep distributor`: its command and its options. */
import { Command } from 'commander';
import type { CommandContext } from './context.ts';
import type { StartOptions } from './distributor/start.ts';
import { positiveInteger } from './parse-options.ts';

export function distributorCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const start = new Command('start')
    .description(
      'Submit the tasks of a workflow run to its cluster and look after them until the run is over. Ctrl-C or SIGTERM leaves them to the next distributor of the run.',
    )
    .requiredOption('-r, --workflow-run <id>', 'the run', positiveInteger)
    .option('-c, --cluster <name>', 'its cluster, where its tasks ask for several')
    .option('--detach', 'leave the distributor behind as a process of its own')
    .action(async (_options: StartOptions, command: Command) => {
      const { startDistributor } = await import('./distributor/start.ts');
      finish(await startDistributor(command.optsWithGlobals(), context));
    });
  return new Command('distributor')
    .description('The distributor of a run that was started with --external-distributor.')
    .addCommand(start);
}
