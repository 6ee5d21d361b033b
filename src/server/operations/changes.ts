/**
 * What changed after a cursor. The cursor is the revision of the snapshot that was read, and revisions are given out in
 * the order of commits: a reader that passes its last cursor misses no change and gets none twice.
 */
import { SkepError } from '../../core/errors.ts';
import {
  ACTIVE_TASK_STATUSES,
  DISTRIBUTOR_STATUSES,
  type TaskInstanceStatus,
  type WorkflowRunStatus,
} from '../../core/status.ts';
import { idsOf } from '../db/bulk.ts';
import type { ReadUnit } from '../db/unit.ts';
import { supersededInstance } from './instance-rows.ts';
import { type TasksByStatus, tasksByStatus } from './tasks-by-status.ts';
import { unknownWorkflow } from './unknown-workflow.ts';

const ACTIVE: ReadonlySet<string> = new Set(ACTIVE_TASK_STATUSES);

interface Changes {
  /** To be passed next time. */
  readonly cursor: number;
  /** What changed after the cursor that was passed: something to act on, mere progress (see `Topic`), or nothing. */
  readonly news: 'work' | 'progress' | 'none';
  readonly workflowRunStatus: WorkflowRunStatus;
}

export interface WorkflowChanges extends Changes {
  readonly tasksByStatus: TasksByStatus;
  readonly maxConcurrentlyRunning: number;
  readonly arrays: readonly { readonly id: number; readonly limit: number }[];
  readonly ranOut: readonly { readonly taskId: number; readonly resource: 'memory' | 'runtime' }[];
}

export interface InstanceChanges extends Changes {
  readonly instances: readonly { readonly id: number; readonly status: TaskInstanceStatus }[];
}

/**
 * What a swarm has to know: tasks that changed, the status of its run, and all limits.
 * @throws SkepError `not_found` naming the workflow or the run.
 */
export async function workflowChanges(
  unit: ReadUnit,
  { workflowId, workflowRunId, cursor }: { workflowId: number; workflowRunId: number; cursor: number },
): Promise<WorkflowChanges> {
  const workflow = await unit.db
    .selectFrom('workflow')
    .select(['max_concurrently_running', 'revision'])
    .where('id', '=', workflowId)
    .executeTakeFirst();
  if (workflow === undefined) throw unknownWorkflow(workflowId);
  const run = await runOf(unit, workflowRunId);
  const arrays = await unit.db
    .selectFrom('array')
    .select(['id', 'max_concurrently_running as limit', 'revision'])
    .where('workflow_id', '=', workflowId)
    .execute();
  const { latest, since } = await span(unit, cursor);
  const tasks = unit.db.selectFrom('task').where('workflow_id', '=', workflowId);
  // Everything is read along the index by status, which a condition on revisions would keep the database from.
  const changed = await tasksByStatus(since < 0 ? tasks : tasks.where('revision', '>', since));
  return {
    cursor: latest,
    news: newsOf(
      [workflow, run, ...arrays].some(({ revision }) => revision > since),
      Object.keys(changed),
      (status) => !ACTIVE.has(status),
    ),
    tasksByStatus: changed,
    workflowRunStatus: run.status,
    maxConcurrentlyRunning: workflow.max_concurrently_running,
    arrays,
    ranOut: await ranOutOf(unit, changed.A ?? []),
  };
}

/** What the newest attempts of tasks ran out of, where somebody said it. */
async function ranOutOf({ db }: ReadUnit, taskIds: readonly number[]) {
  if (taskIds.length === 0) return [];
  const rows = await db
    .selectFrom('task_instance')
    .select(['task_id as taskId', 'ran_out as resource'])
    .where('task_id', 'in', idsOf(taskIds))
    .where(({ not }) => not(supersededInstance()))
    .where('ran_out', 'is not', null)
    .execute();
  return rows.map(({ taskId, resource }) => ({ taskId, resource: resource as 'memory' | 'runtime' }));
}

/**
 * What a distributor has to know: instances of its run that changed, and the status of the run.
 * @throws SkepError `not_found` naming the run.
 */
export async function instanceChanges(
  unit: ReadUnit,
  { workflowRunId, cursor, takes = false }: { workflowRunId: number; cursor: number; takes?: boolean },
): Promise<InstanceChanges> {
  const run = await runOf(unit, workflowRunId);
  const { latest, since } = await span(unit, cursor);
  const instances = await unit.db
    .selectFrom('task_instance')
    .select(['id', 'status'])
    .where('workflow_run_id', '=', workflowRunId)
    .where('revision', '>', since)
    .execute();
  return {
    cursor: latest,
    news: newsOf(
      run.revision > since,
      instances.map(({ status }) => status),
      // Who takes what is queued may find it taken already, as it was queued.
      (status) => DISTRIBUTOR_STATUSES.includes(status) || (takes && status === 'I'),
    ),
    instances,
    workflowRunStatus: run.status,
  };
}

/** `statuses` are those that tasks or instances have come to. */
function newsOf<Status>(
  ofTheWhole: boolean,
  statuses: readonly Status[],
  isWork: (status: Status) => boolean,
): Changes['news'] {
  if (ofTheWhole || statuses.some(isWork)) return 'work';
  return statuses.length > 0 ? 'progress' : 'none';
}

async function runOf({ db }: ReadUnit, id: number) {
  const run = await db
    .selectFrom('workflow_run')
    .select(['status', 'revision'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (run === undefined) throw new SkepError('not_found', `Workflow run ${id} does not exist.`);
  return run;
}

/**
 * The snapshot's own revision, and the one after which changes count. Cursor 0 asks for everything, also for what has never
 * changed (revision 0); so does a cursor from the future, which another database gave out.
 */
async function span({ db }: ReadUnit, cursor: number): Promise<{ latest: number; since: number }> {
  const { value: latest } = await db.selectFrom('skep_revision').select('value').executeTakeFirstOrThrow();
  return { latest, since: cursor === 0 || cursor > latest ? -1 : cursor };
}
