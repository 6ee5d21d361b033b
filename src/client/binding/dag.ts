/** Nodes, dag and edges on the server. Source: client §11.6 (4–6), §11.7 ("Allowed overlap"). */
import { routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { withIds } from '../arguments.ts';
import type { Task } from '../task.ts';
import type { TaskTemplate } from '../task-template.ts';
import type { Caller } from './caller.ts';
import type { WorkflowHashes } from './hashes.ts';
import { chunksOf, inParallel } from './pipeline.ts';
import type { BoundTemplate } from './templates.ts';

/** Enough that the server always has the next chunk at hand; it writes one at a time. */
const CHUNKS_IN_FLIGHT = 4;

interface DagInput {
  readonly tasks: readonly Task[];
  readonly templates: ReadonlyMap<TaskTemplate, BoundTemplate>;
  readonly hashes: WorkflowHashes;
  /** Nodes in one request. */
  readonly chunkSize: number;
}

/** Binds all nodes, then the dag; its edges are sent only when the server has not got them all. Gives back the dag's id. */
export async function bindDag(caller: Caller, input: DagInput): Promise<number> {
  const chunks = chunksOf(input.tasks, input.chunkSize);
  await inParallel(chunks, CHUNKS_IN_FLIGHT, (chunk) => bindNodes(caller, chunk, input));
  const { dag_id: dagId, created_date: createdDate } = await caller.call(routes.addDag, {
    body: { dag_hash: String(input.hashes.dag) },
  });
  if (createdDate === null) await bindEdges(caller, dagId, chunks);
  return dagId;
}

async function bindNodes(caller: Caller, tasks: readonly Task[], { templates, hashes }: DagInput): Promise<void> {
  const rows = tasks.map(({ position, template, node }) => {
    const bound = templates.get(template) as BoundTemplate;
    return {
      task_template_version_id: bound.versionId,
      node_args_hash: String(hashes.nodeArgs[position]),
      node_args: Object.fromEntries(withIds(template.nodeArgs, bound, node.argumentTexts)),
    };
  });
  const { nodes } = await caller.call(routes.addNodes, { body: { nodes: rows } });
  for (const [index, task] of tasks.entries()) {
    const key = `${rows[index]?.task_template_version_id}:${rows[index]?.node_args_hash}`;
    const nodeId = nodes[key];
    if (nodeId === undefined) {
      throw new SkepError('answer_malformed', `The server gave no id for the node of task ${task.name}.`);
    }
    task.node.bind(nodeId);
  }
}

/** The last chunk says that the dag is complete, so it is sent when all others have arrived. */
async function bindEdges(caller: Caller, dagId: number, chunks: readonly Task[][]): Promise<void> {
  const send = async (tasks: readonly Task[], isLast: boolean) => {
    const edges = tasks.map((task) => ({
      node_id: task.node.nodeId,
      upstream_node_ids: nodeIdsOf(task.upstreamTasks),
      downstream_node_ids: nodeIdsOf(task.downstreamTasks),
    }));
    const body = { edges_to_add: edges, mark_created: isLast };
    await caller.call(routes.addEdges, { params: { dag_id: dagId }, body });
  };
  await inParallel(chunks.slice(0, -1), CHUNKS_IN_FLIGHT, (chunk) => send(chunk, false));
  await send(chunks.at(-1) ?? [], true);
}

function nodeIdsOf(tasks: Iterable<Task>): number[] {
  return Array.from(tasks, ({ node }) => node.nodeId);
}
