/**
 * The notifications that have to be sent. One is written in the transaction that ends the workflow, so that none is lost
 * with the server and none tells of what was rolled back. A status change pays one small row for it.
 */
import { RESTING_WORKFLOW_STATUSES, type WorkflowRunStatus, type WorkflowStatus } from '../../core/status.ts';
import { idsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';

export interface StatusChange {
  readonly workflowId: number;
  readonly before: WorkflowStatus;
  readonly after: WorkflowStatus;
  /** The run that gave it the status; absent when a person or a repair did. */
  readonly run?: { readonly id: number; readonly status: WorkflowRunStatus };
}

/** Notes that a workflow has ended, if it has: nothing is noted for any other change. */
export async function noteEnd(unit: WriteUnit, { workflowId, before, after, run }: StatusChange): Promise<void> {
  if (before === after || !RESTING_WORKFLOW_STATUSES.includes(after)) return;
  await unit.db
    .insertInto('skep_notification')
    .values({
      workflow_id: workflowId,
      workflow_run_id: run?.id ?? null,
      run_status: run?.status ?? null,
      status_before: before,
      status: after,
      time: unit.now,
      due: unit.now,
    })
    .execute();
  unit.changed('notification');
}

export interface PendingNotification {
  readonly id: number;
  readonly workflowId: number;
  readonly workflowRunId: number | null;
  /** Of the run that ended the workflow, at that time. */
  readonly runStatus: WorkflowRunStatus | null;
  readonly before: WorkflowStatus;
  readonly status: WorkflowStatus;
  /** Of the change. Milliseconds since the epoch. */
  readonly time: number;
  /** Names of the receivers that have it. */
  readonly sentTo: readonly string[];
  readonly attempts: number;
}

/** The notifications whose time has come, at most `limit`, the oldest first. */
export async function dueNotifications({ db, now }: ReadUnit, limit: number): Promise<PendingNotification[]> {
  const rows = await db
    .selectFrom('skep_notification')
    .select(['id', 'workflow_id as workflowId', 'workflow_run_id as workflowRunId', 'run_status as runStatus'])
    .select(['status_before as before', 'status', 'time', 'sent_to as sentTo', 'attempts'])
    .where('due', '<=', now)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, sentTo: JSON.parse(row.sentTo) }));
}

/** When the next notification is due, in milliseconds since the epoch; undefined when there is none. */
export async function nextDue({ db }: ReadUnit): Promise<number | undefined> {
  const { due } = await db
    .selectFrom('skep_notification')
    .select(({ fn }) => fn.min('due').as('due'))
    .executeTakeFirstOrThrow();
  return due ?? undefined;
}

/** Forgets notifications: they were sent, nobody wants them, or they are given up. */
export async function forget(unit: WriteUnit, ids: readonly number[]): Promise<void> {
  await unit.db.deleteFrom('skep_notification').where('id', 'in', idsOf(ids)).execute();
}

/** Puts a notification off that not every receiver took. */
export async function postpone(
  unit: WriteUnit,
  id: number,
  { sentTo, attempts, due }: { sentTo: readonly string[]; attempts: number; due: number },
): Promise<void> {
  await unit.db
    .updateTable('skep_notification')
    .set({ sent_to: JSON.stringify(sentTo), attempts, due })
    .where('id', '=', id)
    .execute();
}
