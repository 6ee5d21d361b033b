import type { SelectQueryBuilder } from 'kysely';
import { listOf } from '../db/expressions.ts';
import type { Schema } from '../db/schema.ts';

/** Status → ids of tasks. Statuses without tasks are absent. */
export type TasksByStatus = Record<string, number[]>;

/**
 * The tasks that a query selects. The database writes each list as one text: a row for each of a million tasks would hold
 * everybody else up for a second.
 */
export async function tasksByStatus(tasks: SelectQueryBuilder<Schema, 'task', unknown>): Promise<TasksByStatus> {
  const groups = await tasks
    .select(['status', listOf('task.id').as('ids')])
    .groupBy('status')
    .execute();
  return Object.fromEntries(groups.map(({ status, ids }) => [status, JSON.parse(ids) as number[]]));
}
