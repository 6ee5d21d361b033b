/** Attempts that a batch system says are over, or says wait. */
import { sql } from 'kysely';
import { idsOf, rowsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import type { InstanceRow } from './instance-rows.ts';
import type { InstanceAttributes } from './instance-writes.ts';
import { applyReports, type ReportOutcome } from './reports.ts';
import { unknownErrorReport } from './task-instances.ts';

/**
 * Tries of one task that are given back in one run. A node that takes every job with it would otherwise keep a task going
 * for ever; ten is far beyond what bad luck does to one task.
 */
const MOST_SPARED = 10;

export interface GivenUp {
  readonly status: string;
  readonly error: string;
  readonly attributes: InstanceAttributes;
  readonly sparesTry: boolean;
  /** Nothing changes unless it is launched, and was not allowed to start. */
  readonly unlessStarted: boolean;
}

/** @returns what became of each instance that exists. */
export async function giveUp(
  unit: WriteUnit,
  given: ReadonlyMap<number, GivenUp>,
): Promise<Map<number, ReportOutcome>> {
  const isSpared = await sparing(
    unit,
    [...given].flatMap(([id, { sparesTry }]) => (sparesTry ? [id] : [])),
  );
  return applyReports(unit, [...given.keys()], (row) => {
    const { status, error, attributes, unlessStarted } = given.get(row.id) as GivenUp;
    if (unlessStarted && row.status !== 'O') return {};
    const report = { requested: status, error, attributes, sparesTry: isSpared(row) };
    return row.status === 'T' && status === 'U' ? unknownErrorReport(row, report, unit.now) : report;
  });
}

/** Says of each of the instances `ids` whether its try may be given back; of any other, no. */
export async function sparing(
  unit: ReadUnit,
  ids: readonly number[],
): Promise<(row: Pick<InstanceRow, 'id' | 'numAttempts'>) => boolean> {
  if (ids.length === 0) return () => false;
  const attempts = await attemptsInRun(unit, ids);
  return ({ id, numAttempts }) => (attempts.get(id) ?? Number.POSITIVE_INFINITY) - numAttempts < MOST_SPARED;
}

/** Instance id → how many attempts its task has had in the same run. */
async function attemptsInRun({ db }: ReadUnit, ids: readonly number[]): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('task_instance as given')
    .innerJoin('task_instance as attempt', (join) =>
      join
        .onRef('attempt.task_id', '=', 'given.task_id')
        .onRef('attempt.workflow_run_id', '=', 'given.workflow_run_id'),
    )
    .select((eb) => ['given.id as id', eb.fn.countAll<number>().as('attempts')])
    .where('given.id', 'in', idsOf(ids))
    .groupBy('given.id')
    .execute();
  return new Map(rows.map(({ id, attempts }) => [id, Number(attempts)]));
}

/** Stores why attempts wait, whatever their status is by now: it is shown only of those that are launched. */
export async function notePendingReasons(
  unit: WriteUnit,
  given: readonly { readonly id: number; readonly reason: string | null }[],
): Promise<void> {
  await unit.db
    .updateTable('task_instance')
    .from(rowsOf(given, { id: 'integer', reason: 'text' }).as('given'))
    .set({ pending_reason: sql.ref('given.reason') })
    .whereRef('task_instance.id', '=', 'given.id')
    .execute();
}

/** Why the launched tasks of a workflow wait, the most frequent reason first. */
export async function pendingReasonsOf({ db }: ReadUnit, workflowId: number) {
  const rows = await db
    .selectFrom('task')
    .innerJoin('task_instance', 'task_instance.task_id', 'task.id')
    .select((eb) => ['task_instance.pending_reason as reason', eb.fn.countAll<number>().as('tasks')])
    .where('task.workflow_id', '=', workflowId)
    .where('task.status', '=', 'O')
    .where('task_instance.status', '=', 'O')
    .where('task_instance.pending_reason', 'is not', null)
    .groupBy('task_instance.pending_reason')
    .execute();
  return rows
    .map(({ reason, tasks }) => ({ reason: reason as string, tasks: Number(tasks) }))
    .sort((one, other) => other.tasks - one.tasks || (one.reason < other.reason ? -1 : 1));
}
