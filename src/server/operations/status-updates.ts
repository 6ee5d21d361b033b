/** Status polling of tasks by time, for peers without the change feed. Source: http-fsm §4.1, §8.9. */
import { parseTimeText } from '../db/time.ts';
import type { ReadUnit } from '../db/unit.ts';
import { type TasksByStatus, tasksByStatus } from './tasks-by-status.ts';

/**
 * A change is stamped when its transaction begins and seen when it ends, and the peer's clock text has whole seconds. So
 * updates reach back this many milliseconds before the peer's last look: more than the longest transaction takes.
 * Statuses that are sent twice do no harm.
 */
const MARGIN = 10_000;

/**
 * Tasks whose status changed since `lastSync` (the wire's time text), with their present status; all tasks without it,
 * none if it is no time.
 */
export async function taskUpdatesSince(
  unit: ReadUnit,
  workflowId: number,
  lastSync: string | undefined,
): Promise<TasksByStatus> {
  const tasks = unit.db.selectFrom('task').where('workflow_id', '=', workflowId);
  if (lastSync === undefined) return tasksByStatus(tasks);
  const since = parseTimeText(lastSync);
  if (since === undefined) return {};
  return tasksByStatus(tasks.where('revision', '>', await lastRevisionBefore(unit, workflowId, since - MARGIN)));
}

/**
 * The newest revision of the tasks that last changed before `time`. Revisions follow time, so walking down from the newest
 * one costs as much as there are newer changes, however many tasks the workflow has.
 */
async function lastRevisionBefore({ db }: ReadUnit, workflowId: number, time: number): Promise<number> {
  const row = await db
    .selectFrom('task')
    .select('revision')
    .where('workflow_id', '=', workflowId)
    .where('status_date', '<', time)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.revision ?? -1;
}
