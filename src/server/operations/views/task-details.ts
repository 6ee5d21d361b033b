/** What people ask about single tasks and about those of one template. Source: http-views §3.10, §4.9. */
import type { ReadUnit } from '../../db/unit.ts';

/** A task with its command and template; undefined for an unknown one. */
export function taskDetails({ db }: ReadUnit, taskId: number) {
  return db
    .selectFrom('task')
    .innerJoin('node', 'node.id', 'task.node_id')
    .innerJoin('task_template_version as version', 'version.id', 'node.task_template_version_id')
    .select(['task.status', 'task.workflow_id', 'task.name', 'task.command', 'task.status_date'])
    .select('version.task_template_id')
    .where('task.id', '=', taskId)
    .executeTakeFirst();
}

export interface TaskPage {
  readonly workflowId: number;
  readonly templateName: string;
  /** Only tasks with a higher id. */
  readonly afterTaskId: number;
  /** Undefined: all of them. */
  readonly limit: number | undefined;
}

/**
 * The tasks of a template in a workflow, by ascending id. The arrays of a workflow are few and name the template of their
 * tasks, so they lead to the tasks; the nodes of the template are shared with all other workflows.
 */
export function taskTable({ db }: ReadUnit, { workflowId, templateName, afterTaskId, limit }: TaskPage) {
  return db
    .selectFrom('task')
    .select(['id', 'name', 'status', 'command', 'num_attempts', 'status_date', 'max_attempts'])
    .where('array_id', 'in', ({ selectFrom }) =>
      selectFrom('array')
        .innerJoin('task_template_version as version', 'version.id', 'array.task_template_version_id')
        .innerJoin('task_template as template', 'template.id', 'version.task_template_id')
        .select('array.id')
        .where('array.workflow_id', '=', workflowId)
        .where('template.name', '=', templateName),
    )
    .where('id', '>', afterTaskId)
    .orderBy('id')
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute();
}
