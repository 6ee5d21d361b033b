/** Making tasks run again. Source: data-model §7.6, §8. */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { ALIVE_WORKFLOW_RUN_STATUSES } from '../../core/status.ts';
import { idsOf } from '../db/bulk.ts';
import type { Schema } from '../db/schema.ts';
import type { WriteUnit } from '../db/unit.ts';
import type { InstanceMove } from '../transitions/instance.ts';
import { readInstances } from './instance-rows.ts';
import { writeInstances } from './instance-writes.ts';
import { LEFT_BEHIND, standDownOf } from './stand-down.ts';

/** Which tasks of one workflow are meant: a condition on `task` that says so alone. */
export type TaskCondition = (task: ExpressionBuilder<Schema, 'task'>) => Expression<SqlBool>;

/** Gives tasks all their attempts again. Those that never began stay untouched. @returns how many it changed. */
export async function startTasksAnew(unit: WriteUnit, workflowId: number, which: TaskCondition): Promise<number> {
  const { numUpdatedRows } = await unit.db
    .updateTable('task')
    .set({ status: 'G', num_attempts: 0, status_date: unit.now, revision: await unit.revision() })
    .where(which)
    .where(({ eb, or }) => or([eb('status', '!=', 'G'), eb('num_attempts', '!=', 0)]))
    .executeTakeFirst();
  if (numUpdatedRows > 0n) unit.changed(`workflow:${workflowId}`);
  return Number(numUpdatedRows);
}

/**
 * Ends the open attempts at tasks, so that none goes on beside the next one. A run that is alive learns of those that are
 * its own: its workers and its distributor end them. `reason` begins the entries of the error log.
 */
export async function endAttempts(
  unit: WriteUnit,
  workflowId: number,
  which: TaskCondition,
  reason: string,
): Promise<void> {
  const runs = await unit.db
    .selectFrom('workflow_run')
    .select(['id', 'status'])
    .where('workflow_id', '=', workflowId)
    .execute();
  const alive = new Set(runs.filter(({ status }) => ALIVE_WORKFLOW_RUN_STATUSES.includes(status)).map(({ id }) => id));
  const rows = await readInstances(unit.db, (query) =>
    query
      .where('task_instance.workflow_run_id', 'in', idsOf(runs.map(({ id }) => id)))
      .where('task_instance.status', 'in', LEFT_BEHIND)
      .where(which),
  );
  const writes = rows.map((row) => {
    const move: InstanceMove = alive.has(row.workflowRunId)
      ? { instance: 'K', task: undefined }
      : standDownOf(row, unit.now);
    return { row, move, error: `${reason}: ${row.status} → ${move.instance}.` };
  });
  await writeInstances(unit, writes);
}
