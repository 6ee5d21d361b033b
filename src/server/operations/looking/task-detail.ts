/** One task: its attempts, its neighbours, and why it stands as it does. */
import { SkepError } from '../../../core/errors.ts';
import { ACTIVE_TASK_STATUSES, ALIVE_WORKFLOW_RUN_STATUSES, type TaskStatus } from '../../../core/status.ts';
import { idsOf, textsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { ATTEMPT_COLUMNS } from '../attempt-rows.ts';
import type { WalkedTask } from '../dag-walk.ts';
import { taskDependencies } from '../views/dependencies.ts';
import { explain } from './explanation.ts';
import { taskRows } from './task-search.ts';

/** Attempts, and neighbours on each side, that are told of. */
const ATTEMPTS = 100;
const NEIGHBOURS = 50;

/** @throws SkepError `not_found` */
export async function taskDetail(unit: ReadUnit, taskId: number) {
  const known = await unit.db
    .selectFrom('task')
    .select(['workflow_id', 'command', 'array_id'])
    .where('id', '=', taskId)
    .executeTakeFirst();
  const [task] = await taskRows(unit, [taskId]);
  if (known === undefined || task === undefined) throw new SkepError('not_found', `Task ${taskId} does not exist.`);
  const attempts = await attemptsOf(unit, taskId);
  const { up: upstream, down: downstream } = await taskDependencies(unit, taskId);
  const unfinished = upstream.filter(({ status }) => status !== 'D');
  const [newest] = attempts;
  const explanation = explain({
    status: task.status,
    attempts: task.num_attempts,
    maxAttempts: task.max_attempts,
    newest: newest && {
      status: newest.status,
      error: newest.errors.at(-1)?.description,
      ranOut: newest.ran_out,
      pendingReason: newest.pending_reason,
    },
    unfinished: unfinished.length,
    firstUnfinished: unfinished[0]?.name,
    firstFailed: unfinished.find(({ status }) => status === 'F')?.name,
    ...(await surroundingsOf(unit, known.workflow_id, known.array_id)),
  });
  return {
    task,
    workflowId: known.workflow_id,
    command: known.command,
    attempts,
    upstream: { total: upstream.length, unfinished: unfinished.length, tasks: shown(upstream) },
    downstream: { total: downstream.length, tasks: shown(downstream) },
    explanation,
  };
}

/** What is not done comes first: that is what people look for. */
function shown(tasks: readonly WalkedTask[]): WalkedTask[] {
  return [...tasks.filter(({ status }) => status !== 'D'), ...tasks.filter(({ status }) => status === 'D')].slice(
    0,
    NEIGHBOURS,
  );
}

export type Attempt = Awaited<ReturnType<typeof attemptsOf>>[number];

/** The newest first. */
async function attemptsOf(unit: ReadUnit, taskId: number) {
  const rows = await unit.db
    .selectFrom('task_instance as instance')
    .innerJoin('task_resources as resources', 'resources.id', 'instance.task_resources_id')
    .leftJoin('queue', 'queue.id', 'resources.queue_id')
    .leftJoin('cluster', 'cluster.id', 'queue.cluster_id')
    .select(ATTEMPT_COLUMNS)
    .select(['instance.ran_out', 'instance.pending_reason', 'instance.stdout', 'instance.stderr'])
    .where('instance.task_id', '=', taskId)
    .orderBy('instance.id', 'desc')
    .limit(ATTEMPTS)
    .execute();
  const errors = await unit.db
    .selectFrom('task_instance_error_log')
    .select(['task_instance_id', 'error_time as time', 'description'])
    .where('task_instance_id', 'in', idsOf(rows.map(({ id }) => id)))
    .orderBy('id')
    .execute();
  const byInstance = Map.groupBy(errors, ({ task_instance_id }) => task_instance_id);
  return rows.map((row) => ({ ...row, errors: byInstance.get(row.id) ?? [] }));
}

async function surroundingsOf({ db }: ReadUnit, workflowId: number, arrayId: number | null) {
  const { limit } = await db
    .selectFrom('workflow')
    .select('max_concurrently_running as limit')
    .where('id', '=', workflowId)
    .executeTakeFirstOrThrow();
  const array = await db
    .selectFrom('array')
    .select(['name', 'max_concurrently_running as limit'])
    .where('id', '=', arrayId ?? -1)
    .executeTakeFirst();
  const run = await db
    .selectFrom('workflow_run')
    .select('id')
    .where('workflow_id', '=', workflowId)
    .where('status', 'in', [...ALIVE_WORKFLOW_RUN_STATUSES])
    .executeTakeFirst();
  const active = await activeByArray({ db }, workflowId);
  const all = active.reduce((sum, { count }) => sum + count, 0);
  const own = active.find(({ array_id }) => array_id === arrayId)?.count ?? 0;
  return {
    workflowId,
    isLive: run !== undefined,
    workflow: { active: all, limit },
    array: { name: array?.name ?? '', active: own, limit: array?.limit ?? limit },
  };
}

/** What is active is bounded by the limits, so it is counted however large the workflow is. */
async function activeByArray({ db }: Pick<ReadUnit, 'db'>, workflowId: number) {
  const rows = await db
    .selectFrom('task')
    .select(({ fn }) => ['array_id', fn.countAll<number>().as('count')])
    .where('workflow_id', '=', workflowId)
    .where('status', 'in', textsOf<TaskStatus>(ACTIVE_TASK_STATUSES))
    .groupBy('array_id')
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
