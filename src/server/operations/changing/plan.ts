/** Which tasks a change concerns, as one snapshot of the database has them. */
import { sql } from 'kysely';
import { SkepError } from '../../../core/errors.ts';
import { labelOf, TASK_STATUSES, type TaskStatus, WORKFLOW_RUN_STATUSES } from '../../../core/status.ts';
import { idsOf } from '../../db/bulk.ts';
import { listOf } from '../../db/expressions.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { selectReached } from '../dag-walk.ts';
import { findFilter, type GivenFilter, selectFitting } from '../looking/task-search.ts';
import { refuseUnknown } from '../unknown-workflow.ts';
import { hasRunOf } from '../views/workflow-details.ts';
import { aliveRunOf } from '../workflow-runs.ts';
import { type NewResources, refuseImpossible } from './resources.ts';
import { type ChangeAction, type Circumstances, isActive, type LeftOutReason, reasonToLeave } from './rules.ts';

export interface ChangeRequest {
  readonly workflowId: number;
  readonly action: ChangeAction;
  readonly filter: GivenFilter;
  /** Also everything downstream. For a reset alone. */
  readonly recursive: boolean;
  /** For a retry alone. */
  readonly resources: NewResources | undefined;
  readonly user: string;
  /** It is known that he may change this workflow; else a run of it has to be his. */
  readonly isPermitted?: boolean;
}

/** Tasks of one array and one status. */
interface PlannedGroup {
  readonly arrayId: number | null;
  readonly template: string | null;
  readonly status: TaskStatus;
  readonly tasks: number;
}

interface SampleTask {
  readonly id: number;
  readonly name: string;
  readonly status: TaskStatus;
}

export interface ChangePlan {
  readonly circumstances: Circumstances;
  readonly liveRun: number | undefined;
  /** Of the tasks that are to be changed, ascending. */
  readonly ids: Float64Array;
  /** The statuses that they have. */
  readonly statuses: readonly TaskStatus[];
  readonly groups: readonly PlannedGroup[];
  /** The first few of them. */
  readonly sample: readonly SampleTask[];
  readonly leftOut: ReadonlyMap<LeftOutReason, number>;
}

const SAMPLE = 20;

/**
 * @throws SkepError `not_found`, `not_permitted` for a user who had no run of the workflow, `invalid_usage` for what does not
 * go together, `queue_unknown` and `resources_invalid` for resources that cannot be had, and `workflow_live` where a live
 * run could not take the change up.
 */
export async function planChange(unit: ReadUnit, request: ChangeRequest): Promise<ChangePlan> {
  const { workflowId, action, resources } = request;
  refuseMismatch(request);
  await refuseUnknown(unit, workflowId);
  await refuseStranger(unit, request);
  const run = await aliveRunOf(unit, workflowId);
  const circumstances = { action, givesResources: resources !== undefined, isLive: run !== undefined };
  const rows = await groupTasks(unit, request);
  const fates = rows.map((row) => ({ ...row, reason: reasonToLeave(row.status, row.isUntouched, circumstances) }));
  const changed = fates.filter(({ reason }) => reason === undefined);
  if (run !== undefined) refuseLive(request, run, changed);
  const ids = sortedIds(changed);
  if (resources !== undefined) await refuseImpossible(unit, resources, ids);
  return {
    circumstances,
    liveRun: run?.id,
    ids,
    statuses: [...new Set(changed.map(({ status }) => status))],
    groups: await named(unit, changed),
    sample: await sampleOf(unit, ids),
    leftOut: countByReason(fates),
  };
}

function sortedIds(groups: readonly TaskGroup[]): Float64Array {
  const all = new Float64Array(groups.reduce((sum, { ids }) => sum + ids.length, 0));
  let count = 0;
  for (const { ids } of groups) {
    all.set(ids, count);
    count += ids.length;
  }
  return all.sort();
}

function refuseMismatch({ action, recursive, resources }: ChangeRequest): void {
  if (recursive && action !== 'reset') {
    throw new SkepError('invalid_usage', `recursive goes with the action reset, not with ${action}.`);
  }
  if (resources !== undefined && action !== 'retry') {
    throw new SkepError('invalid_usage', `resources go with the action retry, not with ${action}.`);
  }
}

async function refuseStranger(unit: ReadUnit, { workflowId, user, isPermitted }: ChangeRequest): Promise<void> {
  if (isPermitted || (await hasRunOf(unit, workflowId, user))) return;
  throw new SkepError(
    'not_permitted',
    `Workflow ${workflowId} was never run by ${user}, who therefore may not change it.`,
  );
}

