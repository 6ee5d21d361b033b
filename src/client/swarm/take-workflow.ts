import type { Clock } from '../../core/clock.ts';
import type { Cluster, Clusters } from '../resources/cluster.ts';
import type { Queue } from '../resources/queue.ts';
import { SwarmArray } from './array.ts';
import { inSlices } from './in-slices.ts';
import type { BoundTask, BoundWorkflow } from './source.ts';
import type { SwarmState } from './state.ts';
import { SwarmTask } from './task.ts';

/**
 * Fills the state with the arrays and tasks of a bound workflow. Upstream counts are counted from the dependents, so
 * that both ends of every edge agree. Source: swarm §6.3.
 * @throws SkepError cluster_unknown, queue_unknown
 */
export async function takeWorkflow(state: SwarmState, workflow: BoundWorkflow, clock: Clock): Promise<void> {
  for (const { arrayId, name, maxConcurrentlyRunning } of workflow.boundArrays) {
    state.addArray(new SwarmArray(arrayId, maxConcurrentlyRunning, name));
  }
  const places = await resolvePlaces(workflow);
  await inSlices(workflow.boundTasks, clock, (bound) => addTask(state, bound, places.get(placeKey(bound)) as Place));
  await inSlices(workflow.boundTasks, clock, (bound) => link(state, bound));
  state.trim();
  state.computeInitialUpstreamDoneCounts();
  state.numPreviouslyComplete = state.getDoneCount();
}

/** Where tasks run: many tasks share one, so that a million of them ask for a handful of queues. */
export interface Place {
  readonly cluster: Cluster;
  readonly fallbackQueues: readonly Queue[];
}

export async function resolvePlace(
  clusters: Clusters,
  clusterName: string,
  queueNames: readonly string[],
): Promise<Place> {
  const cluster = await clusters.get(clusterName);
  return { cluster, fallbackQueues: await Promise.all(queueNames.map((name) => cluster.getQueue(name))) };
}

async function resolvePlaces({ boundTasks, clusters }: BoundWorkflow): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  for (const bound of boundTasks) {
    const key = placeKey(bound);
    if (places.has(key)) continue;
    places.set(key, await resolvePlace(clusters, bound.clusterName, bound.fallbackQueues));
  }
  return places;
}

function placeKey({ clusterName, fallbackQueues }: BoundTask): string {
  return fallbackQueues.length === 0 ? clusterName : JSON.stringify([clusterName, ...fallbackQueues]);
}

function addTask(state: SwarmState, bound: BoundTask, { cluster, fallbackQueues }: Place): void {
  const task = new SwarmTask({
    taskId: bound.taskId,
    arrayId: bound.arrayId,
    status: bound.initialStatus,
    maxAttempts: bound.maxAttempts,
    cluster,
    currentTaskResources: state.cacheResources(bound.originalTaskResources),
    computeResourcesCallable: bound.computeResourcesCallable,
    resourceScales: bound.resourceScales.forTask(),
    fallbackQueues,
  });
  state.addTask(task);
  state.arrays.get(task.arrayId)?.addTask(task);
}

function link(state: SwarmState, bound: BoundTask): void {
  const dependents: number[] = [];
  for (const { taskId } of bound.downstreamTasks) {
    const dependent = state.getTask(taskId);
    if (dependent !== null) dependents.push(dependent.index);
  }
  const task = state.getTask(bound.taskId);
  if (task !== null && dependents.length > 0) state.link(task, dependents);
}
