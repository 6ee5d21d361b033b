import { idsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { ATTEMPT_COLUMNS } from '../attempt-rows.ts';
import { askedIn } from '../progress/usage.ts';

/** Of each task: a task that people started again and again is not to make a page too large. */
const MOST = 100;
/** Characters of an error: its end is in the output. */
const ERROR_LENGTH = 500;

type Records = Awaited<ReturnType<typeof attemptsOf>>;
export type AttemptRecord = Records extends Map<number, (infer Attempt)[]> ? Attempt : never;

/** The attempts of each of these tasks, the oldest first. */
export async function attemptsOf(unit: ReadUnit, taskIds: readonly number[]) {
  const rows = await unit.db
    .selectFrom('task_instance as instance')
    .innerJoin('task_resources as resources', 'resources.id', 'instance.task_resources_id')
    .leftJoin('queue', 'queue.id', 'resources.queue_id')
    .leftJoin('cluster', 'cluster.id', 'queue.cluster_id')
    .select(ATTEMPT_COLUMNS)
    .select('instance.task_id')
    .where('instance.task_id', 'in', idsOf(taskIds))
    .orderBy('instance.id')
    .execute();
  const kept = Map.groupBy(rows, ({ task_id }) => task_id);
  for (const [id, attempts] of kept) if (attempts.length > MOST) kept.set(id, attempts.slice(-MOST));
  const errors = await errorsOf(
    unit,
    [...kept.values()].flat().flatMap(({ id, status }) => (status === 'D' ? [] : [id])),
  );
  return new Map(
    Array.from(kept, ([id, attempts]) => [
      id,
      attempts.map(({ requested_resources, ...attempt }) => ({
        ...attempt,
        asked: askedIn(requested_resources),
        error: errors.get(attempt.id)?.slice(0, ERROR_LENGTH) ?? null,
      })),
    ]),
  );
}

/** The newest of each. */
async function errorsOf({ db }: ReadUnit, instanceIds: readonly number[]): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('task_instance_error_log')
    .select(['task_instance_id', 'description'])
    .where('task_instance_id', 'in', idsOf(instanceIds))
    .orderBy('id')
    .execute();
  return new Map(rows.map(({ task_instance_id, description }) => [task_instance_id, description]));
}
