/** What people ask about workflows by id. Source: http-views §4.1, §4.3, §4.4, §4.7, §4.10. */
import { RESTING_WORKFLOW_STATUSES, type WorkflowRunStatus } from '../../../core/status.ts';
import { idsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { workflowsOf } from '../dag-walk.ts';
import { countTasks, NO_TASKS, type TaskCounts } from './task-counts.ts';

/** Says whether all tasks (those that exist) belong to one workflow that rests; no tasks at all are no obstacle. */
export async function validateTasks(
  unit: ReadUnit,
  taskIds: readonly number[],
): Promise<{ valid: boolean; workflowStatus: string | null }> {
  if (taskIds.length === 0) return { valid: true, workflowStatus: null };
  const [workflow, ...others] = await workflowsOf(unit, taskIds);
  if (workflow === undefined) return { valid: false, workflowStatus: null };
  return {
    valid: others.length === 0 && RESTING_WORKFLOW_STATUSES.includes(workflow.status),
    workflowStatus: workflow.status,
  };
}

/** Whether the user ever ran the workflow; undefined: whether anybody did. */
export async function hasRunOf({ db }: ReadUnit, workflowId: number, user: string | undefined): Promise<boolean> {
  const run = await db
    .selectFrom('workflow_run')
    .select('id')
    .where('workflow_id', '=', workflowId)
    .$if(user !== undefined, (query) => query.where('user', '=', user as string))
    .limit(1)
    .executeTakeFirst();
  return run !== undefined;
}

/** Runs that ended without success. */
const FAILED: readonly WorkflowRunStatus[] = ['E', 'S', 'T', 'A'];

/** The newest run of a workflow, if it failed and belongs to the user (or to anybody): then the workflow may be reset. */
export async function resettableRun(
  { db }: ReadUnit,
  workflowId: number,
  user: string | undefined,
): Promise<number | undefined> {
  const newest = await newestRun(db, workflowId).executeTakeFirst();
  if (newest === undefined || (user !== undefined && newest.user !== user)) return undefined;
  return FAILED.includes(newest.status) ? newest.id : undefined;
}

export interface WorkflowCounts extends TaskCounts {
  readonly id: number;
  readonly maxConcurrentlyRunning: number;
}

/** Task counts of every workflow that is asked for; a workflow without tasks, known or not, has nothing but zeros. */
export async function workflowCounts(unit: ReadUnit, ids: readonly number[]): Promise<WorkflowCounts[]> {
  const counts = await countTasks(unit, ids);
  const workflows = await unit.db
    .selectFrom('workflow')
    .select(['id', 'max_concurrently_running'])
    .where('id', 'in', idsOf(ids))
    .execute();
  const limits = new Map(workflows.map(({ id, max_concurrently_running }) => [id, max_concurrently_running]));
  return ids.map((id) => {
    const counted = counts.get(id);
    return { id, ...(counted ?? NO_TASKS), maxConcurrentlyRunning: counted === undefined ? 0 : (limits.get(id) ?? 0) };
  });
}

/** A workflow with its tool and its newest run; undefined without one of the three. */
export function workflowDetails({ db }: ReadUnit, workflowId: number) {
  return db
    .selectFrom('workflow')
    .innerJoin('tool_version', 'tool_version.id', 'workflow.tool_version_id')
    .innerJoin('tool', 'tool.id', 'tool_version.tool_id')
    .innerJoin('workflow_status as status', 'status.id', 'workflow.status')
    .innerJoin(newestRun(db, workflowId).as('run'), 'run.workflow_id', 'workflow.id')
    .select(['workflow.name', 'workflow.workflow_args', 'workflow.created_date', 'workflow.status_date'])
    .select(['workflow.status', 'status.description', 'tool.name as tool'])
    .select(['run.jobmon_version', 'run.heartbeat_date', 'run.user'])
    .where('workflow.id', '=', workflowId)
    .executeTakeFirst();
}

function newestRun(db: ReadUnit['db'], workflowId: number) {
  return db
    .selectFrom('workflow_run')
    .select(['id', 'workflow_id', 'status', 'user', 'jobmon_version', 'heartbeat_date'])
    .where('workflow_id', '=', workflowId)
    .orderBy('id', 'desc')
    .limit(1);
}
