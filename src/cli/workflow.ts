/** `skep workflow`: its commands and their options. */
import { Command } from 'commander';
import type { CommandContext } from './context.ts';
import { atLeast, choiceList, idList, integerFrom, positiveInteger } from './parse-options.ts';
import type { ResumeByIdOptions } from './run/resume-by-id.ts';
import type { WorkflowStatusOptions } from './views/workflow-status.ts';
import type { WorkflowTasksOptions } from './views/workflow-tasks.ts';

/** Statuses of tasks as the views of the server call them. */
const TASK_LABELS = ['PENDING', 'SCHEDULED', 'RUNNING', 'DONE', 'FATAL'];

export function workflowCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  const status = new Command('status')
    .description('Show workflows with their tasks by status.')
    .option('-w, --workflow-id <ids...>', 'these workflows', idList)
    .option('-u, --user <names...>', 'workflows of these users (default: yours)')
    .option('-l, --limit <n>', 'most workflows', positiveInteger, 5)
    .option('--json', 'write rows as JSON')
    .action(async (_options: WorkflowStatusOptions, command: Command) => {
      const { showWorkflowStatus } = await import('./views/workflow-status.ts');
      await showWorkflowStatus(command.optsWithGlobals(), context);
    });
  const tasks = new Command('tasks')
    .description('Show the tasks of a workflow, newest first.')
    .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
    .option('-s, --status <labels...>', `only ${TASK_LABELS.join(', ')}`, choiceList(TASK_LABELS))
    .option('-l, --limit <n>', 'most tasks; 0 = all', integerFrom(0), 20)
    .option('--json', 'write rows as JSON')
    .action(async (_options: WorkflowTasksOptions, command: Command) => {
      const { showWorkflowTasks } = await import('./views/workflow-tasks.ts');
      await showWorkflowTasks(command.optsWithGlobals(), context);
    });
  const resume = new Command('resume')
    .description('Go on with a workflow that is known by its id alone.')
    .requiredOption('-w, --workflow-id <id>', 'the workflow', positiveInteger)
    .option('-c, --cluster <name>', 'cluster to run on', 'multiprocess')
    .option('--hot', 'let tasks that an earlier run left running finish, instead of starting them again')
    .option('--keep-resources', 'ask for no more of what tasks ran out of')
    .option('--fail-fast', 'stop at the first task that fails for good')
    .option('--timeout <seconds>', 'give the run up after this time (default: 36000)', atLeast(0))
    .option('--json', 'write the outcome as JSON')
    .action(async (_options: ResumeByIdOptions, command: Command) => {
      const { resumeById } = await import('./run/resume-by-id.ts');
      finish(await resumeById(command.optsWithGlobals(), context));
    });
  const group = new Command('workflow').description('Look at workflows, and resume them.');
  return group.addCommand(status).addCommand(tasks).addCommand(resume);
}
