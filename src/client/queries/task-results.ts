/** What the server knows of tasks after they ran. Source: client §13. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { textOf } from '../../core/python-text.ts';
import { inParallel } from '../binding/pipeline.ts';

/** The errors of the last failed attempt of a task. */
export interface TaskErrors {
  readonly taskInstanceId: number;
  /** Oldest first; times as the server writes them, `YYYY-MM-DD HH:MM:SS`. */
  readonly errorLog: readonly { readonly id: number; readonly time: string; readonly description: string }[];
}

/** What the done attempt of a task used. Everything is null before one is done. */
export interface TaskUsage {
  readonly attempts: number | null;
  readonly nodeName: string | null;
  /** Seconds of wall clock. */
  readonly runtime: number | null;
  /** Bytes at the highest. */
  readonly memory: number | null;
}

/** As many as gain speed without crowding out the runs that the server serves. */
const QUERIES_IN_FLIGHT = 8;

/** The errors of the last failed attempt of a task, or undefined. */
export async function readTaskErrors(requester: Requester, taskId: number): Promise<TaskErrors | undefined> {
  const { task_instance_id: taskInstanceId } = await requester.call(routes.getMostRecentError, {
    params: { task_id: taskId },
  });
  if (taskInstanceId === null) return undefined;
  const { task_instance_error_log: log } = await requester.call(routes.getTaskInstanceErrorLog, {
    params: { task_instance_id: taskInstanceId },
  });
  return { taskInstanceId, errorLog: log.map(([id, time, description]) => ({ id, time, description })) };
}

/**
 * The errors of many tasks by task id.
 * @param limit how many tasks with errors are wanted; the first ones of `taskIds` are given.
 */
export async function readErrorsOfTasks(
  requester: Requester,
  taskIds: Iterable<number>,
  limit: number,
): Promise<Map<number, TaskErrors>> {
  const found = new Map<number, TaskErrors>();
  const wanted = [...taskIds];
  await inParallel(
    untilEnough(wanted, () => found.size >= limit),
    QUERIES_IN_FLIGHT,
    async (taskId) => {
      const errors = await readTaskErrors(requester, taskId);
      if (errors) found.set(taskId, errors);
    },
  );
  const ordered = wanted.flatMap((taskId) => {
    const errors = found.get(taskId);
    return errors ? [[taskId, errors] as const] : [];
  });
  return new Map(ordered.slice(0, limit));
}

/** What the done attempt of a task used. */
export async function readTaskUsage(requester: Requester, taskId: number): Promise<TaskUsage> {
  const { resource_usage: usage } = await requester.call(routes.getTaskResourceUsage, { query: { task_id: taskId } });
  const [attempts, nodeName, runtime, memory] = usage;
  return { attempts, nodeName, runtime: numberOf(runtime), memory: numberOf(memory) };
}

/**
 * Sets attributes of the task whose command calls this, or of another.
 * @param taskId default: the task that runs in this environment, `JOBMON_TASK_ID`.
 * @throws SkepError argument_invalid when there is no task id. Source: client §13.4.
 */
export async function addTaskAttributes(
  requester: Requester,
  attributes: Readonly<Record<string, unknown>>,
  taskId: number | string | undefined = process.env.JOBMON_TASK_ID,
): Promise<void> {
  if (!Number.isSafeInteger(Number(taskId)) || Number(taskId) < 1) {
    throw new SkepError('argument_invalid', `The task id is ${taskId}: outside of a running task it must be given.`);
  }
  const texts = Object.entries(attributes).map(([name, value]) => [name, value === null ? null : textOf(value)]);
  await requester.call(routes.bindTaskAttributes, {
    body: { task_attributes: { [String(taskId)]: Object.fromEntries(texts) } },
  });
}

function* untilEnough<Item>(items: Iterable<Item>, enough: () => boolean): Generator<Item> {
  for (const item of items) {
    if (enough()) return;
    yield item;
  }
}

/** Numbers of usage arrive as text. */
function numberOf(text: string | number | null): number | null {
  return text === null || text === '' ? null : Number(text);
}
