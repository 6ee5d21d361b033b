import type { Caller, Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { parseFrame } from '../../client/queries/frame.ts';
import { cellText } from '../output/cell.ts';

export interface FailedTask {
  readonly id: number;
  readonly name: string;
}

/** A failed task with what its last attempt left. */
export interface Failure extends FailedTask {
  /** Why it failed, with the end of its stderr; empty when the server has nothing. */
  readonly error: string;
  /** File with all of its stderr, if it was kept. */
  readonly stderrFile: string | undefined;
}

/** Failed tasks of a workflow, the newest ids first, at most `limit` (0 = all). */
export async function findFailedTasks(requester: Requester, workflowId: number, limit: number): Promise<FailedTask[]> {
  const { workflow_tasks: text } = await requester.call(routes.getWorkflowTasks, {
    params: { workflow_id: workflowId },
    query: { limit, status: ['FATAL'] },
  });
  return parseFrame(text).map((row) => ({ id: Number(row.TASK_ID), name: cellText(row.TASK_NAME) }));
}

/** What the last attempt of each task left behind. */
export async function explainFailures(requester: Caller, tasks: readonly FailedTask[]): Promise<Failure[]> {
  if (tasks.length === 0) return [];
  const { task_instance_status: text } = await requester.call(routes.getTaskStatus, {
    query: { task_ids: tasks.map(({ id }) => id) },
  });
  // One row for each pair of attempt and error; the newest attempt has the highest id.
  const rows = parseFrame(text).sort((a, b) => Number(a.TASK_INSTANCE_ID) - Number(b.TASK_INSTANCE_ID));
  const last = new Map(rows.map((row) => [Number(row.TASK_ID), row]));
  return tasks.map(({ id, name }) => {
    const row = last.get(id);
    const stderrFile = cellText(row?.STDERR);
    return {
      id,
      name,
      error: cellText(row?.ERROR_TRACE),
      stderrFile: stderrFile === '' || stderrFile === '/dev/null' ? undefined : stderrFile,
    };
  });
}
