/** Pages of what is known of the tasks of a workflow. Each page is read along an index, however large the workflow is. */
import { sql } from 'kysely';
import type { ReadUnit } from '../../db/unit.ts';
import { refuseUnknown } from '../unknown-workflow.ts';
import { attemptsOf } from './attempts.ts';
import { neighboursOf } from './neighbours.ts';

export interface RecordsPage {
  /** Id of the last task of the page before; undefined: the first page. */
  readonly after: number | undefined;
  readonly limit: number;
  readonly commands: boolean;
  readonly graph: boolean;
  readonly attempts: boolean;
}

export type TaskRecord = Awaited<ReturnType<typeof taskRecords>>[number];

/** Tasks by ascending id. @throws SkepError `not_found` */
export async function taskRecords(unit: ReadUnit, workflowId: number, page: RecordsPage) {
  await refuseUnknown(unit, workflowId);
  const tasks = await unit.db
    .selectFrom('task')
    .select(['id', 'name', 'array_id as arrayId', 'status'])
    .select(page.commands ? 'command' : sql<string>`''`.as('command'))
    .where('workflow_id', '=', workflowId)
    .where('id', '>', page.after ?? 0)
    .orderBy('id')
    .limit(page.limit)
    .execute();
  const ids = tasks.map(({ id }) => id);
  const upstream = page.graph ? await neighboursOf(unit, ids, 'upstream') : undefined;
  const downstream = page.graph ? await neighboursOf(unit, ids, 'downstream') : undefined;
  const attempts = page.attempts ? await attemptsOf(unit, ids) : undefined;
  return tasks.map((task) => ({
    ...task,
    upstream: upstream?.get(task.id) ?? [],
    downstream: downstream?.get(task.id) ?? [],
    attempts: attempts?.get(task.id) ?? [],
  }));
}
