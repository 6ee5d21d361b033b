/** A workflow as a whole: how it is described, its templates, and its runs. */
import type { ReadUnit } from '../../db/unit.ts';
import { unknownWorkflow } from '../unknown-workflow.ts';

/** A workflow that is resumed every minute for a night is not to make the answer too large. */
const RUNS = 1000;

/** @throws SkepError `not_found` */
export async function runRecords({ db }: ReadUnit, workflowId: number) {
  const workflow = await db
    .selectFrom('workflow')
    .leftJoin('tool_version', 'tool_version.id', 'workflow.tool_version_id')
    .leftJoin('tool', 'tool.id', 'tool_version.tool_id')
    .select(['workflow.id', 'workflow.name', 'workflow.description', 'workflow.workflow_args', 'workflow.status'])
    .select(['workflow.created_date', 'tool.name as tool'])
    .where('workflow.id', '=', workflowId)
    .executeTakeFirst();
  if (workflow === undefined) throw unknownWorkflow(workflowId);
  const { tasks } = await db
    .selectFrom('task')
    .select(({ fn }) => fn.countAll<number>().as('tasks'))
    .where('workflow_id', '=', workflowId)
    .executeTakeFirstOrThrow();
  const templates = await db
    .selectFrom('array')
    .leftJoin('task_template_version as version', 'version.id', 'array.task_template_version_id')
    .leftJoin('task_template as template', 'template.id', 'version.task_template_id')
    .select(['array.id', 'array.name as arrayName', 'template.name', 'version.command_template'])
    .where('array.workflow_id', '=', workflowId)
    .orderBy('array.id')
    .execute();
  const runs = await db
    .selectFrom('workflow_run')
    .select(['id', 'user', 'status', 'created_date', 'status_date'])
    .where('workflow_id', '=', workflowId)
    .orderBy('id', 'desc')
    .limit(RUNS)
    .execute();
  return { workflow, tasks: Number(tasks), templates, runs: runs.reverse() };
}
