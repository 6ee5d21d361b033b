/** `skep task`: its commands and their options. */
import { Command } from 'commander';
import type { CommandContext } from './context.ts';
import { idList } from './parse-options.ts';
import type { TaskStatusOptions } from './views/task-status.ts';

export function taskCommand(context: CommandContext): Command {
  const status = new Command('status')
    .description('Show the attempts of tasks, their output files and their errors.')
    .requiredOption('-t, --task-id <ids...>', 'the tasks', idList)
    .option('--json', 'write rows as JSON')
    .action(async (_options: TaskStatusOptions, command: Command) => {
      const { showTaskStatus } = await import('./views/task-status.ts');
      await showTaskStatus(command.optsWithGlobals(), context);
    });
  return new Command('task').description('Look at tasks.').addCommand(status);
}
