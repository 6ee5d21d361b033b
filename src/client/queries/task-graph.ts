/** Where tasks stand in the dag of their workflow. Source: client §17.2, §17.3; http-views §3.3, §3.5, §3.6. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { isSkepError, SkepError } from '../../core/errors.ts';

/** A task beside another one. */
export interface Neighbour {
  readonly id: number;
  /** Letter of its status. */
  readonly status: string;
  readonly name: string;
}

/** The tasks that a task waits for, and those that wait for it. */
export interface TaskDependencies {
  readonly up: readonly Neighbour[];
  readonly down: readonly Neighbour[];
}

/** Tasks with everything downstream of them. */
export interface SubTaskTree {
  readonly workflowId: number;
  /** By ascending id. */
  readonly tasks: readonly Neighbour[];
}

/** The tasks that a task directly waits for, and those that directly wait for it; none for an unknown task. */
export async function getTaskDependencies(requester: Requester, taskId: number): Promise<TaskDependencies> {
  try {
    const { up, down } = await requester.call(routes.getTaskDependencies, { params: { task_id: taskId } });
    // Each neighbour comes in a list of its own; a bare one is understood, too.
    return { up: up.flat() as Neighbour[], down: down.flat() as Neighbour[] };
  } catch (cause) {
    if (!isSkepError(cause, 'not_found')) throw cause;
    throw new SkepError('not_found', 'The server is too old to tell the dependencies of a task.', { cause });
  }
}

/**
 * Tasks with everything downstream of them.
 * @param statuses letters: only tasks, also given ones, with one of them. Default: all.
 * @throws SkepError not_found when none of the tasks exists.
 */
export async function getSubTaskTree(
  requester: Requester,
  taskIds: readonly number[],
  statuses?: readonly string[],
): Promise<SubTaskTree> {
  const { workflow_id: workflowId, sub_task: tasks } = await requester.call(routes.getSubDag, {
    body: { task_ids: [...taskIds], task_status: statuses ? [...statuses] : null },
  });
  if (workflowId === null || tasks === null) {
    throw new SkepError('not_found', `None of the tasks ${taskIds.join(', ')} exists.`);
  }
  const found = Object.entries(tasks).map(([id, [status, name]]) => ({ id: Number(id), status, name }));
  return { workflowId, tasks: found.sort((left, right) => left.id - right.id) };
}

/** Ids of tasks with all that is upstream or downstream of them. @throws SkepError request_refused for unknown tasks. */
export async function getTasksRecursive(
  requester: Requester,
  taskIds: readonly number[],
  direction: 'up' | 'down',
): Promise<number[]> {
  const { task_ids: ids } = await requester.call(routes.getTasksRecursive, {
    params: { direction },
    body: { task_ids: [...taskIds] },
  });
  return ids;
}
