import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { isSkepError } from '../../core/errors.ts';

/** Whether any instance of a run is in `status`. */
export async function hasAnyInstance(workflowRunId: number, status: string, requester: Requester): Promise<boolean> {
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
