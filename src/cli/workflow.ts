/** `skep workflow`: its commands and their options. */
import { Command, Option } from 'commander';
import { WORKFLOW_STATUSES } from '../core/status.ts';
import { TASK_LABELS } from '../core/task-label.ts';
import type { ConcurrencyOptions } from './changes/limit-concurrency.ts';
import type { PauseOptions } from './changes/pause-workflow.ts';
import type { ResetOptions } from './changes/reset-workflow.ts';
import type { StopOptions } from './changes/stop-workflow.ts';
import type { CommandContext } from './context.ts';
import { withJson } from './json-option.ts';
import { atLeast, choiceList, idList, integerFrom, positiveInteger } from './parse-options.ts';
import type { ResumeByIdOptions } from './run/resume-by-id.ts';
import type { WorkflowChangesOptions } from './views/workflow-changes.ts';
import type { WorkflowErrorsOptions } from './views/workflow-errors.ts';
import type { WorkflowListOptions } from './views/workflow-list.ts';
import type { WorkflowLogsOptions } from './views/workflow-logs.ts';
import type { WorkflowStatusOptions } from './views/workflow-status.ts';
import type { WorkflowTasksOptions } from './views/workflow-tasks.ts';
import type { WatchOptions } from './watch/watch-workflow.ts';
import { exportCommand } from './workflow-export.ts';
import { reportCommand } from './workflow-report.ts';
import { resourcesCommand } from './workflow-resources.ts';

/** Most tasks or workflows that may be active at once: what the servers store. */
const LARGEST_LIMIT = 2_147_483_647;

export function workflowCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  return new Command('workflow')
    .description('Look at workflows, and change how they go on.')
    .addCommand(listCommand(context))
    .addCommand(statusCommand(context))
    .addCommand(watchCommand(context, finish))
    .addCommand(tasksCommand(context))
    .addCommand(errorsCommand(context))
    .addCommand(changesCommand(context))
    .addCommand(logsCommand(context))
    .addCommand(reportCommand(context))
    .addCommand(exportCommand(context))
    .addCommand(stopCommand(context))
    .addCommand(pauseCommand(context))
    .addCommand(continueCommand(context))
    .addCommand(resumeCommand(context, finish))
    .addCommand(resetCommand(context))
    .addCommand(concurrencyCommand(context))
    .addCommand(resourcesCommand(context));
}

function listCommand(context: CommandContext): Command {
  return withJson(
    new Command('list')
      .description('Show the newest workflows, each on a line.')
      .option('-u, --user <names...>', 'workflows of these users (default: yours)')
      .addOption(new Option('-a, --all-users', 'those of everybody').conflicts('user'))
      .option('--tool <names...>', 'of these tools')
      .option('-s, --status <labels...>', `only ${WORKFLOW_LABELS.join(', ')}`, choiceList(WORKFLOW_LABELS))
      .option('--search <text>', 'with this text in their name or arguments, or this id')
      .option('--before <id>', 'older than this one', positiveInteger)
      .option('-l, --limit <n>', 'most workflows', integerFrom(1, 200), 20)
      .action(async (_options: WorkflowListOptions, command: Command) => {
        const { listWorkflows } = await import('./views/workflow-list.ts');
        const options: WorkflowListOptions = command.optsWithGlobals();
        await listWorkflows({ ...options, ...(options.status && { status: options.status.map(letterOf) }) }, context);
      }),
  );
}

/** Labels of workflows, and the letters that they stand for. */
const WORKFLOW_LABELS: string[] = Object.values(WORKFLOW_STATUSES).map(({ label }) => label);
const letterOf = (label: string): string => Object.keys(WORKFLOW_STATUSES)[WORKFLOW_LABELS.indexOf(label)] ?? label;

function errorsCommand(context: CommandContext): Command {
  return withJson(
    new Command('errors')
      .description('Show what went wrong in a workflow, errors that differ in numbers only together.')
      .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .option('-l, --limit <n>', 'most kinds of errors', integerFrom(1, 200), 10)
      .action(async (_options: WorkflowErrorsOptions, command: Command) => {
        const { showWorkflowErrors } = await import('./views/workflow-errors.ts');
        await showWorkflowErrors(command.optsWithGlobals(), context);
      }),
    'write the kinds of errors as JSON',
  );
}

function changesCommand(context: CommandContext): Command {
  return withJson(
    new Command('changes')
      .description('Show who reset, retried or marked as done many tasks of a workflow at once.')
      .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .option('-l, --limit <n>', 'most changes', integerFrom(1, 200), 20)
      .option('--before <id>', 'older than this one', positiveInteger)
      .action(async (_options: WorkflowChangesOptions, command: Command) => {
        const { showWorkflowChanges } = await import('./views/workflow-changes.ts');
        await showWorkflowChanges(command.optsWithGlobals(), context);
      }),
  );
}

function statusCommand(context: CommandContext): Command {
  return withJson(
    new Command('status')
      .description('Show workflows with their tasks by status.')
      .option('-w, --workflow-id <ids...>', 'these workflows', idList)
      .option('-u, --user <names...>', 'workflows of these users (default: yours)')
      .option('-l, --limit <n>', 'most workflows (default: 5, or all that are named)', positiveInteger)
      .action(async (_options: WorkflowStatusOptions, command: Command) => {
        const { showWorkflowStatus } = await import('./views/workflow-status.ts');
        await showWorkflowStatus(command.optsWithGlobals(), context);
      }),
  );
}

function watchCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  return withJson(
    new Command('watch')
      .description(
        'Show how a workflow stands, what failed, and why tasks wait, until its run is over; on a terminal ? tells the keys. The exit status tells how it ended.',
      )
      .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .action(async (_options: WatchOptions, command: Command) => {
        const { watchWorkflow } = await import('./watch/watch-workflow.ts');
        finish(await watchWorkflow(command.optsWithGlobals(), context));
      }),
    'write an object on a line whenever something changed',
  );
}

function tasksCommand(context: CommandContext): Command {
  return withJson(
    new Command('tasks')
      .description('Show the tasks of a workflow, newest first.')
      .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .option('-s, --status <labels...>', `only ${TASK_LABELS.join(', ')}`, choiceList(TASK_LABELS))
      .option('-l, --limit <n>', 'most tasks; 0 = all', integerFrom(0), 20)
      .action(async (_options: WorkflowTasksOptions, command: Command) => {
        const { showWorkflowTasks } = await import('./views/workflow-tasks.ts');
        await showWorkflowTasks(command.optsWithGlobals(), context);
      }),
  );
}

function logsCommand(context: CommandContext): Command {
  return withJson(
    new Command('logs')
      .description('Show the files that hold stdout and stderr of each attempt.')
      .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .option('-a, --array <name>', 'only tasks of this array (named like their template)')
      .option('-j, --job <name>', 'only the task of this name')
      .option('-l, --limit <n>', 'most attempts; 0 = all', integerFrom(0), 20)
      .action(async (_options: WorkflowLogsOptions, command: Command) => {
        const { showWorkflowLogs } = await import('./views/workflow-logs.ts');
        await showWorkflowLogs(command.optsWithGlobals(), context);
      }),
  );
}

function stopCommand(context: CommandContext): Command {
  return withJson(
    new Command('stop')
      .description('End the live run of a workflow, wherever it was started, and wait until it is over.')
      .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .addOption(new Option('--cold', 'end the tasks that run: what happens without --hot').conflicts('hot'))
      .option('--hot', 'let the tasks that run finish on their own, after the run; nothing new starts')
      .option('--no-wait', 'only tell it to stop')
      .option('-t, --timeout <seconds>', 'longest wait for its end', atLeast(0), 180)
      .action(async (_options: StopOptions, command: Command) => {
        const { stopById } = await import('./changes/stop-workflow.ts');
        await stopById(command.optsWithGlobals(), context);
      }),
    'write how it ended as JSON',
  );
}

function pauseCommand(context: CommandContext): Command {
  return withJson(
    new Command('pause')
      .description('Let no further task of a workflow start; those that run go on. It need not be running.')
      .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .action(async (_options: PauseOptions, command: Command) => {
        const { pauseById } = await import('./changes/pause-workflow.ts');
        await pauseById(command.optsWithGlobals(), context);
      }),
    'write what was done as JSON',
  );
}

function continueCommand(context: CommandContext): Command {
  return withJson(
    new Command('continue')
      .description('End the pause of a workflow: as many tasks may be active at once as before.')
      .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .action(async (_options: PauseOptions, command: Command) => {
        const { continueById } = await import('./changes/pause-workflow.ts');
        await continueById(command.optsWithGlobals(), context);
      }),
    'write what was done as JSON',
  );
}

function resumeCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  return withJson(
    new Command('resume')
      .description('Go on with a workflow that is known by its id alone.')
      .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .option('-c, --cluster <name>', 'cluster to run on', 'multiprocess')
      .addOption(
        new Option(
          '--cold',
          'start tasks again that an earlier run left running: what happens without --hot',
        ).conflicts('hot'),
      )
      .option('--hot', 'let them finish instead')
      .addOption(new Option('--reset-running', 'the same as --cold').conflicts('hot'))
      .option('--keep-resources', 'ask for no more of what tasks ran out of')
      .option('--force-cleanup', 'give attempts up that were ordered to end and do not (be sure that they are dead)')
      .option('--fail-fast', 'stop at the first task that fails for good')
      .option(
        '--external-distributor',
        'start no distributor, and wait for one that is started elsewhere: skep distributor start',
      )
      .option('-t, --timeout <seconds>', 'longest wait for another run of the workflow to end', atLeast(0), 180)
      .option('--execution-timeout <seconds>', 'give the run up after this time', atLeast(0), 36_000)
      .action(async (_options: ResumeByIdOptions, command: Command) => {
        const { resumeById } = await import('./run/resume-by-id.ts');
        finish(await resumeById(command.optsWithGlobals(), context));
      }),
    'write the outcome as JSON',
  );
}

function resetCommand(context: CommandContext): Command {
  return withJson(
    new Command('reset')
      .description('Make a workflow whose last run (of yours) failed as if it had never run.')
      .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .option('-p, --partial', 'keep the tasks that are done')
      .action(async (_options: ResetOptions, command: Command) => {
        const { resetById } = await import('./changes/reset-workflow.ts');
        await resetById(command.optsWithGlobals(), context);
      }),
    'write what was done as JSON',
  );
}

function concurrencyCommand(context: CommandContext): Command {
  return withJson(
    new Command('concurrency')
      .description('Change how many tasks of a workflow may be active at once, also while it runs.')
      .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
      .requiredOption('-m, --max-tasks <n>', 'the most; 0 pauses the workflow', integerFrom(0, LARGEST_LIMIT))
      .action(async (_options: ConcurrencyOptions, command: Command) => {
        const { limitConcurrency } = await import('./changes/limit-concurrency.ts');
        await limitConcurrency(command.optsWithGlobals(), context);
      }),
    'write what was done as JSON',
  );
}
