/** Giving tasks that ran out of a resource more of it before a resume. Source: http-fsm §8.13. */
import { idsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { readResources } from './resources-text.ts';

/** A failed task, and the resources of its last attempt, which ran out of one of them. */
interface Shortage {
  readonly taskId: number;
  readonly numAttempts: number;
  readonly scales: string | null;
  readonly usedResources: string;
  readonly queueId: number | null;
  readonly queueParameters: string | null;
}

/**
 * Scales the resources of failed tasks whose last attempt ran out of them. What is scaled is what that attempt had, so a
 * repeated request comes to the same values; tasks get a row of their own kind (A), because rows are shared with tasks that
 * did not fail. The tasks stay F until they are reset.
 * @returns ids of the tasks that have scaled resources now, ascending; the same when repeated.
 */
export async function increaseResources(unit: WriteUnit, workflowId: number): Promise<number[]> {
  const scaled = (await readShortages(unit, workflowId)).flatMap((shortage) => {
    const resources = scaleResources(shortage);
    return resources === undefined ? [] : [{ ...shortage, resources }];
  });
  const groups = Map.groupBy(scaled, ({ queueId, resources }) => `${queueId}/${resources}`);
  for (const group of groups.values()) {
    const { queueId, resources } = group[0] as (typeof scaled)[number];
    const taskIds = group.map(({ taskId }) => taskId);
    await pointTo(unit, taskIds, await adjustedRow(unit, taskIds, queueId, resources));
  }
  return scaled.map(({ taskId }) => taskId);
}

function readShortages({ db }: ReadUnit, workflowId: number): Promise<Shortage[]> {
  return db
    .selectFrom('task')
    .innerJoin('task_instance', 'task_instance.task_id', 'task.id')
    .innerJoin('task_resources', 'task_resources.id', 'task_instance.task_resources_id')
    .leftJoin('queue', 'queue.id', 'task_resources.queue_id')
    .select([
      'task.id as taskId',
      'task.num_attempts as numAttempts',
      'task.resource_scales as scales',
      'task_resources.requested_resources as usedResources',
      'task_resources.queue_id as queueId',
      'queue.parameters as queueParameters',
    ])
    .where('task.workflow_id', '=', workflowId)
    .where('task.status', '=', 'F')
    .where('task_instance.status', '=', 'Z')
    .where(({ eb, selectFrom }) =>
      eb(
        'task_instance.id',
        '=',
        selectFrom('task_instance as newest')
          .select(({ fn }) => fn.max('newest.id').as('id'))
          .whereRef('newest.task_id', '=', 'task.id'),
      ),
    )
    .orderBy('task.id')
    .execute();
}

/** The scaled resources as JSON text, or undefined when no scale applies to any of them. */
function scaleResources(shortage: Shortage): string | undefined {
  const used = readResources(shortage.usedResources);
  const offered = readResources(shortage.queueParameters);
  const scaled: Record<string, unknown> = { ...used };
  for (const [name, scale] of Object.entries(readResources(shortage.scales))) {
    const value = used[name];
    if (typeof value !== 'number') continue;
    const target = scaleValue(value, scale, shortage.numAttempts);
    if (target !== undefined) scaled[name] = Math.min(target, largestOf(offered[name]));
  }
  const changed = Object.keys(scaled).some((name) => scaled[name] !== used[name]);
  return changed ? JSON.stringify(scaled) : undefined;
}

/** A number adds its share; a list names the value for each attempt. The name of a function is known to the client alone. */
function scaleValue(value: number, scale: unknown, numAttempts: number): number | undefined {
  if (typeof scale === 'number') return Math.ceil(value * (1 + scale));
  if (!Array.isArray(scale)) return undefined;
  const target: unknown = scale[Math.min(scale.length - 1, Math.max(0, numAttempts - 1))];
  return typeof target === 'number' ? Math.trunc(target) : undefined;
}

/** The most that a queue offers of a resource: queues write their limits as `(least, most)`. */
function largestOf(limits: unknown): number {
  const most: unknown = Array.isArray(limits) ? limits[1] : undefined;
  return typeof most === 'number' ? most : Number.POSITIVE_INFINITY;
}

/** The row of these resources: the one that an earlier request made, or a new one. */
async function adjustedRow(
  { db }: WriteUnit,
  taskIds: readonly number[],
  queueId: number | null,
  resources: string,
): Promise<number> {
  const earlier = await db
    .selectFrom('task')
    .innerJoin('task_resources', 'task_resources.id', 'task.task_resources_id')
    .select('task_resources.id')
    .where('task.id', 'in', idsOf(taskIds))
    .where('task_resources_type_id', '=', 'A')
    .where('queue_id', 'is not distinct from', queueId)
    .where('requested_resources', '=', resources)
    .executeTakeFirst();
  if (earlier !== undefined) return earlier.id;
  const { id } = await db
    .insertInto('task_resources')
    .values({ queue_id: queueId, task_resources_type_id: 'A', requested_resources: resources })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function pointTo({ db }: WriteUnit, taskIds: readonly number[], taskResourcesId: number): Promise<void> {
  await db.updateTable('task').set({ task_resources_id: taskResourcesId }).where('id', 'in', idsOf(taskIds)).execute();
}
