/** Changing the statuses of tasks by hand. Source: http-views §3.4, data-model §8. */
import { SkepError } from '../../core/errors.ts';
import {
  labelOf,
  RESTING_WORKFLOW_STATUSES,
  TASK_STATUSES,
  type TaskStatus,
  WORKFLOW_STATUSES,
} from '../../core/status.ts';
import { idsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { noteEnd } from '../notify/outbox.ts';
import { reachedFrom, selectNeighbours, soleWorkflowOf } from './dag-walk.ts';
import { endAttempts, startTasksAnew, type TaskCondition } from './start-anew.ts';

/** Statuses of tasks that no attempt has begun: what lies behind them may still be changed. */
const NOT_BEGUN: readonly TaskStatus[] = ['G', 'I', 'Q'];

const EVERY = Object.keys(TASK_STATUSES) as TaskStatus[];
const UNDONE = EVERY.filter((status) => status !== 'D');

export interface TaskUpdate {
  readonly workflowId: number;
  readonly taskIds: readonly number[] | 'all';
  /** D (done) or G (to be run again). */
  readonly status: string;
  /** Also everything upstream (D) or downstream (G) of the tasks. */
  readonly recursive: boolean;
}

/**
 * Sets tasks to done, or makes them run again and ends what is at work on them. The workflow follows: done when all its
 * tasks are, failed when it was done and a task is no longer.
 * @throws SkepError `invalid_usage` for another status, for tasks that are not the workflow's, and while a run is at work
 * on what directly depends on them.
 */
export async function updateTasks(unit: WriteUnit, update: TaskUpdate): Promise<void> {
  const { workflowId, status, recursive } = update;
  if (status !== 'D' && status !== 'G') {
    throw new SkepError('invalid_usage', `new_status must be D or G, not ${JSON.stringify(status)}.`);
  }
  await refuseForeignTasks(unit, update);
  await refuseWhileAtWork(unit, update);
  const which = whichTasks(recursive ? await withReached(unit, update) : update);
  if (status === 'D') {
    await setDone(unit, workflowId, which);
  } else {
    await endAttempts(unit, workflowId, which, 'The task was set to run again');
    await startTasksAnew(unit, workflowId, which);
  }
  await settleWorkflow(unit, workflowId, status);
}

/** What a refusal begins with; peers look for it. */
const REFUSAL = 'Task status cannot be updated';

async function refuseForeignTasks(unit: ReadUnit, { workflowId, taskIds }: TaskUpdate): Promise<void> {
  if (taskIds === 'all' || taskIds.length === 0) return;
  const owner = await soleWorkflowOf(unit, taskIds, REFUSAL);
  if (owner === undefined) throw new SkepError('invalid_usage', `${REFUSAL}: task_ids names no task that exists.`);
  if (owner.id === workflowId) return;
  const sentence = `${REFUSAL} because the tasks belong to workflow ${owner.id}, not to workflow ${workflowId}.`;
  throw new SkepError('invalid_usage', sentence);
}

/** A list without ids passes: nothing changes. */
async function refuseWhileAtWork(unit: ReadUnit, { workflowId, taskIds }: TaskUpdate): Promise<void> {
  const workflow = await unit.db
    .selectFrom('workflow')
    .select('status')
    .where('id', '=', workflowId)
    .executeTakeFirst();
  if (workflow === undefined) {
    throw new SkepError('invalid_usage', `${REFUSAL}: workflow ${workflowId} does not exist.`);
  }
  if (taskIds === 'all' && !(await hasTask(unit, workflowId, EVERY))) {
    throw new SkepError('invalid_usage', `${REFUSAL}: workflow ${workflowId} has no tasks.`);
  }
  if (RESTING_WORKFLOW_STATUSES.includes(workflow.status)) return;
  const begun = await selectNeighbours(unit, 'downstream')
    .where(whichTasks({ workflowId, taskIds }))
    .where('next.status', 'not in', NOT_BEGUN)
    .clearOrderBy()
    .limit(1)
    .executeTakeFirst();
  if (begun === undefined) return;
  const place = `workflow ${workflowId} is ${labelOf(WORKFLOW_STATUSES, workflow.status)}`;
  const task = `task ${begun.id}, which depends on one of the tasks, is ${labelOf(TASK_STATUSES, begun.status)}`;
  const rule = 'The workflow must be FAILED, DONE, ABORTED or HALTED, or all downstream tasks waiting';
  throw new SkepError('invalid_usage', `${REFUSAL} because ${place} and ${task}. ${rule}.`);
}

function whichTasks({ workflowId, taskIds }: Pick<TaskUpdate, 'workflowId' | 'taskIds'>): TaskCondition {
  return ({ eb }) =>
    taskIds === 'all' ? eb('task.workflow_id', '=', workflowId) : eb('task.id', 'in', idsOf(taskIds));
}

/** The update together with everything upstream (D) or downstream (G) of its tasks. */
async function withReached(unit: ReadUnit, update: TaskUpdate): Promise<TaskUpdate> {
  const { workflowId, taskIds, status } = update;
  if (taskIds === 'all') return update;
  const direction = status === 'D' ? 'upstream' : 'downstream';
  const reached = await reachedFrom(unit, { workflowId, taskIds, direction });
  return { ...update, taskIds: reached.map(({ id }) => id) };
}

/** @returns how many tasks it changed. */
export async function setDone(unit: WriteUnit, workflowId: number, which: TaskCondition): Promise<number> {
  const { numUpdatedRows } = await unit.db
    .updateTable('task')
    .set({ status: 'D', status_date: unit.now, revision: await unit.revision() })
    .where(which)
    .where('status', '!=', 'D')
    .executeTakeFirst();
  if (numUpdatedRows > 0n) unit.changed(`workflow:${workflowId}`);
  return Number(numUpdatedRows);
}

/**
 * Done when every task is, whatever it was before: its run, if it has one, finds nothing left to do and ends. Failed when it
 * was done and a task is no longer.
 */
export async function settleWorkflow(unit: WriteUnit, workflowId: number, status: 'D' | 'G'): Promise<void> {
  const undone = await hasTask(unit, workflowId, UNDONE);
  if (status === 'D' && (undone || !(await hasTask(unit, workflowId, ['D'])))) return;
  if (status === 'G' && !undone) return;
  const workflow = await unit.db
    .selectFrom('workflow')
    .select('status')
    .where('id', '=', workflowId)
    .executeTakeFirst();
  if (workflow === undefined) return;
  const after = status === 'D' ? 'D' : 'F';
  const { numUpdatedRows } = await unit.db
    .updateTable('workflow')
    .set({ status: after, status_date: unit.now, revision: await unit.revision() })
    .where('id', '=', workflowId)
    .where('status', status === 'D' ? '!=' : '=', 'D')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  // That it is no longer done is no end: somebody has just asked for it.
  if (status === 'D') await noteEnd(unit, { workflowId, before: workflow.status, after });
  unit.changed(`workflow:${workflowId}`);
}

async function hasTask({ db }: ReadUnit, workflowId: number, statuses: readonly TaskStatus[]): Promise<boolean> {
  const task = await db
    .selectFrom('task')
    .select('id')
    .where('workflow_id', '=', workflowId)
    .where('status', 'in', statuses)
    .limit(1)
    .executeTakeFirst();
  return task !== undefined;
}
