/** Counting the tasks of workflows, in the database. Source: http-views §4.6, §4.7. */
import { sql } from 'kysely';
import { idsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { labelOfTask, type TaskLabel } from './labels.ts';

export interface TaskCounts {
  readonly byLabel: Readonly<Record<TaskLabel, number>>;
  readonly total: number;
  /** Attempts beyond the first one of each task. */
  readonly retries: number;
  readonly attempts: { readonly sum: number; readonly least: number; readonly most: number };
}

export const NO_TASKS: TaskCounts = {
  byLabel: { PENDING: 0, SCHEDULED: 0, RUNNING: 0, DONE: 0, FATAL: 0 },
  total: 0,
  retries: 0,
  attempts: { sum: 0, least: 0, most: 0 },
};

/** Counts by workflow; one that has no tasks is absent. */
export async function countTasks(
  { db }: ReadUnit,
  workflowIds: readonly number[],
): Promise<ReadonlyMap<number, TaskCounts>> {
  // All columns are in one index, which is far smaller than the table.
  const rows = await db
    .selectFrom('task')
    .select(({ fn }) => [
      'workflow_id',
      'status',
      fn.countAll<number>().as('count'),
      sql<number>`sum(case when num_attempts > 1 then num_attempts - 1 else 0 end)`.as('retries'),
      fn.sum<number>('num_attempts').as('sum'),
      fn.min<number>('num_attempts').as('least'),
      fn.max<number>('num_attempts').as('most'),
    ])
    .where('workflow_id', 'in', idsOf(workflowIds))
    .groupBy(['workflow_id', 'status'])
    .execute();
  const counts = new Map<number, TaskCounts>();
  for (const { workflow_id, status, count, retries, sum, least, most } of rows) {
    const label = labelOfTask(status);
    const part = { byLabel: { ...NO_TASKS.byLabel, [label]: count }, total: count, retries };
    counts.set(workflow_id, add(counts.get(workflow_id), { ...part, attempts: { sum, least, most } }));
  }
  return counts;
}

function add(left: TaskCounts | undefined, right: TaskCounts): TaskCounts {
  if (left === undefined) return right;
  const labels = Object.keys(NO_TASKS.byLabel) as TaskLabel[];
  return {
    byLabel: Object.fromEntries(
      labels.map((label) => [label, left.byLabel[label] + right.byLabel[label]]),
    ) as TaskCounts['byLabel'],
    total: left.total + right.total,
    retries: left.retries + right.retries,
    attempts: {
      sum: left.attempts.sum + right.attempts.sum,
      least: Math.min(left.attempts.least, right.attempts.least),
      most: Math.max(left.attempts.most, right.attempts.most),
    },
  };
}
