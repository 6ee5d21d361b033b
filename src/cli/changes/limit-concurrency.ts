import { routes } from '../../api/routes.ts';
import { concurrencyLimit } from '../../client/control/workflow.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { plural } from '../output/terminal.ts';
import { knownWorkflow } from '../server/known-workflow.ts';
import { withServer } from '../server/with-server.ts';
import { writeJson } from '../views/write.ts';

export interface ConcurrencyOptions extends CommonOptions {
  readonly workflowId: number;
  readonly maxTasks: number;
  readonly json?: boolean;
}

/** Changes how many tasks of a workflow may be active at once. @throws SkepError not_found */
export async function limitConcurrency(options: ConcurrencyOptions, context: CommandContext): Promise<void> {
  const { workflowId, maxTasks } = options;
  // The limit of a paused workflow stays 0 until it continues.
  const limit = await withServer(options, context, async (requester) => {
    await knownWorkflow(requester, workflowId);
    await concurrencyLimit(requester, workflowId, maxTasks);
    const params = { workflow_id: workflowId };
    return (await requester.call(routes.getWorkflowConcurrency, { params })).max_concurrently_running;
  });
  if (options.json) {
    writeJson({ workflow_id: workflowId, max_concurrently_running: limit }, context);
    return;
  }
  const effect =
    maxTasks === 0
      ? 'is paused: no further task starts; those that run go on'
      : `may have ${plural(maxTasks, 'task')} active at once${limit === 0 ? ' when it continues: it is paused' : ''}`;
  context.output.write(`Workflow ${workflowId} ${effect}.\n`);
}
