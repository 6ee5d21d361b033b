/** What distributors report about single task instances, and what workers ask. Source: http-fsm §12. */
import { SkepError } from '../../core/errors.ts';
import type { TaskInstanceStatus } from '../../core/status.ts';
import { idsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import type { InstanceRow } from './instance-rows.ts';
import { deadlineAfter, type InstanceAttributes } from './instance-writes.ts';
import { applyReports, isAnothers, type Report, type ReportOutcome, type Starter } from './reports.ts';

/**
 * Applies a report to one task instance.
 * @throws SkepError `not_found` when there is none with this id.
 */
export async function applyReport(
  unit: WriteUnit,
  id: number,
  reportOf: (row: InstanceRow) => Report,
): Promise<ReportOutcome> {
  const outcome = (await applyReports(unit, [id], reportOf)).get(id);
  if (outcome === undefined) throw new SkepError('not_found', `Task instance ${id} does not exist.`);
  return outcome;
}

/** The distributor's signs of life for instances that wait in the cluster: moves the deadline of those in O. */
export async function extendLaunched(unit: WriteUnit, ids: readonly number[], increment: number): Promise<void> {
  await unit.db
    .updateTable('task_instance')
    .set({ report_by_date: deadlineAfter(unit.now, increment) })
    .where('id', 'in', idsOf(ids))
    .where('status', '=', 'O')
    .execute();
}

/** The cluster accepted the submission. The id and the deadline are stored whatever the status. Source: http-fsm §12.9. */
export function submittedReport(row: InstanceRow, attributes: InstanceAttributes, now: number): Report {
  const ended = ['D', 'E', 'F'].includes(row.status);
  if (row.status !== 'I') return { requested: ended ? undefined : 'O', attributes };
  return { requested: 'O', attributes: { ...attributes, submitted_date: now } };
}

/**
 * The distributor found nothing out about a silent instance: it counts only while the instance is still silent, because a
 * heartbeat since the triage began says that it lives. Source: http-fsm §12.11.
 */
export function unknownErrorReport(row: InstanceRow, report: Report, now: number): Report {
  return row.reportBy !== null && row.reportBy <= now ? report : {};
}

/** What to tell a distributor about its triage result: nothing when it was carried out. */
export function triageMessage(requested: string, { before, moved }: ReportOutcome): string {
  if (moved) return '';
  if (before === requested) return `The task instance is in status ${before} already.`;
  return `The task instance stays in status ${before}: ${requested} does not follow from it now.`;
}

/**
 * The task instance of one step of a batch.
 * @throws SkepError `not_found` naming array, batch and step.
 */
export async function findByStep(
  { db }: ReadUnit,
  { arrayId, batch, step }: { arrayId: number; batch: number; step: number },
): Promise<number> {
  const row = await db
    .selectFrom('task_instance')
    .select('id')
    .where('array_id', '=', arrayId)
    .where('array_batch_num', '=', batch)
    .where('array_step_id', '=', step)
    .executeTakeFirst();
  if (row === undefined) {
    throw new SkepError('not_found', `Array ${arrayId} has no task instance at step ${step} of batch ${batch}.`);
  }
  return row.id;
}

/** Errors of a task instance, oldest first. */
export function errorsOf({ db }: ReadUnit, id: number) {
  return db
    .selectFrom('task_instance_error_log')
    .select(['id', 'error_time', 'description'])
    .where('task_instance_id', '=', id)
    .orderBy('id')
    .execute();
}

export interface Assignment {
  readonly id: number;
  readonly status: TaskInstanceStatus;
  readonly workflowRunId: number;
  readonly taskId: number;
  readonly taskName: string;
  readonly command: string;
  readonly workflowId: number;
  /** Text of the resources that the attempt asked for; null when their row is missing. */
  readonly resources: string | null;
  readonly nodename: string | null;
  readonly processGroupId: number | null;
}

/**
 * What a worker that has reported to start these instances has to run, by ascending id. Those that another worker has are
 * F for it, the status of an attempt that must not start.
 */
export async function assignmentsOf({ db }: ReadUnit, ids: readonly number[], starter: Starter): Promise<Assignment[]> {
  const rows = await db
    .selectFrom('task_instance')
    .innerJoin('task', 'task.id', 'task_instance.task_id')
    .leftJoin('task_resources', 'task_resources.id', 'task_instance.task_resources_id')
    .select([
      'task_instance.id as id',
      'task_instance.status as status',
      'task_instance.workflow_run_id as workflowRunId',
      'task_instance.task_id as taskId',
      'task.name as taskName',
      'task.command as command',
      'task.workflow_id as workflowId',
      'task_resources.requested_resources as resources',
      'task_instance.nodename as nodename',
      'task_instance.process_group_id as processGroupId',
    ])
    .where('task_instance.id', 'in', idsOf(ids))
    .orderBy('task_instance.id')
    .execute();
  return rows.map((row) => (isAnothers(row, starter) ? { ...row, status: 'F' } : row));
}
