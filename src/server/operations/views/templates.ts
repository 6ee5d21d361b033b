/**
 * Which template versions the tasks of a workflow are of. The arrays of a workflow are few, and each names the version of
 * its tasks, so they are asked and not the tasks. Source: http-views §5.1, §5.2.
 */
import type { ReadUnit } from '../../db/unit.ts';

export interface TemplateVersion {
  readonly id: number;
  readonly templateId: number;
  /** Of the template. */
  readonly name: string;
}

/** The newest version of the template of which the workflow has a task; undefined without one. */
export function newestVersion(
  unit: ReadUnit,
  workflowId: number,
  templateId: number,
): Promise<TemplateVersion | undefined> {
  return versionsInUse(unit, workflowId)
    .where('version.task_template_id', '=', templateId)
    .orderBy('version.id', 'desc')
    .executeTakeFirst();
}

/** The versions of the tasks of a workflow, by ascending id. */
export function versionsOfWorkflow(unit: ReadUnit, workflowId: number): Promise<TemplateVersion[]> {
  return versionsInUse(unit, workflowId).orderBy('version.id').execute();
}

/** The version of a task; none for an unknown one. */
export function versionsOfTask(unit: ReadUnit, taskId: number): Promise<TemplateVersion[]> {
  return selectVersions(unit)
    .where('version.id', 'in', ({ selectFrom }) =>
      selectFrom('task')
        .innerJoin('node', 'node.id', 'task.node_id')
        .select('node.task_template_version_id')
        .where('task.id', '=', taskId),
    )
    .execute();
}

function versionsInUse(unit: ReadUnit, workflowId: number) {
  return selectVersions(unit).where(({ exists, selectFrom }) =>
    exists(
      selectFrom('array')
        .innerJoin('task', 'task.array_id', 'array.id')
        .select('task.id')
        .where('array.workflow_id', '=', workflowId)
        .whereRef('array.task_template_version_id', '=', 'version.id'),
    ),
  );
}

function selectVersions({ db }: ReadUnit) {
  return db
    .selectFrom('task_template_version as version')
    .innerJoin('task_template as template', 'template.id', 'version.task_template_id')
    .select(['version.id', 'version.task_template_id as templateId', 'template.name']);
}
