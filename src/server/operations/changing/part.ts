/** Changing some of the tasks of a change, in one transaction. */
import { sql } from 'kysely';
import { SkepError } from '../../../core/errors.ts';
import { idsOf, rowsOf, textsOf } from '../../db/bulk.ts';
import type { WriteUnit } from '../../db/unit.ts';
import { increaseResources } from '../increase-resources.ts';
import { endAttempts, startTasksAnew, type TaskCondition } from '../start-anew.ts';
import { setDone, settleWorkflow } from '../task-updates.ts';
import { aliveRunOf } from '../workflow-runs.ts';
import { type ChangePlan, type ChangeRequest, concernsAttempts } from './plan.ts';
import { type NewResources, replaceResources } from './resources.ts';

export interface Change {
  readonly request: ChangeRequest;
  readonly plan: ChangePlan;
  readonly changeId: number;
}

/**
 * Changes those of the tasks that are still as they were planned to be.
 * @returns how many these are.
 * @throws SkepError `change_outdated` when a run has begun since the change was planned.
 */
export async function changePart(unit: WriteUnit, change: Change, ids: Float64Array): Promise<number> {
  const { request, plan } = change;
  const { workflowId, action } = request;
  if (!plan.circumstances.isLive) await refuseNewRun(unit, workflowId);
  const which: TaskCondition = ({ eb, and }) =>
    and([eb('task.id', 'in', idsOf(ids)), eb('task.status', 'in', textsOf(plan.statuses))]);
  if (concernsAttempts(plan)) await endAttempts(unit, workflowId, which, REASONS[action]);
  const changed = await CHANGES[action](unit, change, which);
  await settleWorkflow(unit, workflowId, action === 'mark_done' ? 'D' : 'G');
  return changed;
}

/** What the log of attempts says that had to end. */
const REASONS = {
  reset: 'The task was reset',
  retry: 'The task is tried again',
  mark_done: 'The task was marked as done',
} as const;

type Carry = (unit: WriteUnit, change: Change, which: TaskCondition) => Promise<number>;

const CHANGES: Readonly<Record<ChangeRequest['action'], Carry>> = {
  reset: (unit, { request }, which) => startTasksAnew(unit, request.workflowId, which),
  mark_done: (unit, { request }, which) => setDone(unit, request.workflowId, which),
  async retry(unit, { request, plan, changeId }, which) {
    const { workflowId, resources } = request;
    // A resume does this for failed tasks, which these no longer are then; a live run does it by itself.
    if (!plan.circumstances.isLive) await increaseResources(unit, workflowId, which);
    if (resources === undefined) return startTasksAnew(unit, workflowId, which);
    return startWith(unit, { workflowId, changeId, resources, which });
  },
};

interface NewStart {
  readonly workflowId: number;
  readonly changeId: number;
  readonly resources: NewResources;
  readonly which: TaskCondition;
}

/** As `startTasksAnew`, with other resources. */
async function startWith(unit: WriteUnit, { workflowId, ...start }: NewStart): Promise<number> {
  const pairs = await replaceResources(unit, start);
  const { numUpdatedRows } = await unit.db
    .updateTable('task')
    .from(rowsOf(pairs, { from: 'integer', to: 'integer' }).as('given'))
    .set({
      task_resources_id: sql.ref('given.to'),
      status: 'G',
      num_attempts: 0,
      status_date: unit.now,
      revision: await unit.revision(),
    })
    .where(start.which)
    .whereRef('task.task_resources_id', '=', 'given.from')
    .executeTakeFirst();
  if (numUpdatedRows > 0n) unit.changed(`workflow:${workflowId}`);
  return Number(numUpdatedRows);
}

async function refuseNewRun(unit: WriteUnit, workflowId: number): Promise<void> {
  const run = await aliveRunOf(unit, workflowId);
  if (run === undefined) return;
  const sentence = `Run ${run.id} of workflow ${workflowId} has begun since it was looked at, which has to be stopped first: skep workflow stop -w ${workflowId}.`;
  throw new SkepError('change_outdated', sentence);
}
