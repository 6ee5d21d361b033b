/** Dags and their edges. Source: http-fsm §7.13, §7.14, §9.9. */
import { parseJson } from '../../api/json.ts';
import { idsOf, rowsOf } from '../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';

/** Finds or creates the dag of a hash. `createdDate` is null until all its edges are stored. */
export async function addDag(unit: WriteUnit, hash: string): Promise<{ id: number; createdDate: number | null }> {
  const found = await unit.db
    .selectFrom('dag')
    .select(['id', 'created_date'])
    .where('hash', '=', hash)
    .executeTakeFirst();
  if (found !== undefined) return { id: found.id, createdDate: found.created_date };
  const { id } = await unit.db.insertInto('dag').values({ hash }).returning('id').executeTakeFirstOrThrow();
  return { id, createdDate: null };
}

const EDGE_KINDS = {
  dag_id: 'integer',
  node_id: 'integer',
  upstream_node_ids: 'text',
  downstream_node_ids: 'text',
} as const;
const EDGE_COLUMNS = Object.keys(EDGE_KINDS) as (keyof typeof EDGE_KINDS)[];

export interface EdgeRequest {
  readonly nodeId: number;
  readonly upstream: readonly number[];
  readonly downstream: readonly number[];
}

/**
 * Adds edges where the dag has none for a node; `complete` marks the dag as having all of them. `onlyWhileOpen`: nothing happens
 * to a dag that has all of them.
 */
export async function addEdges(
  unit: WriteUnit,
  dagId: number,
  edges: readonly EdgeRequest[],
  { complete, onlyWhileOpen = false }: { readonly complete: boolean; readonly onlyWhileOpen?: boolean },
): Promise<void> {
  if (onlyWhileOpen && (await isComplete(unit, dagId))) return;
  const rows = edges.map(({ nodeId, upstream, downstream }) => ({
    dag_id: dagId,
    node_id: nodeId,
    upstream_node_ids: edgeText(upstream),
    downstream_node_ids: edgeText(downstream),
  }));
  await unit.db
    .insertInto('edge')
    .columns(EDGE_COLUMNS)
    .expression((query) =>
      query
        .selectFrom(rowsOf(rows, EDGE_KINDS).as('given'))
        .select(EDGE_COLUMNS.map((column) => `given.${column}` as const))
        .where((given) => given.lit(true)),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  if (!complete) return;
  await unit.db
    .updateTable('dag')
    .set({ created_date: unit.now })
    .where('id', '=', dagId)
    .where('created_date', 'is', null)
    .execute();
}

async function isComplete({ db }: ReadUnit, dagId: number): Promise<boolean> {
  const dag = await db.selectFrom('dag').select('created_date').where('id', '=', dagId).executeTakeFirst();
  return dag !== undefined && dag.created_date !== null;
}

interface DownstreamNodes {
  readonly taskId: number;
  readonly nodeId: number;
  readonly downstream: readonly number[];
}

/** The nodes downstream of tasks' nodes in a dag; tasks without an edge row are left out. */
export async function downstreamOf(
  unit: ReadUnit,
  dagId: number,
  taskIds: readonly number[],
): Promise<DownstreamNodes[]> {
  const rows = await unit.db
    .selectFrom('task')
    .innerJoin('edge', 'edge.node_id', 'task.node_id')
    .select(['task.id', 'task.node_id', 'edge.downstream_node_ids'])
    .where('edge.dag_id', '=', dagId)
    .where('task.id', 'in', idsOf(taskIds))
    .execute();
  return rows.map((row) => ({ taskId: row.id, nodeId: row.node_id, downstream: edgeIds(row.downstream_node_ids) }));
}

function edgeText(ids: readonly number[]): string | null {
  return ids.length === 0 ? null : JSON.stringify(ids);
}

/** Reads a stored list: a JSON array; null, an empty text, or JSON text of JSON text in rows that old programs wrote. */
function edgeIds(text: string | null): readonly number[] {
  if (text === null || text === '') return [];
  const value = parseJson(text);
  if (typeof value === 'string') return edgeIds(value);
  return (value ?? []) as number[];
}
