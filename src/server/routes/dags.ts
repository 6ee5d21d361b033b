import { isTruthy, toHashText, toInteger } from '../../api/schemas.ts';
import { timeText } from '../db/time.ts';
import type { Handlers } from '../handler.ts';
import { addDag, addEdges, downstreamOf } from '../operations/dags.ts';
import { addNodes } from '../operations/nodes.ts';

export const dagHandlers = {
  addNodes: async ({ body, services }) => {
    const requests = body.nodes.map(({ task_template_version_id, node_args_hash, node_args }) => ({
      templateVersionId: toInteger(task_template_version_id),
      argsHash: toHashText(node_args_hash),
      args: node_args,
    }));
    return { nodes: Object.fromEntries(await services.database.write((unit) => addNodes(unit, requests))) };
  },

  addDag: async ({ body, services }) => {
    const { id, createdDate } = await services.database.write((unit) => addDag(unit, toHashText(body.dag_hash)));
    return { dag_id: id, created_date: createdDate === null ? null : timeText(createdDate) };
  },

  addEdges: async ({ params, body, principal, services }) => {
    const edges = body.edges_to_add.map(({ node_id, upstream_node_ids, downstream_node_ids }) => ({
      nodeId: node_id,
      upstream: upstream_node_ids ?? [],
      downstream: downstream_node_ids ?? [],
    }));
    const complete = isTruthy(body.mark_created);
    // Dags are shared: a request that comes again is answered as before, and what others rely on stays as it is.
    const onlyWhileOpen = principal.role !== 'admin';
    await services.database.write((unit) => addEdges(unit, params.dag_id, edges, { complete, onlyWhileOpen }));
    return {};
  },

  getDownstreamTasks: async ({ query, body, services }) => {
    const taskIds = body.task_ids.map(toInteger);
    const found = await services.database.read((unit) => downstreamOf(unit, toInteger(body.dag_id), taskIds));
    const asText = wantsText(query.client_jobmon_version ?? '');
    return {
      downstream_tasks: Object.fromEntries(
        found.map(({ taskId, nodeId, downstream }) => [taskId, [nodeId, listOf(downstream, asText)]]),
      ),
    };
  },
} satisfies Partial<Handlers>;

function listOf(ids: readonly number[], asText: boolean): number[] | string | null {
  if (ids.length === 0) return null;
  return asText ? `[${ids.join(', ')}]` : [...ids];
}

/** The last version that reads lists of nodes as JSON text. Source: http-fsm §9.9. */
const LAST_WITH_TEXT = [3, 4, 23];

/** Whether a client of this version expects text; so does one that does not name a version that can be read. */
function wantsText(version: string): boolean {
  if (/dev|stage/i.test(version)) return false;
  if (!/^\d+(\.\d+)*$/.test(version)) return true;
  const parts = version.split('.').map(Number);
  for (let index = 0; index < Math.max(parts.length, LAST_WITH_TEXT.length); index++) {
    const difference = (parts[index] ?? 0) - (LAST_WITH_TEXT[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return true;
}
