/** `skep task reset`, `done` and `retry`: many tasks at once, by conditions. */
import { Command } from 'commander';
import { TASK_LABELS } from '../core/task-label.ts';
import type { Action, ChangeOptions } from './changes/change-tasks.ts';
import type { CommandContext } from './context.ts';
import { withJson } from './json-option.ts';
import { choiceList, idList, integerFrom, positiveInteger } from './parse-options.ts';

export function resetCommand(context: CommandContext): Command {
  return changeCommand('reset', 'reset', context)
    .description('Make all tasks that fit as if they had never run.')
    .option('-r, --recursive', 'also everything that depends on them');
}

export function doneCommand(context: CommandContext): Command {
  return changeCommand('done', 'mark_done', context).description(
    'Mark all tasks that fit as done: they need not run, and what depends on them may.',
  );
}

export function retryCommand(context: CommandContext): Command {
  return changeCommand('retry', 'retry', context)
    .description('Give failed tasks all their attempts again, with other resources if some are named.')
    .option('--memory <amount>', 'what they ask for from now on: 8G, 500M, or a number of GiB')
    .option('--cores <n>', 'likewise', integerFrom(1, 1_000_000))
    .option('--runtime <time>', 'likewise: 2h, 90m, 01:30:00, or a number of seconds')
    .option('--queue <name>', 'likewise: a queue of their cluster');
}

function changeCommand(name: string, action: Action, context: CommandContext): Command {
  const isRetry = action === 'retry';
  return withJson(
    new Command(name)
      .requiredOption('-w, --workflow-id <id>', 'the workflow, of which a run has to be yours', positiveInteger)
      .option(
        '-s, --status <labels...>',
        `tasks that are ${TASK_LABELS.join(', ')}${isRetry ? ' (default: FATAL)' : ''}`,
        choiceList(TASK_LABELS),
      )
      .option('--template <names...>', 'tasks of these templates')
      .option('--search <text>', 'tasks with this text in their name, or this id')
      .option('--error-group <id>', 'tasks with this kind of error: skep workflow errors --json')
      .option('-t, --task-id <ids...>', 'these tasks', idList)
      .option('--all', 'all tasks')
      .option('-n, --dry-run', 'only show which tasks that would be')
      .option('-y, --yes', 'do not ask')
      .action(async (_options: ChangeOptions, command: Command) => {
        const { changeTasksOf } = await import('./changes/change-tasks.ts');
        const options: ChangeOptions = command.optsWithGlobals();
        const isFailedOnly = isRetry && options.status === undefined && options.all === undefined;
        await changeTasksOf(action, { ...options, ...(isFailedOnly && { status: ['FATAL'] }) }, context);
      }),
    'write which tasks that were as JSON; with --yes or --dry-run',
  );
}
