/** The tasks of a workflow that are not done together with their dependents, for a swarm that is built from the database. */

import { sql } from 'kysely';
import type { TaskStatus } from '../../core/status.ts';
import { joined } from '../db/expressions.ts';
import type { ReadUnit } from '../db/unit.ts';
import { resourcesLiteral } from './resources.ts';

/** Tasks of one page that differ in nothing but themselves. */
interface TaskGroup {
  readonly array_id: number;
  readonly array_limit: number;
  readonly status: TaskStatus;
  readonly max_attempts: number;
  readonly resource_scales: string | null;
  readonly fallback_queues: string | null;
  readonly requested_resources: string;
  readonly cluster: string | null;
  readonly queue: string | null;
  /** `[task id, node id, downstream node id, …]`. */
  readonly tasks: number[][];
}

interface TaskPage {
  /** Null when no task has an id above the one that was passed. */
  readonly lastTaskId: number | null;
  readonly groups: TaskGroup[];
}

/**
 * At most `limit` tasks by ascending id, from the first id after `afterId`. The database puts the lists of tasks together
 * as JSON text: a row of its own for each of a million tasks costs more than everything else here. Tasks whose array or
 * resources do not exist cannot run and are left out.
 */
export async function unfinishedTaskPage(
  { db }: ReadUnit,
  workflowId: number,
  afterId: number,
  limit: number,
): Promise<TaskPage> {
  const { rows } = await sql<GroupRow>`
    with page as (
      select task.id, task.array_id, task.status, task.max_attempts, task.resource_scales, task.fallback_queues,
        task.task_resources_id, ${TASK_TEXT} as task
      from task
      join workflow on workflow.id = task.workflow_id
      left join edge on edge.dag_id = workflow.dag_id and edge.node_id = task.node_id
      where task.workflow_id = ${workflowId} and task.id > ${afterId} and task.status <> 'D'
      order by task.id
      limit ${limit}
    ),
    task_group as (
      select array_id, status, max_attempts, resource_scales, fallback_queues, task_resources_id,
        max(id) as last_task_id, '[' || ${joined('task')} || ']' as tasks
      from page
      group by array_id, status, max_attempts, resource_scales, fallback_queues, task_resources_id
    )
    select task_group.*, "array".max_concurrently_running as array_limit, task_resources.requested_resources,
      cluster.name as cluster, queue.name as queue
    from task_group
    left join "array" on "array".id = task_group.array_id
    left join task_resources on task_resources.id = task_group.task_resources_id
    left join queue on queue.id = task_resources.queue_id
    left join cluster on cluster.id = queue.cluster_id`.execute(db);
  const last = rows.reduce((highest, row) => Math.max(highest, row.last_task_id), afterId);
  return { lastTaskId: rows.length === 0 ? null : last, groups: rows.flatMap(toGroup) };
}

/** Stored lists of nodes are JSON arrays, or, from old programs, JSON text of one, null or empty. */
const NODES = sql`trim(coalesce(edge.downstream_node_ids, ''), '[]" ')`;

const TASK_TEXT = sql`'[' || task.id || coalesce(',' || edge.node_id, '') ||
  case when ${NODES} in ('', 'null') then '' else ',' || ${NODES} end || ']'`;

interface GroupRow extends Omit<TaskGroup, 'array_limit' | 'requested_resources' | 'tasks'> {
  readonly last_task_id: number;
  readonly array_limit: number | null;
  readonly requested_resources: string | null;
  readonly tasks: string;
}

function toGroup({ array_limit, requested_resources, tasks, ...row }: GroupRow): TaskGroup[] {
  if (array_limit === null || requested_resources === null) return [];
  return [
    { ...row, array_limit, requested_resources: resourcesLiteral(requested_resources), tasks: JSON.parse(tasks) },
  ];
}
