import { workflowReset } from '../../client/control/workflow.ts';
import { countIn } from '../../client/queries/workflow-status.ts';
import { SkepError } from '../../core/errors.ts';
import { userName } from '../../core/user-name.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { harmless, plural } from '../output/terminal.ts';
import { knownWorkflow } from '../server/known-workflow.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson } from '../views/write.ts';

export interface ResetOptions extends CommonOptions {
  readonly workflowId: number;
  readonly partial?: boolean;
  readonly json?: boolean;
}

/**
 * Makes a workflow whose last run failed as if it had never run.
 * @throws SkepError not_found, and transition_refused when the last run did not fail or is somebody else's.
 */
export async function resetById(options: ResetOptions, context: CommandContext): Promise<void> {
  const { workflowId, partial = false } = options;
  const user = userName(context.environment);
  const tasks = await withServer(options, context, async (requester) => {
    await knownWorkflow(requester, workflowId);
    if (!(await workflowReset(requester, workflowId, { partial, user }))) throw refused(workflowId, user);
    const { TASKS: total, DONE: done } = await knownWorkflow(requester, workflowId);
    return { total, toRun: total - countIn(done) };
  });
  if (options.json) {
    writeJson(
      { workflow_id: workflowId, reset: true, partial, tasks: tasks.total, tasks_to_run: tasks.toRun },
      context,
    );
    return;
  }
  const what = partial
    ? `${tasks.toRun.toLocaleString('en-US')} of ${plural(tasks.total, 'task')}`
    : plural(tasks.total, 'task');
  context.output.write(`Workflow ${workflowId} is reset: ${what} will run when it is resumed.\n`);
}

function refused(workflowId: number, user: string): SkepError {
  const sentence = `Workflow ${workflowId} is not reset: its last run did not fail, or it is not a run of ${harmless(user)}.`;
  return new SkepError('transition_refused', sentence);
}