/**
 * A live run tries failed tasks again and takes done ones as such. What was done it may have forgotten, or built on; and it
 * knows the resources of its tasks by heart.
 */
function refuseLive(
  { workflowId, resources }: ChangeRequest,
  run: { readonly id: number; readonly status: string },
  changed: readonly TaskGroup[],
): void {
  const place = `run ${run.id} of workflow ${workflowId} is ${labelOf(WORKFLOW_RUN_STATUSES, run.status)}`;
  const stop = `Stop it first: skep workflow stop -w ${workflowId}`;
  if (resources !== undefined) {
    throw new SkepError(
      'workflow_live',
      `Tasks get no new resources because ${place} and has theirs in mind. ${stop}.`,
    );
  }
  const done = changed.filter(({ status }) => status === 'D').reduce((sum, { ids }) => sum + ids.length, 0);
  if (done === 0) return;
  const what = done === 1 ? 'One of the tasks is' : `${done.toLocaleString('en-US')} of the tasks are`;
  const sentence = `${what} ${TASK_STATUSES.D.label} and cannot be reset because ${place} and may have built on them. ${stop}.`;
  throw new SkepError('workflow_live', sentence);
}

interface TaskGroup {
  readonly arrayId: number | null;
  readonly status: TaskStatus;
  readonly isUntouched: boolean;
  readonly ids: readonly number[];
}

/** The ids come as one text for each group: a row for each of a million tasks costs more than everything else here. */
async function groupTasks(unit: ReadUnit, request: ChangeRequest): Promise<TaskGroup[]> {
  const fitting = await grouped(selectFitting(unit, await findFilter(unit, request.filter))).execute();
  const groups = fitting.map(toGroup);
  if (!request.recursive) return groups;
  const { workflowId } = request;
  const taskIds = groups.flatMap(({ ids }) => ids);
  const reached = await grouped(selectReached(unit, { workflowId, taskIds, direction: 'downstream' })).execute();
  return reached.map(toGroup);
}

interface GroupRow {
  readonly array_id: number | null;
  readonly status: TaskStatus;
  readonly untouched: number;
  readonly ids: string;
}

function toGroup({ array_id, status, untouched, ids }: GroupRow): TaskGroup {
  return { arrayId: array_id, status, isUntouched: untouched === 1, ids: JSON.parse(ids) };
}

type TaskQuery = ReturnType<typeof selectFitting>;

function grouped(query: TaskQuery | ReturnType<typeof selectReached>) {
  const untouched = sql<number>`case when task.num_attempts = 0 then 1 else 0 end`;
  return (query as TaskQuery)
    .select(['task.array_id', 'task.status', untouched.as('untouched'), listOf('task.id').as('ids')])
    .groupBy(['task.array_id', 'task.status', untouched]);
}

async function named({ db }: ReadUnit, groups: readonly TaskGroup[]): Promise<PlannedGroup[]> {
  const arrayIds = groups.flatMap(({ arrayId }) => arrayId ?? []);
  const arrays = await db.selectFrom('array').select(['id', 'name']).where('id', 'in', idsOf(arrayIds)).execute();
  const names = new Map(arrays.map(({ id, name }) => [id, name]));
  const together = Map.groupBy(groups, ({ arrayId, status }) => `${arrayId}/${status}`);
  return Array.from(together.values(), (parts) => {
    const { arrayId, status } = parts[0] as TaskGroup;
    const template = arrayId === null ? null : (names.get(arrayId) ?? null);
    return { arrayId, template, status, tasks: parts.reduce((sum, { ids }) => sum + ids.length, 0) };
  }).sort((one, other) => (one.arrayId ?? 0) - (other.arrayId ?? 0) || (one.status < other.status ? -1 : 1));
}

function sampleOf({ db }: ReadUnit, ids: Float64Array): Promise<SampleTask[]> {
  return db
    .selectFrom('task')
    .select(['id', 'name', 'status'])
    .where('id', 'in', idsOf(ids.subarray(0, SAMPLE)))
    .orderBy('id')
    .execute();
}

function countByReason(
  fates: readonly (TaskGroup & { readonly reason: LeftOutReason | undefined })[],
): Map<LeftOutReason, number> {
  const counts = new Map<LeftOutReason, number>();
  for (const { reason, ids } of fates) {
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + ids.length);
  }
  return counts;
}

/** Whether attempts at some of the tasks may be open. */
export function concernsAttempts({ statuses }: ChangePlan): boolean {
  return statuses.some(isActive);
}
