/** The errors of a workflow, like ones together. */
import { createHash } from 'node:crypto';
import { SkepError } from '../../../core/errors.ts';
import { idsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { clusterErrors, errorText } from '../views/error-clusters.ts';
import { readErrors } from '../views/template-errors.ts';

/** Errors that are grouped, the newest: their texts have to be read, and one bug makes a million of them. */
const GROUPED = 20_000;
/** Characters of a text that are shown. */
const SHOWN = 2000;

export type ErrorGroup = Awaited<ReturnType<typeof errorGroups>>['groups'][number];

/** At most `limit` groups, the most frequent first, and of how many errors they are made. */
export async function errorGroups(unit: ReadUnit, workflowId: number, limit: number) {
  const { ids, errors } = await newestErrors(unit, workflowId);
  const clusters = (await clusterErrors(unit, ids)).slice(0, limit);
  const groups = [];
  for (const cluster of clusters) {
    const [first] = await readErrors(unit, [cluster.firstId]);
    const [last] = await readErrors(unit, [cluster.lastId]);
    if (first === undefined || last === undefined) continue;
    const text = errorText(last);
    groups.push({
      id: nameOf(workflowId, cluster),
      text: text.slice(0, SHOWN),
      errors: cluster.size,
      tasks: cluster.taskIds.length,
      ...(await standingOf(unit, cluster.taskIds)),
      newest: last.time,
      oldest: first.time,
      taskId: last.taskId,
      taskInstanceId: last.taskInstanceId,
    });
  }
  return { groups, errors, grouped: ids.length };
}

/**
 * The tasks with an error of the group of this name.
 * @throws SkepError `not_found` when there is none: its first error may have become too old to be grouped.
 */
export async function tasksWithError(unit: ReadUnit, workflowId: number, group: string): Promise<readonly number[]> {
  const { ids } = await newestErrors(unit, workflowId);
  const cluster = (await clusterErrors(unit, ids)).find((one) => nameOf(workflowId, one) === group);
  if (cluster !== undefined) return cluster.taskIds;
  const sentence = `Workflow ${workflowId} has no group of errors ${JSON.stringify(group)} (any more).`;
  throw new SkepError('not_found', sentence);
}

function nameOf(workflowId: number, { firstId }: { readonly firstId: number }): string {
  return createHash('sha256').update(`${workflowId}:${firstId}`).digest('hex').slice(0, 16);
}

async function newestErrors({ db }: ReadUnit, workflowId: number): Promise<{ ids: number[]; errors: number }> {
  const ofWorkflow = () =>
    db
      .selectFrom('workflow_run as run')
      .innerJoin('task_instance as instance', 'instance.workflow_run_id', 'run.id')
      .innerJoin('task_instance_error_log as log', 'log.task_instance_id', 'instance.id')
      .where('run.workflow_id', '=', workflowId);
  const rows = await ofWorkflow().select('log.id').orderBy('log.id', 'desc').limit(GROUPED).execute();
  const ids = rows.map(({ id }) => id).reverse();
  if (ids.length < GROUPED) return { ids, errors: ids.length };
  const { errors } = await ofWorkflow()
    .select(({ fn }) => fn.countAll<number>().as('errors'))
    .executeTakeFirstOrThrow();
  return { ids, errors: Number(errors) };
}

/** How many of the tasks have failed for good, and the names of their arrays. */
async function standingOf({ db }: ReadUnit, taskIds: readonly number[]) {
  const rows = await db
    .selectFrom('task')
    .leftJoin('array', 'array.id', 'task.array_id')
    .select(({ fn }) => ['array.name', 'task.status', fn.countAll<number>().as('count')])
    .where('task.id', 'in', idsOf(taskIds))
    .groupBy(['array.name', 'task.status'])
    .execute();
  const fatal = rows.reduce((sum, { status, count }) => (status === 'F' ? sum + Number(count) : sum), 0);
  return { fatal, templates: [...new Set(rows.flatMap(({ name }) => name ?? []))].sort() };
}
