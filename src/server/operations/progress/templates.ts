/** How the templates of a workflow stand, and which waits for which. */
import { sql } from 'kysely';
import { listedIn } from '../../db/expressions.ts';
import type { ReadUnit } from '../../db/unit.ts';
import type { TaskLabel } from '../views/labels.ts';
import { sumOf } from '../views/task-counts.ts';

export interface TemplateProgress {
  readonly arrayId: number;
  readonly name: string;
  readonly limit: number;
  readonly tasks: number;
  readonly byLabel: Readonly<Record<TaskLabel, number>>;
  /** Attempts beyond the first one of each task. */
  readonly retries: number;
}

/** The arrays of a workflow with the counts of their tasks, in the order in which they were bound. */
export async function templateProgress({ db }: ReadUnit, workflowId: number): Promise<TemplateProgress[]> {
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
    .groupBy(['array_id', 'status', 'num_attempts'])
    .execute();
  const byArray = Map.groupBy(groups, ({ array_id }) => array_id);
  return arrays.map(({ id, name, limit }) => {
    const { total: tasks, byLabel, retries } = sumOf(byArray.get(id) ?? []);
    return { arrayId: id, name, limit, tasks, byLabel, retries };
  });
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
