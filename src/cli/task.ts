/** `skep task`: its commands and their options. */
import { Command, Option } from 'commander';
import type { UpdateOptions } from './changes/update-tasks.ts';
import type { CommandContext } from './context.ts';
import { withJson } from './json-option.ts';
import { choice, choiceList, idList, positiveInteger } from './parse-options.ts';
import { doneCommand, resetCommand, retryCommand } from './task-changes.ts';
import type { TaskDependenciesOptions } from './views/task-dependencies.ts';
import type { TaskExplainOptions } from './views/task-explain.ts';
import type { TaskLogsOptions } from './views/task-logs.ts';
import type { TaskShowOptions } from './views/task-show.ts';
import type { TaskStatusOptions } from './views/task-status.ts';

/** What the status of an attempt is called; none is SCHEDULED. */
const ATTEMPT_LABELS = ['PENDING', 'RUNNING', 'DONE', 'FATAL'];

/** What may be typed for a new status → its letter. */
const NEW_STATUSES = { DONE: 'D', REGISTERED: 'G', D: 'D', G: 'G' } as const;

export function taskCommand(context: CommandContext): Command {
  return new Command('task')
    .description('Look at tasks, and change their statuses.')
    .addCommand(statusCommand(context))
    .addCommand(showCommand(context))
    .addCommand(explainCommand(context))
    .addCommand(logsCommand(context))
    .addCommand(updateCommand(context))
    .addCommand(resetCommand(context))
    .addCommand(retryCommand(context))
    .addCommand(doneCommand(context))
    .addCommand(dependenciesCommand(context));
}

function statusCommand(context: CommandContext): Command {
  return withJson(
    new Command('status')
      .description('Show the attempts of tasks, their output files and their errors.')
      .requiredOption('-t, --task-id <ids...>', 'the tasks', idList)
      .option(
        '-s, --status <labels...>',
        `only attempts that are ${ATTEMPT_LABELS.join(', ')}`,
        choiceList(ATTEMPT_LABELS),
      )
      .option('-l, --limit <n>', 'most attempts of each task, the last ones (default: all)', positiveInteger)
      .action(async (_options: TaskStatusOptions, command: Command) => {
        const { showTaskStatus } = await import('./views/task-status.ts');
        await showTaskStatus(command.optsWithGlobals(), context);
      }),
  );
}

function showCommand(context: CommandContext): Command {
  return withJson(
    new Command('show')
      .description(
        'Show everything about a task: why it stands as it does, its command, neighbours, attempts and output.',
      )
      .requiredOption('-t, --task-id <id>', 'the task', positiveInteger)
      .action(async (_options: TaskShowOptions, command: Command) => {
        const { showTask } = await import('./views/task-show.ts');
        await showTask(command.optsWithGlobals(), context);
      }),
    'write all that is known of the task as JSON',
  );
}

function explainCommand(context: CommandContext): Command {
  return withJson(
    new Command('explain')
      .description('Say why a task does not run, or why it failed, and show its attempts.')
      .requiredOption('-t, --task-id <id>', 'the task', positiveInteger)
      .action(async (_options: TaskExplainOptions, command: Command) => {
        const { explainTask } = await import('./views/task-explain.ts');
        await explainTask(command.optsWithGlobals(), context);
      }),
    'write all that is known of the task as JSON',
  );
}

function logsCommand(context: CommandContext): Command {
  return withJson(
    new Command('logs')
      .description('Show what a task has written, also while it runs.')
      .requiredOption('-t, --task-id <id>', 'the task', positiveInteger)
      .addOption(new Option('-s, --stream <name>', 'which output').choices(['stdout', 'stderr']).default('stdout'))
      .option('-a, --attempt <id>', 'of this attempt (default: the newest)', positiveInteger)
      .option('-f, --follow', 'go on until the attempt ends')
      .action(async (_options: TaskLogsOptions, command: Command) => {
        const { showTaskLogs } = await import('./views/task-logs.ts');
        await showTaskLogs(command.optsWithGlobals(), context);
      }),
    'write the last part as JSON',
  );
}

function updateCommand(context: CommandContext): Command {
  return withJson(
    new Command('update')
      .description(
        'Set tasks to DONE, or to REGISTERED: they and all that depends on them run again at the next resume.',
      )
      .requiredOption('-t, --task-id <ids...>', 'the tasks', idList)
      .requiredOption('-w, --workflow-id <id>', 'their workflow, of which a run has to be yours', positiveInteger)
      .requiredOption('-s, --status <status>', 'DONE (or D), REGISTERED (or G)', choice(NEW_STATUSES))
      .option('-r, --recursive', 'with --force: for DONE also all that they depend on')
      .option('-f, --force', 'confirms --recursive')
      .action(async (_options: UpdateOptions, command: Command) => {
        const { updateTasks } = await import('./changes/update-tasks.ts');
        await updateTasks(command.optsWithGlobals(), context);
      }),
    'write what was done as JSON',
  );
}

function dependenciesCommand(context: CommandContext): Command {
  return withJson(
    new Command('dependencies')
      .description('Show the tasks that a task waits for, and those that wait for it.')
      .requiredOption('-t, --task-id <id>', 'the task', positiveInteger)
      .action(async (_options: TaskDependenciesOptions, command: Command) => {
        const { showTaskDependencies } = await import('./views/task-dependencies.ts');
        await showTaskDependencies(command.optsWithGlobals(), context);
      }),
    'write both lists as JSON',
  );
}
