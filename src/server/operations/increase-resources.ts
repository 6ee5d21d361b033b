/** Giving tasks that ran out of a resource more of it before a resume. Source: http-fsm §8.13. */
import { sql } from 'kysely';
import { idsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { noteChangedResources, type Origin, originsOf } from './changed-resources.ts';
import { readResources } from './resources-text.ts';
import type { TaskCondition } from './start-anew.ts';

/** A failed task, and the resources of its last attempt, which ran out of one of them. */
interface Shortage {
  readonly taskId: number;
  /** The row of resources that the task has now. */
  readonly presentId: number;
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
 * `which` leaves the others as they are.
 * @returns ids of the tasks that have scaled resources now, ascending; the same when repeated.
 */
export async function increaseResources(
  unit: WriteUnit,
  workflowId: number,
  which: TaskCondition = ({ lit }) => lit(true),
): Promise<number[]> {
  const shortages = await readShortages(unit, workflowId, which);
  const origins = await originsOf(
    unit,
    shortages.map(({ presentId }) => presentId),
  );
  const scaled = shortages.flatMap((shortage) => {
    const resources = scaleResources(shortage);
    const origin = origins.get(shortage.presentId) ?? { original: shortage.presentId, changeId: null };
    return resources === undefined ? [] : [{ ...shortage, origin, resources }];
  });
  const groups = Map.groupBy(scaled, ({ origin, queueId, resources }) => {
    return `${origin.original}/${origin.changeId}/${queueId}/${resources}`;
  });
  for (const group of groups.values()) await pointTo(unit, group, await adjustedRow(unit, group));
  return scaled.map(({ taskId }) => taskId);
}

type Scaled = Shortage & { readonly resources: string; readonly origin: Origin };

function readShortages({ db }: ReadUnit, workflowId: number, which: TaskCondition): Promise<Shortage[]> {
  return db
    .selectFrom('task')
    .innerJoin('task_instance', 'task_instance.task_id', 'task.id')
    .innerJoin('task_resources', 'task_resources.id', 'task_instance.task_resources_id')
    .leftJoin('queue', 'queue.id', 'task_resources.queue_id')
    .select([
      'task.id as taskId',
      sql<number>`coalesce(task.task_resources_id, task_instance.task_resources_id)`.as('presentId'),
      'task.num_attempts as numAttempts',
      'task.resource_scales as scales',
      'task_resources.requested_resources as usedResources',
      'task_resources.queue_id as queueId',
      'queue.parameters as queueParameters',
    ])
    .where('task.workflow_id', '=', workflowId)
    .where('task.status', '=', 'F')
    .where('task_instance.status', '=', 'Z')
    .where(which)
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

/** The row of the resources that these tasks all come to: the one that an earlier request made, or a new one. */
async function adjustedRow(unit: WriteUnit, group: readonly Scaled[]): Promise<number> {
  const { db } = unit;
  const { queueId, resources, presentId, origin } = group[0] as Scaled;
  const earlier = await db
    .selectFrom('task')
    .innerJoin('task_resources', 'task_resources.id', 'task.task_resources_id')
    .select('task_resources.id')
    .where('task.id', 'in', idsOf(group.map(({ taskId }) => taskId)))
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
  await noteChangedResources(unit, { id, changedFrom: presentId, ...origin });
  return id;
}

async function pointTo({ db }: WriteUnit, group: readonly Scaled[], taskResourcesId: number): Promise<void> {
  const taskIds = group.map(({ taskId }) => taskId);
  await db.updateTable('task').set({ task_resources_id: taskResourcesId }).where('id', 'in', idsOf(taskIds)).execute();
}
