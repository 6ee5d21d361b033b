/** The errors of the tasks of one template version in one workflow. Source: http-views §5.6. */
import { idsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';

export interface ErrorSelection {
  readonly workflowId: number;
  readonly versionId: number;
  /** Only the newest error of each task, in the newest run of the workflow. */
  readonly recentOnly: boolean;
}

/**
 * Ids of the selected error log entries, ascending. All of them: how many there are belongs to every answer, and finding
 * them takes the time, so a page is cut from them without asking the database again.
 */
export async function errorIds(unit: ReadUnit, selection: ErrorSelection): Promise<number[]> {
  const rows = selection.recentOnly
    ? await newestErrors(unit, selection)
    : await selectErrors(unit, selection).execute();
  return rows.map(({ id }) => id);
}

/** Ids of the errors of one task instance, ascending. */
export async function errorIdsOfInstance({ db }: ReadUnit, taskInstanceId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('task_instance_error_log')
    .select('id')
    .where('task_instance_id', '=', taskInstanceId)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

function selectErrors({ db }: ReadUnit, { workflowId, versionId }: ErrorSelection) {
  // One array has all the tasks of a version in a workflow.
  return db
    .selectFrom('array')
    .innerJoin('task_instance as instance', 'instance.array_id', 'array.id')
    .innerJoin('task_instance_error_log as log', 'log.task_instance_id', 'instance.id')
    .select('log.id')
    .where('array.workflow_id', '=', workflowId)
    .where('array.task_template_version_id', '=', versionId)
    .orderBy('log.id');
}

function newestErrors(unit: ReadUnit, selection: ErrorSelection) {
  return selectErrors(unit, selection)
    .clearSelect()
    .clearOrderBy()
    .select(({ fn }) => fn.max('log.id').as('id'))
    .where('instance.workflow_run_id', '=', ({ selectFrom }) =>
      selectFrom('workflow_run')
        .select(({ fn }) => fn.max('id').as('newest'))
        .where('workflow_id', '=', selection.workflowId),
    )
    .groupBy('instance.task_id')
    .orderBy('id')
    .execute();
}

export type TemplateError = Awaited<ReturnType<typeof readErrors>>[number];

/** The entries with these ids, by ascending id, with what is known of their task instances. */
export function readErrors({ db }: ReadUnit, ids: readonly number[]) {
  return db
    .selectFrom('task_instance_error_log as log')
    .innerJoin('task_instance as instance', 'instance.id', 'log.task_instance_id')
    .innerJoin('task', 'task.id', 'instance.task_id')
    .select(['log.id', 'log.error_time as time', 'log.description', 'instance.stderr_log as stderrLog'])
    .select(['instance.id as taskInstanceId', 'instance.workflow_run_id as workflowRunId'])
    .select(['task.id as taskId', 'task.workflow_id as workflowId'])
    .where('log.id', 'in', idsOf(ids))
    .orderBy('log.id')
    .execute();
}
