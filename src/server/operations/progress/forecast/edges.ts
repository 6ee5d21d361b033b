/** Which templates wait for which, as a few tasks of each tell: a million tasks have too many edges to count for each look. */
import { sql } from 'kysely';
import { idsOf } from '../../../db/bulk.ts';
import type { ReadUnit } from '../../../db/unit.ts';
import type { TemplateEdge } from './situation.ts';

/** Tasks of a template that are looked at, by their places among them: neighbours, and others that lie far from them. */
const PLACES = [0, 1, 7, 60, 400];
/** Characters of a list of upstream tasks that are read from its beginning and from its end, and ids that are taken from each. */
const CHARACTERS = 200;
const IDS = 12;

export interface SampledGraph {
  readonly edges: TemplateEdge[];
  /** Array → attempts that a task may have. */
  readonly maxAttempts: ReadonlyMap<number, number>;
}

export async function sampleGraph(
  unit: ReadUnit,
  workflowId: number,
  arrayIds: readonly number[],
): Promise<SampledGraph> {
  const tasks = await sampleTasks(unit, arrayIds);
  const arrayOf = await arraysOfNodes(unit, workflowId, new Set(tasks.flatMap(({ sample }) => sample)));
  const byArray = Map.groupBy(tasks, ({ arrayId }) => arrayId);
  const edges = [...byArray].flatMap(([to, ofArray]) => {
    const upstreams = new Map<number, number>();
    for (const { count, sample } of ofArray) {
      for (const node of sample) {
        const from = arrayOf.get(node);
        if (from === undefined) continue;
        upstreams.set(from, (upstreams.get(from) ?? 0) + count / sample.length / ofArray.length);
      }
    }
    return Array.from(upstreams, ([from, number]) => ({ from, to, upstreams: number }));
  });
  const maxAttempts = new Map(
    Array.from(byArray, ([arrayId, ofArray]) => [arrayId, Math.max(...ofArray.map((task) => task.maxAttempts))]),
  );
  return { edges, maxAttempts };
}

interface SampledTask {
  readonly arrayId: number;
  readonly maxAttempts: number;
  /** Of its upstream nodes, and some of them. */
  readonly count: number;
  readonly sample: readonly number[];
}

async function sampleTasks({ db }: ReadUnit, arrayIds: readonly number[]): Promise<SampledTask[]> {
  const places = await db
    .selectFrom('array')
    .select(({ selectFrom }) =>
      PLACES.map((place) =>
        selectFrom('task')
          .select('task.id')
          .whereRef('task.array_id', '=', 'array.id')
          .limit(1)
          .offset(place)
          .as(`at_${place}`),
      ),
    )
    .where('array.id', 'in', idsOf(arrayIds))
    .execute();
  const taskIds = places.flatMap((row) => Object.values(row).filter((id) => id !== null)) as number[];
  const list = sql<string>`coalesce(edge.upstream_node_ids, '[]')`;
  const rows = await db
    .selectFrom('task')
    .innerJoin('workflow', 'workflow.id', 'task.workflow_id')
    .leftJoin('edge', (join) =>
      join.onRef('edge.dag_id', '=', 'workflow.dag_id').onRef('edge.node_id', '=', 'task.node_id'),
    )
    .select([
      'task.array_id as arrayId',
      'task.max_attempts as maxAttempts',
      sql<number>`length(${list})`.as('length'),
      sql<number>`length(${list}) - length(replace(${list}, ',', ''))`.as('commas'),
      sql<string>`substr(${list}, 1, ${CHARACTERS})`.as('head'),
      sql<string>`substr(${list}, case when length(${list}) > ${CHARACTERS} then length(${list}) - ${CHARACTERS} + 1 else 1 end)`.as(
        'tail',
      ),
    ])
    .where('task.id', 'in', idsOf(taskIds))
    .execute();
  return rows.map(({ arrayId, maxAttempts, length, commas, head, tail }) => ({
    arrayId: arrayId as number,
    maxAttempts,
    ...listFrom({ length: Number(length), commas: Number(commas), head, tail }),
  }));
}

/** The ids that stand in the parts of a list; where a part begins or ends within an id, that one is left out. */
function listFrom({ length, commas, head, tail }: { length: number; commas: number; head: string; tail: string }) {
  if (length <= CHARACTERS) {
    const ids = numbersIn(head);
    return { count: ids.length, sample: ids.length <= 2 * IDS ? ids : [...ids.slice(0, IDS), ...ids.slice(-IDS)] };
  }
  const sample = [...numbersIn(head).slice(0, -1).slice(0, IDS), ...numbersIn(tail).slice(1).slice(-IDS)];
  return { count: commas + 1, sample };
}

function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}

async function arraysOfNodes({ db }: ReadUnit, workflowId: number, nodeIds: ReadonlySet<number>) {
  const rows = await db
    .selectFrom('node')
    .innerJoin('array', (join) =>
      join
        .onRef('array.task_template_version_id', '=', 'node.task_template_version_id')
        .on('array.workflow_id', '=', workflowId),
    )
    .select(['node.id as node', 'array.id as array'])
    .where('node.id', 'in', idsOf(nodeIds))
    .execute();
  return new Map(rows.map(({ node, array }) => [node, array]));
}
