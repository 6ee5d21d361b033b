/** How the templates of a workflow stand, and which waits for which. */
import { sql } from 'kysely';
import { listedIn } from '../../db/expressions.ts';
import type { ReadUnit } from '../../db/unit.ts';
import type { TaskLabel } from '../views/labels.ts';
import { sumOf, type TaskCounts } from '../views/task-counts.ts';

export interface TemplateProgress {
  readonly arrayId: number;
  readonly name: string;
  readonly limit: number;
  readonly tasks: number;
  readonly byLabel: Readonly<Record<TaskLabel, number>>;
  /** Attempts beyond the first one of each task. */
  readonly retries: number;
}

export interface TasksByTemplate {
  /** In the order in which they were bound. */
  readonly templates: readonly TemplateProgress[];
  /** Of all tasks, also of those that are in no array. */
  readonly all: TaskCounts;
}

/** The tasks of a workflow by its arrays, counted in one pass over an index that holds all that is needed, in its order. */
export async function templateProgress({ db }: ReadUnit, workflowId: number): Promise<TasksByTemplate> {
  const arrays = await db
    .selectFrom('array')
    .select(['id', 'name', 'max_concurrently_running as limit'])
    .where('workflow_id', '=', workflowId)
    .orderBy('id')
    .execute();
  const groups = await db
    .selectFrom('task')
    .select(({ fn }) => ['array_id', 'status', 'num_attempts', fn.countAll<number>().as('count')])
    .where('workflow_id', '=', workflowId)
    .groupBy(['status', 'num_attempts', 'array_id'])
    .execute();
  const byArray = Map.groupBy(groups, ({ array_id }) => array_id);
  const templates = arrays.map(({ id, name, limit }) => {
    const { total: tasks, byLabel, retries } = sumOf(byArray.get(id) ?? []);
    return { arrayId: id, name, limit, tasks, byLabel, retries };
  });
  return { templates, all: sumOf(groups) };
}

/** Which arrays of a workflow have edges to which, and how many. */
export async function templateEdges({ db }: ReadUnit, workflowId: number) {
  const rows = await db
    .selectFrom('workflow')
    .innerJoin('task', 'task.workflow_id', 'workflow.id')
    .innerJoin('edge', (join) =>
      join.onRef('edge.dag_id', '=', 'workflow.dag_id').onRef('edge.node_id', '=', 'task.node_id'),
    )
    .innerJoin(listedIn('edge.downstream_node_ids').as('neighbour'), (join) => join.onTrue())
    .innerJoin('node', 'node.id', 'neighbour.value')
    .innerJoin('array', (join) =>
      join
        .onRef('array.workflow_id', '=', 'workflow.id')
        .onRef('array.task_template_version_id', '=', 'node.task_template_version_id'),
    )
    .select(['task.array_id as from', 'array.id as to', sql<number>`count(*)`.as('edges')])
    .where('workflow.id', '=', workflowId)
    .where('task.array_id', 'is not', null)
    .groupBy(['task.array_id', 'array.id'])
    .orderBy('task.array_id')
    .orderBy('array.id')
    .execute();
  return rows.map(({ from, to, edges }) => ({ from: from as number, to, edges: Number(edges) }));
}

/** Id of the task of a workflow that was bound last; undefined: it has none. */
export async function newestTaskOf({ db }: ReadUnit, workflowId: number): Promise<number | undefined> {
  const { newest } = await db
    .selectFrom('task')
    .select(({ fn }) => fn.max('id').as('newest'))
    .where('workflow_id', '=', workflowId)
    .executeTakeFirstOrThrow();
  return newest ?? undefined;
}
