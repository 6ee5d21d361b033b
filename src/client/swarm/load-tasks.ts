import type { CallOptions } from '../../api/requester.ts';
import type { Clusters } from '../resources/cluster.ts';
import { SwarmArray } from './array.ts';
import type { DownstreamNodes, ServerGateway, TaskRow } from './gateway.ts';
import { RowParser } from './row-parser.ts';
import type { SwarmState } from './state.ts';
import { SwarmTask } from './task.ts';

export interface LoadOptions {
  /** Tasks per page, and per request for edges. */
  readonly chunkSize: number;
  readonly callOptions: CallOptions;
  /** Called before each request; false ends loading. */
  readonly beforeRequest: () => Promise<boolean>;
}

/**
 * Fills the state with the tasks that are not done, and links them. The next page and the edges of this one are on their
 * way while this one is parsed. Done tasks are not loaded: they count neither as upstreams nor as done upstreams.
 * Source: swarm §6.4.
 */
export async function loadTasks(
  state: SwarmState,
  gateway: ServerGateway,
  clusters: Clusters,
  options: LoadOptions,
): Promise<void> {
  const parser = new RowParser(clusters);
  const edges = new Map<number, DownstreamNodes>();
  let page = await requestPage(gateway, 0, options);
  while (page.length > 0) {
    [page] = await Promise.all([
      page.length < options.chunkSize ? [] : requestPage(gateway, lastId(page), options),
      requestEdges(gateway, state.dagId, page, edges, options),
      addRows(state, page, parser),
    ]);
  }
  link(state, edges);
}

async function requestPage(gateway: ServerGateway, afterId: number, options: LoadOptions): Promise<TaskRow[]> {
  if (!(await options.beforeRequest())) return [];
  return gateway.getTasks(afterId, options.chunkSize, options.callOptions);
}

/** The numeric maximum: as text, "999" is above "1000". Rows come sorted by id. */
function lastId(page: readonly TaskRow[]): number {
  return page.at(-1)?.taskId ?? 0;
}

async function requestEdges(
  gateway: ServerGateway,
  dagId: number,
  page: readonly TaskRow[],
  edges: Map<number, DownstreamNodes>,
  options: LoadOptions,
): Promise<void> {
  if (!(await options.beforeRequest())) return;
  const taskIds = page.map(({ taskId }) => taskId);
  const { downstreamTasks } = await gateway.getDownstreamTasks(taskIds, dagId, options.callOptions);
  for (const [taskId, nodes] of downstreamTasks) edges.set(taskId, nodes);
}

async function addRows(state: SwarmState, page: readonly TaskRow[], parser: RowParser): Promise<void> {
  for (const row of page) {
    const { cluster, fallbackQueues, resources, resourceScales } = await parser.parse(row);
    const currentTaskResources = state.cacheResources(resources);
    const known = state.getTask(row.taskId);
    if (known !== null) {
      known.currentTaskResources = currentTaskResources;
      state.updateTaskStatus(row.taskId, row.status);
      continue;
    }
    const { taskId, arrayId, status, maxAttempts } = row;
    const array = state.arrays.get(arrayId) ?? new SwarmArray(arrayId, row.arrayMaxConcurrentlyRunning);
    state.addArray(array);
    const task = new SwarmTask({
      ...{ taskId, arrayId, status, maxAttempts },
      ...{ cluster, currentTaskResources, resourceScales, fallbackQueues },
    });
    state.addTask(task);
    array.addTask(task);
  }
}

/** Edges name nodes: those of tasks that were not loaded are done, or not of this workflow. */
function link(state: SwarmState, edges: ReadonlyMap<number, DownstreamNodes>): void {
  const taskOfNode = new Map<number, SwarmTask>();
  for (const [taskId, { nodeId }] of edges) {
    const task = state.getTask(taskId);
    if (task !== null) taskOfNode.set(nodeId, task);
  }
  for (const [taskId, { downstreamNodeIds }] of edges) {
    const dependents = downstreamNodeIds.flatMap((nodeId) => taskOfNode.get(nodeId) ?? []);
    state.getTask(taskId)?.setDownstreamTasks(dependents);
  }
}
