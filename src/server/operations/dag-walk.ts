/** Walking the dag of a workflow from some of its tasks. Source: http-views §3.3 to §3.6. */
import { SkepError } from '../../core/errors.ts';
import type { TaskStatus, WorkflowStatus } from '../../core/status.ts';
import { idsOf } from '../db/bulk.ts';
import { listedIn } from '../db/expressions.ts';
import type { ReadUnit } from '../db/unit.ts';

export type Direction = 'upstream' | 'downstream';

export interface WalkedTask {
  readonly id: number;
  readonly status: TaskStatus;
  readonly name: string;
}

interface Walk {
  readonly workflowId: number;
  /** Where it begins. */
  readonly taskIds: readonly number[];
  readonly direction: Direction;
}

/** Tasks, all of one workflow, and everything that is reached from them, by ascending id. */
export async function reachedFrom(unit: ReadUnit, walk: Walk): Promise<WalkedTask[]> {
  return selectReached(unit, walk).select(['task.id', 'task.status', 'task.name']).orderBy('task.id').execute();
}

/**
 * As {@link reachedFrom}, for what else is asked of `task`. The database follows the edges, so that it costs as much as
 * there is to reach, however large the dag is.
 */
export function selectReached({ db }: ReadUnit, { workflowId, taskIds, direction }: Walk) {
  return (
    db
      .withRecursive('reached(node_id)', (query) =>
        query
          .selectFrom('task')
          .select('node_id')
          .where('id', 'in', idsOf(taskIds))
          .union(
            query
              .selectFrom('reached')
              .innerJoin('edge', 'edge.node_id', 'reached.node_id')
              .innerJoin(neighboursIn(direction), (join) => join.onTrue())
              .select('neighbour.value as node_id')
              .where('edge.dag_id', '=', ({ selectFrom }) =>
                selectFrom('workflow').select('dag_id').where('id', '=', workflowId),
              ),
          ),
      )
      .selectFrom('reached')
      // SQLite keeps the order of a cross join: it would else go through all tasks of the workflow first.
      .crossJoin('task')
      .where('task.workflow_id', '=', workflowId)
      .whereRef('task.node_id', '=', 'reached.node_id')
  );
}

/** The tasks that lie one edge away from tasks of one workflow; add a condition on `task`, where those are. */
export function selectNeighbours({ db }: ReadUnit, direction: Direction) {
  return db
    .selectFrom('task')
    .innerJoin('workflow', 'workflow.id', 'task.workflow_id')
    .innerJoin('edge', (join) =>
      join.onRef('edge.dag_id', '=', 'workflow.dag_id').onRef('edge.node_id', '=', 'task.node_id'),
    )
    .innerJoin(neighboursIn(direction), (join) => join.onTrue())
    .crossJoin('task as next') // For the same reason as above.
    .select(['next.id', 'next.status', 'next.name'])
    .whereRef('next.workflow_id', '=', 'task.workflow_id')
    .whereRef('next.node_id', '=', 'neighbour.value')
    .orderBy('next.id');
}

/** The nodes that the row of `edge` lists, as `neighbour`. */
function neighboursIn(direction: Direction) {
  return listedIn(`edge.${direction}_node_ids`).as('neighbour');
}

export interface WalkedWorkflow {
  readonly id: number;
  readonly status: WorkflowStatus;
}

/** The workflows that tasks belong to, by ascending id; ids that no task has are passed over. */
export async function workflowsOf({ db }: ReadUnit, taskIds: readonly number[]): Promise<WalkedWorkflow[]> {
  return db
    .selectFrom('workflow')
    .select(['id', 'status'])
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('task').select('workflow_id').distinct().where('id', 'in', idsOf(taskIds)),
    )
    .orderBy('id')
    .execute();
}

/**
 * The one workflow that tasks belong to; undefined if no task has one of the ids.
 * @throws SkepError `invalid_usage` if they belong to several. `refusal` begins the sentence: what cannot be done.
 */
export async function soleWorkflowOf(
  unit: ReadUnit,
  taskIds: readonly number[],
  refusal: string,
): Promise<WalkedWorkflow | undefined> {
  const [workflow, ...others] = await workflowsOf(unit, taskIds);
  if (workflow === undefined || others.length === 0) return workflow;
  const ids = [workflow, ...others].map(({ id }) => id).join(', ');
  throw new SkepError('invalid_usage', `${refusal} because the tasks belong to multiple workflows: ${ids}.`);
}
