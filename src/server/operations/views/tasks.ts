/** What people ask about tasks. Source: http-fsm §9.5, §9.7; http-views §3.2, §3.7, §4.2. */
import { idsOf, textsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { frameText } from './frame.ts';
import { instanceLettersOf, labelOfTask, taskLettersOf } from './labels.ts';

export interface MostRecentError {
  readonly description: string;
  readonly taskInstanceId: number | null;
}

/** The newest error of the newest task instance that has one; an empty text and null when there is none. */
export async function mostRecentError(unit: ReadUnit, taskId: number): Promise<MostRecentError> {
  const row = await unit.db
    .selectFrom('task_instance')
    .innerJoin('task_instance_error_log as log', 'log.task_instance_id', 'task_instance.id')
    .select(['task_instance.id', 'log.description'])
    .where('task_instance.task_id', '=', taskId)
    .orderBy('task_instance.id', 'desc')
    .orderBy('log.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { description: row?.description ?? '', taskInstanceId: row?.id ?? null };
}

type Usage = [number | null, string | null, string | null, string | null];

/** `[attempts, node name, wall clock, maximum RSS]` of the newest done instance of a task; all null without one. */
export async function taskResourceUsage(unit: ReadUnit, taskId: number): Promise<Usage> {
  const row = await unit.db
    .selectFrom('task_instance')
    .innerJoin('task', 'task.id', 'task_instance.task_id')
    .select(['task.num_attempts', 'task_instance.nodename', 'task_instance.wallclock', 'task_instance.maxrss'])
    .where('task_instance.task_id', '=', taskId)
    .where('task_instance.status', '=', 'D')
    .orderBy('task_instance.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return [row?.num_attempts ?? null, row?.nodename ?? null, row?.wallclock ?? null, row?.maxrss ?? null];
}

/** Frame text of the instances of tasks, a row for each error of an instance (one for an instance without). */
export async function taskStatusFrame(
  unit: ReadUnit,
  taskIds: readonly number[],
  labels: readonly string[] | undefined,
): Promise<string> {
  const rows = await unit.db
    .selectFrom('task')
    .innerJoin('task_instance as instance', 'instance.task_id', 'task.id')
    .innerJoin('task_instance_status as status', 'status.id', 'instance.status')
    .leftJoin('task_instance_error_log as log', 'log.task_instance_id', 'instance.id')
    .select(['task.id as TASK_ID', 'task.status as task_status', 'instance.id as TASK_INSTANCE_ID'])
    .select([
      'instance.distributor_id as DISTRIBUTOR_ID',
      'status.label as STATUS',
      'instance.usage_str as RESOURCE_USAGE',
    ])
    .select(['instance.stdout as STDOUT', 'instance.stderr as STDERR', 'log.description as ERROR_TRACE'])
    .where('task.id', 'in', idsOf(taskIds))
    .$if(labels !== undefined, (query) =>
      query.where('instance.status', 'in', textsOf(instanceLettersOf(labels ?? []))),
    )
    .orderBy('task.id')
    .orderBy('instance.id')
    .orderBy('log.id')
    .execute();
  return frameText(
    [
      'TASK_ID',
      'task_status',
      'TASK_INSTANCE_ID',
      'DISTRIBUTOR_ID',
      'STATUS',
      'RESOURCE_USAGE',
      'STDOUT',
      'STDERR',
      'ERROR_TRACE',
    ],
    rows,
  );
}

/** Frame text of the tasks of a workflow, newest first; `limit` 0 or less: all of them. */
export async function workflowTasksFrame(
  unit: ReadUnit,
  workflowId: number,
  limit: number,
  labels: readonly string[] | undefined,
): Promise<string> {
  const rows = await unit.db
    .selectFrom('task')
    .select(['id', 'name', 'status', 'num_attempts'])
    .where('workflow_id', '=', workflowId)
    .$if(labels !== undefined, (query) => query.where('status', 'in', textsOf(taskLettersOf(labels ?? []))))
    .orderBy('id', 'desc')
    .$if(limit > 0, (query) => query.limit(limit))
    .execute();
  const shown = rows.map(({ id, name, status, num_attempts }) => ({
    TASK_ID: id,
    TASK_NAME: name,
    STATUS: labelOfTask(status),
    RETRIES: Math.max(num_attempts - 1, 0),
  }));
  return frameText(['TASK_ID', 'TASK_NAME', 'STATUS', 'RETRIES'], shown);
}
