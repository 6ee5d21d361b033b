/** Changes of workflows that are known by their id alone. Source: client §17.2; http-views §4.4, §4.5; http-fsm §8. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { userName } from '../../core/user-name.ts';
import { checkLimit } from '../array.ts';

/** What a reset of a workflow keeps. */
export interface WorkflowResetOptions {
  /** Leaves alone the tasks that are done. Default: false. */
  readonly partial?: boolean | undefined;
  /** Default: the user of this process, as runs name him. */
  readonly user?: string | undefined;
}

/**
 * Makes the tasks of a workflow as if they had never run, if its newest run failed and is the user's.
 * @returns whether it was reset.
 */
export async function workflowReset(
  requester: Requester,
  workflowId: number,
  { partial = false, user = userName(process.env) }: WorkflowResetOptions = {},
): Promise<boolean> {
  const params = { workflow_id: workflowId };
  const { workflow_run_id: runId } = await requester.call(routes.validateReset, {
    params: { ...params, username: user },
  });
  if (runId === null) return false;
  await requester.call(routes.resetWorkflow, { params, body: { partial_reset: partial } });
  return true;
}

/**
 * Changes how many tasks of a workflow may be active at once; 0 pauses it.
 * @returns the message of the server, which is the same for an unknown workflow.
 * @throws SkepError argument_invalid unless `maxTasks` is a whole number of at least 0.
 */
export async function concurrencyLimit(requester: Requester, workflowId: number, maxTasks: number): Promise<string> {
  const { message } = await requester.call(routes.setWorkflowConcurrency, {
    params: { workflow_id: workflowId },
    body: { max_tasks: checkLimit(maxTasks, `workflow ${workflowId}`) },
  });
  return message;
}
