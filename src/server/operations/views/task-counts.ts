/** Counting the tasks of workflows, in the database. Source: http-views §4.6, §4.7. */
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
  // In the order of an index that holds all these columns: the database passes over it once and has only to count, which
  // for a million tasks takes half as long as to sum up their attempts too.
  const rows = await db
    .selectFrom('task')
    .select(({ fn }) => ['workflow_id', 'status', 'num_attempts', fn.countAll<number>().as('count')])
    .where('workflow_id', 'in', idsOf(workflowIds))
    .groupBy(['workflow_id', 'status', 'num_attempts'])
    .execute();
  const groups = Map.groupBy(rows, ({ workflow_id }) => workflow_id);
  return new Map(Array.from(groups, ([workflowId, group]) => [workflowId, sumOf(group)]));
}

/** Tasks of one status that had as many attempts. */
interface TaskGroup {
  readonly status: string;
  readonly num_attempts: number;
  readonly count: number;
}

/** The counts of all groups together. */
export function sumOf(groups: readonly TaskGroup[]): TaskCounts {
  return groups.map(countsOf).reduce<TaskCounts | undefined>(add, undefined) ?? NO_TASKS;
}

function countsOf({ status, num_attempts, count }: TaskGroup): TaskCounts {
  return {
    byLabel: { ...NO_TASKS.byLabel, [labelOfTask(status)]: count },
    total: count,
    retries: count * Math.max(0, num_attempts - 1),
    attempts: { sum: count * num_attempts, least: num_attempts, most: num_attempts },
  };
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
