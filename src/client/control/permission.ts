/** Whether somebody may change what exists. Source: client §17.3; http-views §4.1, §4.3. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { labelOf, WORKFLOW_STATUSES, type WorkflowStatus } from '../../core/status.ts';

/** Statuses of workflows on whose tasks nobody is at work. */
const CHANGEABLE: readonly string[] = ['F', 'D', 'A', 'H'] satisfies WorkflowStatus[];

/** @throws SkepError not_permitted unless some run of the workflow is the user's. */
export async function validateUsername(requester: Requester, workflowId: number, user: string): Promise<void> {
  const params = { workflow_id: workflowId, username: user };
  const { validation } = await requester.call(routes.validateUsername, { params });
  if (validation) return;
  throw new SkepError('not_permitted', `Workflow ${workflowId} does not exist, or was never run by ${user}.`);
}

/** @throws SkepError invalid_usage unless the tasks are of one workflow, none of whose runs may be at work. */
export async function validateWorkflow(requester: Requester, taskIds: readonly number[]): Promise<void> {
  const { validation, workflow_status: status } = await requester.call(routes.validateWorkflow, {
    body: { task_ids: [...taskIds] },
  });
  if (validation) return;
  throw new SkepError(
    'invalid_usage',
    `Tasks can be changed only if all are of one workflow that is failed, done, aborted or halted: ${faultOf(status)}.`,
  );
}

function faultOf(status: string | null): string {
  if (status === null) return 'none of these exists';
  return CHANGEABLE.includes(status)
    ? 'these are of several'
    : `that of these is ${labelOf(WORKFLOW_STATUSES, status)}`;
}
