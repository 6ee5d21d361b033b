import type { Requester } from '../../api/requester.ts';
import { type WorkflowStatusRow, workflowStatus } from '../../client/queries/workflow-status.ts';
import { SkepError } from '../../core/errors.ts';

/**
 * The workflow with this id. Asked before a change, because the routes that change things say nothing of an unknown one.
 * @throws SkepError not_found
 */
export async function knownWorkflow(requester: Requester, workflowId: number): Promise<WorkflowStatusRow> {
  const [workflow] = await workflowStatus(requester, { workflowIds: [workflowId] });
  if (workflow === undefined) throw new SkepError('not_found', `Workflow ${workflowId} does not exist.`);
  return workflow;
}
