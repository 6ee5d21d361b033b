/** Batches: instances of one array that are taken, launched and killed together. Source: http-fsm §10.3–10.5, §12.12. */
import { sql } from 'kysely';
import { idsOf, rowsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { decideInstance } from '../transitions/instance.ts';
import { type InstanceQuery, readInstances, supersededInstance } from './instance-rows.ts';
import { deadlineAfter, writeInstances } from './instance-writes.ts';

/** The distributor takes queued instances. Those that wait no more, or whose task has moved on, stay as they are. */
export function instantiate(unit: WriteUnit, ids: readonly number[]): Promise<void> {
  return take(unit, (query) => query.where('task_instance.id', 'in', idsOf(ids)));
}

/**
 * Takes what this unit has queued of the tasks, for a distributor that waits for it: the two changes share a commit, and the
 * distributor has one question less to ask. If it is gone by then, its next question or the next distributor finds them.
 */
export function instantiateQueued(unit: WriteUnit, runId: number, taskIds: readonly number[]): Promise<void> {
  return take(unit, (query) =>
    query.where('task_instance.task_id', 'in', idsOf(taskIds)).where('task_instance.workflow_run_id', '=', runId),
  );
}

async function take(unit: WriteUnit, which: (query: InstanceQuery) => InstanceQuery): Promise<void> {
  const rows = await readInstances(unit.db, (query) =>
    which(query).where('task_instance.status', '=', 'Q').where('task.status', '=', 'Q'),
  );
  await writeInstances(
    unit,
    rows.filter(({ superseded }) => !superseded).map((row) => ({ row, move: { instance: 'I', task: 'I' } })),
  );
}

export interface InstantiatedBatch {
  readonly arrayId: number;
  readonly arrayName: string;
  readonly batch: number;
  readonly taskResourcesId: number;
  readonly instances: readonly { readonly id: number; readonly step: number }[];
}

/** Those of the instances that are instantiated and may be launched, grouped by batch, ids ascending. */
export async function instantiatedBatches({ db }: ReadUnit, ids: readonly number[]): Promise<InstantiatedBatch[]> {
  const rows = await db
    .selectFrom('task_instance')
    .innerJoin('task', 'task.id', 'task_instance.task_id')
    .innerJoin('array', 'array.id', 'task_instance.array_id')
    .select([
      'task_instance.id as id',
      'task_instance.array_id as arrayId',
      'array.name as arrayName',
      'task_instance.array_batch_num as batch',
      'task_instance.task_resources_id as taskResourcesId',
      'task_instance.array_step_id as step',
    ])
    .where('task_instance.id', 'in', idsOf(ids))
    .where('task_instance.status', '=', 'I')
    .where('task.status', '=', 'I')
    .where(({ not }) => not(supersededInstance()))
    .orderBy('task_instance.id')
    .execute();
  const batches = Map.groupBy(rows, (row) => `${row.arrayId}/${row.batch}/${row.taskResourcesId}`);
  return [...batches.values()].map((group) => ({ ...(group[0] as (typeof rows)[number]), instances: group }));
}

export interface BatchName {
  readonly arrayId: number;
  readonly batch: number;
}

/** The batch was submitted: its instantiated instances are launched. Those that already run or ended stay. */
export async function launchBatch(unit: WriteUnit, name: BatchName, increment: number): Promise<void> {
  const attributes = { submitted_date: unit.now, report_by_date: deadlineAfter(unit.now, increment) };
  const rows = await readInstances(unit.db, (query) => inBatch(query, name).where('task_instance.status', '=', 'I'));
  await writeInstances(
    unit,
    rows.map((row) => ({ row, move: decideInstance(row, 'O'), attributes })),
  );
}

/** The cluster has killed what was ordered to die in the batch: those instances and the tasks that are theirs fail. */
export async function endKilled(unit: WriteUnit, name: BatchName): Promise<void> {
  const rows = await readInstances(unit.db, (query) => inBatch(query, name).where('task_instance.status', '=', 'K'));
  await writeInstances(
    unit,
    rows.map((row) => ({ row, move: decideInstance(row, 'F') })),
  );
}

function inBatch(query: InstanceQuery, { arrayId, batch }: BatchName): InstanceQuery {
  return query.where('task_instance.array_id', '=', arrayId).where('task_instance.array_batch_num', '=', batch);
}

/** Stores the cluster's job ids of instances of an array; ids of other arrays are passed over. */
export async function storeDistributorIds(
  unit: WriteUnit,
  arrayId: number,
  ids: readonly { readonly instance: number; readonly distributor: string }[],
): Promise<void> {
  await unit.db
    .updateTable('task_instance')
    .from(rowsOf(ids, { instance: 'integer', distributor: 'text' }).as('given'))
    .set((eb) => ({ distributor_id: eb.ref('given.distributor') }))
    .whereRef('task_instance.id', '=', 'given.instance')
    // `+`: the rows are found by their ids. By the index of the array each id would walk through the whole array.
    .where(sql`+task_instance.array_id`, '=', arrayId)
    .execute();
}
