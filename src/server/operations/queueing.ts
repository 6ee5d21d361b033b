/** Queueing tasks: one new task instance each, in batches of their array. Source: http-fsm §10.2. */
import { sql } from 'kysely';
import { SkepError } from '../../core/errors.ts';
import type { TaskStatus, WorkflowRunStatus } from '../../core/status.ts';
import { idsOf, rowsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';

/** Largest batch; a longer request becomes several. The usual limit of job arrays in clusters lies just above. */
const LARGEST_BATCH = 1000;

/** Runs that have ended or were told to stop start no new attempts, whatever a swarm that does not know it yet asks for. */
const QUEUEING_RUNS: readonly WorkflowRunStatus[] = ['G', 'L', 'B', 'I', 'O', 'R'];

export interface QueueRequest {
  readonly arrayId: number;
  readonly workflowRunId: number;
  readonly taskResourcesId: number;
  readonly taskIds: readonly number[];
}

/**
 * Queues those of the tasks that are registered or adjusted: one new task instance each. The others stay as they are, so
 * a repeated or overlapping request queues nothing twice. Source: http-fsm §10.2.
 * @throws SkepError `not_found` naming the array or the run that does not exist.
 */
export async function queueTasks(unit: WriteUnit, request: QueueRequest): Promise<void> {
  if (!QUEUEING_RUNS.includes(await runStatusOf(unit, request.workflowRunId))) return;
  const waiting = await unit.db
    .selectFrom('task')
    .select(['id', 'workflow_id'])
    .where('id', 'in', idsOf(request.taskIds))
    .where('status', 'in', ['G', 'A'])
    .orderBy('id')
    .execute();
  for (let start = 0; start < waiting.length; start += LARGEST_BATCH) {
    const ids = waiting.slice(start, start + LARGEST_BATCH).map(({ id }) => id);
    await queueBatch(unit, request, await moveToQueued(unit, ids));
  }
  for (const { workflow_id } of waiting) unit.changed(`workflow:${workflow_id}/progress`);
}

async function runStatusOf({ db }: ReadUnit, id: number): Promise<WorkflowRunStatus> {
  const run = await db.selectFrom('workflow_run').select('status').where('id', '=', id).executeTakeFirst();
  if (run === undefined) throw new SkepError('not_found', `Workflow run ${id} does not exist.`);
  return run.status;
}

/** The tasks that this unit moved, by ascending id: they alone get an instance. */
async function moveToQueued(unit: WriteUnit, ids: readonly number[]): Promise<number[]> {
  const moved = await unit.db
    .updateTable('task')
    .set({
      status: 'Q',
      num_attempts: sql<number>`num_attempts + 1`,
      status_date: unit.now,
      revision: await unit.revision(),
    })
    .where('id', 'in', idsOf(ids))
    .where('status', 'in', ['G', 'A'])
    .returning('id')
    .execute();
  return moved.map(({ id }) => id).sort((a, b) => a - b);
}

/** Step ids follow the task ids, and instance ids follow the step ids: distributors number their steps by them. */
async function queueBatch(unit: WriteUnit, request: QueueRequest, taskIds: readonly number[]): Promise<void> {
  if (taskIds.length === 0) return;
  const { arrayId, workflowRunId, taskResourcesId } = request;
  const batch = await nextBatchNumber(unit, arrayId);
  const revision = await unit.revision();
  const steps = taskIds.map((task, step) => ({ task, step }));
  await unit.db
    .insertInto('task_instance')
    .columns([
      'task_id',
      'array_step_id',
      'array_id',
      'workflow_run_id',
      'task_resources_id',
      'array_batch_num',
      'status',
      'status_date',
      'revision',
    ])
    .expression(
      unit.db
        .selectFrom(rowsOf(steps, { task: 'integer', step: 'integer' }).as('given'))
        .select((eb) => [
          'given.task',
          'given.step',
          eb.val(arrayId).as('array_id'),
          eb.val(workflowRunId).as('workflow_run_id'),
          eb.val(taskResourcesId).as('task_resources_id'),
          eb.val(batch).as('array_batch_num'),
          sql.lit('Q').as('status'),
          eb.val(unit.now).as('status_date'),
          eb.val(revision).as('revision'),
        ])
        .orderBy('given.step'),
    )
    .execute();
  unit.changed(`workflow_run:${workflowRunId}`);
  unit.changed(`workflow_run:${workflowRunId}/queued`);
}

async function nextBatchNumber({ db }: WriteUnit, arrayId: number): Promise<number> {
  const array = await db
    .updateTable('array')
    .set({ last_batch_num: sql<number>`last_batch_num + 1` })
    .where('id', '=', arrayId)
    .returning('last_batch_num')
    .executeTakeFirst();
  if (array === undefined) throw new SkepError('not_found', `Array ${arrayId} does not exist.`);
  return array.last_batch_num;
}

/** The present status of those of the tasks that exist. */
export function taskStatusesOf(
  { db }: ReadUnit,
  ids: readonly number[],
): Promise<{ id: number; status: TaskStatus }[]> {
  return db.selectFrom('task').select(['id', 'status']).where('id', 'in', idsOf(ids)).orderBy('id').execute();
}
