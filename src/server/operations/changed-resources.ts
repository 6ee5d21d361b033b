/** Resources that tasks have in place of those that their program asked for. */
import { idsOf } from '../db/bulk.ts';
import { listOf } from '../db/expressions.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { readResources } from './resources-text.ts';

/** Where a row of resources comes from. */
export interface Origin {
  /** The row that the program asked for. */
  readonly original: number;
  /** The newest change by which a person had a part in it; null: none had. */
  readonly changeId: number | null;
}

/** The origins of those of the rows that were made in place of others. */
export async function originsOf({ db }: ReadUnit, ids: Iterable<number>): Promise<ReadonlyMap<number, Origin>> {
  const rows = await db
    .selectFrom('skep_changed_resources')
    .select(['task_resources_id', 'original', 'change_id as changeId'])
    .where('task_resources_id', 'in', idsOf(new Set(ids)))
    .execute();
  return new Map(rows.map(({ task_resources_id, ...origin }) => [task_resources_id, origin]));
}

export async function noteChangedResources(
  { db }: WriteUnit,
  { id, changedFrom, original, changeId }: Origin & { readonly id: number; readonly changedFrom: number },
): Promise<void> {
  await db
    .insertInto('skep_changed_resources')
    .values({ task_resources_id: id, change_id: changeId, changed_from: changedFrom, original })
    .execute();
}

/** A request for resources. The declared type of the answer names it. @public */
export interface Asked {
  readonly cluster: string;
  readonly queue: string;
  readonly resources: Record<string, unknown>;
}

export interface ChangedResources {
  readonly asked: Asked;
  /** What the program asked for. */
  readonly original: Asked;
  readonly taskIds: readonly number[];
}

/** The tasks of a workflow that are not done and whose resources a person changed, like ones together. */
export async function changedResources({ db }: ReadUnit, workflowId: number): Promise<ChangedResources[]> {
  const change = await db
    .selectFrom('skep_change')
    .select('id')
    .where('workflow_id', '=', workflowId)
    .where('resources', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  // The usual case, for which not every task has to be looked at.
  if (change === undefined) return [];
  const groups = await db
    .selectFrom('task')
    .innerJoin('skep_changed_resources as changed', 'changed.task_resources_id', 'task.task_resources_id')
    .select(['changed.task_resources_id as id', 'changed.original', listOf('task.id').as('ids')])
    .where('task.workflow_id', '=', workflowId)
    .where('task.status', '!=', 'D')
    .where('changed.change_id', 'is not', null)
    .groupBy(['changed.task_resources_id', 'changed.original'])
    .orderBy('changed.task_resources_id')
    .execute();
  const rows = await db
    .selectFrom('task_resources')
    .innerJoin('queue', 'queue.id', 'task_resources.queue_id')
    .innerJoin('cluster', 'cluster.id', 'queue.cluster_id')
    .select(['task_resources.id', 'requested_resources', 'queue.name as queue', 'cluster.name as cluster'])
    .where('task_resources.id', 'in', idsOf(groups.flatMap(({ id, original }) => [id, original])))
    .execute();
  const asked = new Map<number, Asked>(
    rows.map(({ id, requested_resources, ...place }) => [
      id,
      { ...place, resources: readResources(requested_resources) },
    ]),
  );
  return groups.flatMap(({ id, original: originalId, ids }) => {
    const [now, original] = [asked.get(id), asked.get(originalId)];
    if (now === undefined || original === undefined) return [];
    return [{ asked: now, original, taskIds: JSON.parse(ids) }];
  });
}
