/** Setting tasks to done, or to be run again. Source: client §17.3. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { userName } from '../../core/user-name.ts';
import { getSubTaskTree, getTasksRecursive } from '../queries/task-graph.ts';
import { validateUsername } from './permission.ts';

/** Which tasks get which status, and who else is concerned. */
export interface UpdateTaskStatusOptions {
  readonly workflowId: number;
  readonly taskIds: readonly number[];
  /** D (DONE): need not run. G (REGISTERING): is to run again, with everything downstream of it. In any case. */
  readonly newStatus: string;
  /** Together with `recursive`: with everything upstream (D) or downstream (G) of the tasks. Alone it changes nothing. */
  readonly force?: boolean | undefined;
  readonly recursive?: boolean | undefined;
  /** Default: the user of this process, as runs name him. */
  readonly user?: string | undefined;
}

/** More tasks in one request would hold the database for too long. */
const MOST_TASKS = 10_000;

const LETTERS: Readonly<Record<string, 'D' | 'G'>> = { D: 'D', DONE: 'D', G: 'G', REGISTERING: 'G', REGISTERED: 'G' };

/**
 * Sets tasks to a status, and those that depend on the decision with them.
 * @returns the message of the server.
 * @throws SkepError invalid_usage for another status or more than 10,000 tasks; not_permitted for a user who never ran it;
 * request_refused with the server's reason, such as that the workflow is running.
 */
export async function updateTaskStatus(requester: Requester, options: UpdateTaskStatusOptions): Promise<string> {
  return (await changeTaskStatus(requester, options)).message;
}

export interface ChangedTasks {
  /** Of the server. */
  readonly message: string;
  /** How many tasks have the status now, those that had it before included. */
  readonly taskCount: number;
}

/** As {@link updateTaskStatus}, also telling how many tasks it concerned. */
export async function changeTaskStatus(
  requester: Requester,
  { workflowId, taskIds, newStatus, force, recursive, user = userName(process.env) }: UpdateTaskStatusOptions,
): Promise<ChangedTasks> {
  const status = LETTERS[newStatus.toUpperCase()];
  if (status === undefined) {
    throw new SkepError('invalid_usage', `Tasks cannot be set to ${newStatus}, only to D (DONE) or G (REGISTERED).`);
  }
  await validateUsername(requester, workflowId, user);
  const ids = await withRelated(requester, taskIds, status, Boolean(force && recursive));
  if (ids.size > MOST_TASKS) {
    throw new SkepError('invalid_usage', `These are ${ids.size} tasks: at most ${MOST_TASKS} are changed at once.`);
  }
  const { message } = await requester.call(routes.updateTaskStatuses, {
    body: { task_ids: [...ids], new_status: status, workflow_id: workflowId },
  });
  return { message, taskCount: ids.size };
}

async function withRelated(
  requester: Requester,
  taskIds: readonly number[],
  status: 'D' | 'G',
  isRecursive: boolean,
): Promise<Set<number>> {
  if (isRecursive) return new Set(await getTasksRecursive(requester, taskIds, status === 'D' ? 'up' : 'down'));
  if (status === 'D') return new Set(taskIds);
  const { tasks } = await getSubTaskTree(requester, taskIds);
  return new Set([...taskIds, ...tasks.map(({ id }) => id)]);
}
