/** Reading task instances together with what a decision about them depends on. */
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Schema } from '../db/schema.ts';
import type { InstanceState } from '../transitions/instance.ts';

export interface InstanceRow extends InstanceState {
  readonly id: number;
  readonly taskId: number;
  readonly workflowId: number;
  readonly workflowRunId: number;
  /** The time by which the next sign of life is due; null while none is expected. */
  readonly reportBy: number | null;
  /** Where its worker runs; null while none has come. */
  readonly nodename: string | null;
  readonly processGroupId: number | null;
}

/** The tables of {@link selectInstances}, for the condition that picks the rows. */
export type InstanceQuery = ReturnType<typeof selectInstances>;

/** The instances that `pick` leaves of all. Ids of the result ascend. */
export async function readInstances(
  db: Kysely<Schema>,
  pick: (query: InstanceQuery) => InstanceQuery,
): Promise<InstanceRow[]> {
  const rows = await pick(selectInstances(db)).orderBy('task_instance.id').execute();
  // In place: to copy thousands of rows takes longer than to read them.
  return rows.map((row) => Object.assign(row, { superseded: Boolean(row.superseded) }));
}

function selectInstances(db: Kysely<Schema>) {
  return db
    .selectFrom('task_instance')
    .innerJoin('task', 'task.id', 'task_instance.task_id')
    .select([
      'task_instance.id as id',
      'task_instance.status as status',
      'task_instance.task_id as taskId',
      'task_instance.workflow_run_id as workflowRunId',
      'task_instance.report_by_date as reportBy',
      'task_instance.nodename as nodename',
      'task_instance.process_group_id as processGroupId',
      'task.workflow_id as workflowId',
      'task.status as taskStatus',
      'task.num_attempts as numAttempts',
      'task.max_attempts as maxAttempts',
      supersededInstance().as('superseded'),
    ]);
}

/** True for an instance of whose task a newer one exists. For statements that read `task_instance` by this name. */
export function supersededInstance(): RawBuilder<SqlBool> {
  return sql`exists (select 1 from task_instance as newer
    where newer.task_id = task_instance.task_id and newer.id > task_instance.id)`;
}
