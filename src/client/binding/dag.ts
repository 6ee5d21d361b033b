/** Nodes, dag and edges on the server. Source: client §11.6 (4–6), §11.7 ("Allowed overlap"). */
import { type AnswerOf, routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import { withIds } from '../arguments.ts';
import type { Task } from '../task.ts';
import type { TaskTemplate } from '../task-template.ts';
import type { Caller } from './caller.ts';
import { ChunkSize, inChunks } from './chunks.ts';
import type { WorkflowHashes } from './hashes.ts';
import type { BoundTemplate } from './templates.ts';

interface DagInput {
  readonly tasks: readonly Task[];
  readonly templates: ReadonlyMap<TaskTemplate, BoundTemplate>;
  readonly hashes: WorkflowHashes;
  /** Nodes in one request; undefined: as many as the server answers well. */
  readonly chunkSize: number | undefined;
}

/** Binds all nodes, then the dag; its edges are sent only when the server has not got them all. Gives back the dag's id. */
export async function bindDag(caller: Caller, input: DagInput): Promise<number> {
  const size = new ChunkSize(input.chunkSize);
  await inChunks(input.tasks, { size }, (chunk) => bindNodes(caller, chunk, input));
  const { dag_id: dagId, created_date: createdDate } = await caller.call(routes.addDag, {
    body: { dag_hash: String(input.hashes.dag) },
  });
  if (createdDate === null) {
    // The last chunk says that the dag is complete.
    await inChunks(input.tasks, { size }, (chunk, isLast) => bindEdges(caller, dagId, chunk, isLast));
  }
  return dagId;
}

async function bindNodes(caller: Caller, tasks: readonly Task[], input: DagInput): Promise<void> {
  const { nodes } = await sendNodes(caller, tasks, input);
  for (const task of tasks) {
    const { versionId } = input.templates.get(task.template) as BoundTemplate;
    const nodeId = nodes[`${versionId}:${input.hashes.nodeArgs.get(task.position)}`];
    if (nodeId === undefined) {
      throw new SkepError('answer_malformed', `The server gave no id for the node of task ${task.name}.`);
    }
    task.node.bind(nodeId);
  }
}

/** A function of its own, that awaits nothing: so the rows are free again when they are encoded. Likewise below. */
function sendNodes(
  caller: Caller,
  tasks: readonly Task[],
  { templates, hashes }: DagInput,
): Promise<AnswerOf<typeof routes.addNodes>> {
  const nodes = tasks.map(({ position, template, node }) => {
    const bound = templates.get(template) as BoundTemplate;
    return {
      task_template_version_id: bound.versionId,
      node_args_hash: String(hashes.nodeArgs.get(position)),
      node_args: Object.fromEntries(withIds(template.nodeArgs, bound, node.argumentTexts)),
    };
  });
  return caller.call(routes.addNodes, { body: { nodes } });
}

function bindEdges(caller: Caller, dagId: number, tasks: readonly Task[], isLast: boolean): Promise<unknown> {
  const edges = tasks.map((task) => ({
    node_id: task.node.nodeId,
    upstream_node_ids: nodeIdsOf(task.upstreamTasks),
    downstream_node_ids: nodeIdsOf(task.downstreamTasks),
  }));
  const body = { edges_to_add: edges, mark_created: isLast };
  return caller.call(routes.addEdges, { params: { dag_id: dagId }, body });
}

function nodeIdsOf(tasks: Iterable<Task>): number[] {
  return Array.from(tasks, ({ node }) => node.nodeId);
}
