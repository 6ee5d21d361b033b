import type { Clusters } from '../resources/cluster.ts';
import type { TaskGroup } from './answers.ts';
import { SwarmArray } from './array.ts';
import type { ServerGateway } from './gateway.ts';
import { NodeEdges } from './node-edges.ts';
import { RowParser } from './row-parser.ts';
import type { SwarmState } from './state.ts';
import { SwarmTask } from './task.ts';
import { type PageOptions, taskPages } from './task-pages.ts';

/**
 * Fills the state with the tasks that are not done, and links them. Done tasks are not loaded: they count neither as
 * upstreams nor as done upstreams. Source: swarm §6.4.
 */
export async function loadTasks(
  state: SwarmState,
  gateway: ServerGateway,
  clusters: Clusters,
  options: PageOptions,
): Promise<void> {
  const parser = new RowParser(clusters);
  const edges = new NodeEdges();
  for await (const groups of taskPages(gateway, state.dagId, options)) {
    for (const group of groups) await addGroup(state, group, parser, edges);
  }
  await edges.linkTo(state, options.clock);
}

async function addGroup(state: SwarmState, group: TaskGroup, parser: RowParser, edges: NodeEdges): Promise<void> {
  const { arrayId, status, maxAttempts } = group;
  const { cluster, fallbackQueues, resources, resourceScales } = await parser.parse(group);
  const currentTaskResources = state.cacheResources(resources);
  const array = state.arrays.get(arrayId) ?? new SwarmArray(arrayId, group.arrayMaxConcurrentlyRunning);
  state.addArray(array);
  const shared = { arrayId, status, maxAttempts, cluster, currentTaskResources, fallbackQueues };
  for (const row of group.tasks) {
    const [taskId] = row;
    const known = state.getTask(taskId);
    if (known !== null) {
      known.currentTaskResources = currentTaskResources;
      state.updateTaskStatus(taskId, status);
      continue;
    }
    const task = new SwarmTask({ ...shared, taskId, resourceScales: resourceScales.forTask() });
    state.addTask(task);
    array.addTask(task);
    edges.add(task, row);
  }
}
