/** What people ask about task instances. Source: http-views §3.1, §3.9. */
import type { ExpressionBuilder } from 'kysely';
import type { Schema } from '../../db/schema.ts';
import type { ReadUnit } from '../../db/unit.ts';

export interface ArrayTaskFilter {
  readonly workflowId: number;
  /** Empty: those of all arrays. */
  readonly arrayName: string;
  /** Empty: those of all tasks. */
  readonly taskName: string;
  /** 0: all of them. */
  readonly limit: number;
}

/** The task instances of a workflow with their paths, by task and age. */
export function arrayTasks({ db }: ReadUnit, { workflowId, arrayName, taskName, limit }: ArrayTaskFilter) {
  return db
    .selectFrom('task')
    .innerJoin('task_instance as instance', 'instance.task_id', 'task.id')
    .innerJoin('array', 'array.id', 'task.array_id')
    .select(['task.id as taskId', 'task.name as taskName', 'array.name as arrayName'])
    .select(['instance.id as instanceId', 'instance.stdout', 'instance.stderr'])
    .where((query) =>
      arrayName === '' ? query('task.workflow_id', '=', workflowId) : inArray(query, workflowId, arrayName),
    )
    .$if(taskName !== '', (query) => query.where('task.name', '=', taskName))
    .orderBy('task.id')
    .orderBy('instance.id')
    .$if(limit > 0, (query) => query.limit(limit))
    .execute();
}

/** The few arrays of a workflow lead to their tasks, without a look at all the others. */
function inArray(query: ExpressionBuilder<Schema, 'task'>, workflowId: number, name: string) {
  const arrays = query.selectFrom('array').select('id').where('workflow_id', '=', workflowId).where('name', '=', name);
  return query('task.array_id', 'in', arrays);
}

/** The instances of a task whose resources and queue are known, a row for each error (one for an instance without). */
export function instanceDetails({ db }: ReadUnit, taskId: number) {
  return db
    .selectFrom('task_instance as instance')
    .innerJoin('task_instance_status as status', 'status.id', 'instance.status')
    .innerJoin('task_resources as resources', 'resources.id', 'instance.task_resources_id')
    .innerJoin('queue', 'queue.id', 'resources.queue_id')
    .leftJoin('task_instance_error_log as log', 'log.task_instance_id', 'instance.id')
    .select(['instance.id', 'status.label', 'instance.stdout', 'instance.stderr'])
    .select(['instance.stdout_log', 'instance.stderr_log', 'instance.distributor_id', 'instance.nodename'])
    .select(['log.description', 'instance.wallclock', 'instance.maxrss', 'resources.requested_resources'])
    .select(['instance.submitted_date', 'instance.status_date', 'queue.name as queue'])
    .where('instance.task_id', '=', taskId)
    .orderBy('instance.id')
    .orderBy('log.id')
    .execute();
}
