import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { isSkepError } from '../../core/errors.ts';

/** Whether a run has attempts that may go on without it, as after a hot resume. */
export async function mayGoOn(workflowRunId: number, requester: Requester): Promise<boolean> {
  return (await hasAny(workflowRunId, 'R', requester)) || (await hasAny(workflowRunId, 'T', requester));
}

/** Whether any instance of a run is in `status`. */
async function hasAny(workflowRunId: number, status: string, requester: Requester): Promise<boolean> {
  const params = { workflow_run_id: workflowRunId };
  try {
    const { status_updates } = await requester.call(routes.syncStatus, {
      params,
      body: { task_instance_ids: [], status },
    });
    return (status_updates[status] ?? []).length > 0;
  } catch (error) {
    if (!isSkepError(error, 'not_found')) throw error;
    return false; // The server does not know the run any more.
  }
}
