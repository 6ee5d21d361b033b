/** Small makers of swarm parts for unit tests. */
import { Requester } from '../../src/api/requester.ts';
import type { Transport } from '../../src/api/transport.ts';
import { Clusters } from '../../src/client/resources/cluster.ts';
import { createQueue, type Queue } from '../../src/client/resources/queue.ts';
import { ResourceScales } from '../../src/client/resources/scales.ts';
import { TaskResources } from '../../src/client/resources/task-resources.ts';
import { SwarmArray } from '../../src/client/swarm/array.ts';
import type { BoundTask, BoundWorkflow } from '../../src/client/swarm/source.ts';
import { SwarmState } from '../../src/client/swarm/state.ts';
import { SwarmTask, type SwarmTaskFields } from '../../src/client/swarm/task.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { TaskStatus } from '../../src/core/status.ts';

const steadyRandom = { fraction: () => 0.5, uuid: () => '', secret: () => '' };

export function makeRequester(transport: Transport, clock: Clock): Requester {
  return new Requester({ transport, clock, random: steadyRandom });
}

export function makeQueue(name = 'null.q', parameters: Record<string, unknown> = {}, type = 'dummy'): Queue {
  return createQueue(type, { id: 2, name, parameters });
}

const QUEUE = makeQueue();

export function makeTask(taskId: number, fields: Partial<SwarmTaskFields> & { memory?: number } = {}): SwarmTask {
  const { memory = 1, ...rest } = fields;
  return new SwarmTask({
    taskId,
    arrayId: 1,
    status: 'G',
    maxAttempts: 3,
    cluster: { id: 4 },
    currentTaskResources: new TaskResources({ memory }, QUEUE),
    resourceScales: ResourceScales.from(),
    fallbackQueues: [],
    ...rest,
  });
}

/** A state with the given tasks and, for each of their arrays, an array of the given (or no) limit. */
export function makeState(tasks: readonly SwarmTask[] = [], limits: Readonly<Record<number, number>> = {}): SwarmState {
  const state = new SwarmState({ workflowId: 3, workflowRunId: 7, dagId: 5, status: 'R' });
  for (const task of tasks) {
    let array = state.arrays.get(task.arrayId);
    if (array === undefined) {
      array = new SwarmArray(task.arrayId, limits[task.arrayId] ?? 10_000);
      state.addArray(array);
    }
    state.addTask(task);
    array.addTask(task);
  }
  return state;
}

/** Makes tasks depend on another of their state. Tasks are linked in the order in which the state was given them. */
export function link(state: SwarmState, upstream: SwarmTask, ...dependents: SwarmTask[]): void {
  state.link(
    upstream,
    dependents.map(({ index }) => index),
  );
}

/** Edges as `[from, to]` task ids. */
export type Edges = readonly (readonly [number, number])[];

/** A bound workflow in memory: tasks 1…count of one array, with the given edges and statuses (default G). */
export function makeWorkflow(
  requester: Requester,
  { count, edges = [], statuses = {} }: { count: number; edges?: Edges; statuses?: Record<number, TaskStatus> },
  overrides: (taskId: number) => Partial<BoundTask> = () => ({}),
): BoundWorkflow {
  const resources = new TaskResources({ memory: 2 }, QUEUE);
  const tasks = Array.from({ length: count }, (_, index) => {
    const taskId = index + 1;
    const downstreamTasks: BoundTask[] = [];
    const task: BoundTask = {
      taskId,
      arrayId: 1,
      initialStatus: statuses[taskId] ?? 'G',
      maxAttempts: 3,
      clusterName: 'dummy',
      originalTaskResources: resources,
      resourceScales: ResourceScales.from({ memory: 0.5 }),
      fallbackQueues: [],
      downstreamTasks,
      ...overrides(taskId),
    };
    return { task, downstreamTasks };
  });
  for (const [from, to] of edges) {
    const target = tasks[to - 1];
    if (target !== undefined) tasks[from - 1]?.downstreamTasks.push(target.task);
  }
  return {
    workflowId: 3,
    dagId: 5,
    maxConcurrentlyRunning: 10_000,
    boundArrays: [{ arrayId: 1, name: 'array_1', maxConcurrentlyRunning: 10_000 }],
    boundTasks: tasks.map(({ task }) => task),
    clusters: new Clusters(requester),
  };
}

/** What two states of the same workflow must have in common. */
export function snapshot(state: SwarmState) {
  return {
    arrays: [...state.arrays.values()].map((array) => [
      array.arrayId,
      array.arrayName,
      array.maxConcurrentlyRunning,
      array.tasks.length,
      array.activeCount,
    ]),
    maxConcurrentlyRunning: state.maxConcurrentlyRunning,
    counts: [...state.taskStatusMap].map(([status, tasks]) => [status, tasks.size]),
    tasks: [...state.tasks.values()]
      .sort((left, right) => left.taskId - right.taskId)
      .map((task) => ({
        taskId: task.taskId,
        status: task.status,
        open: task.numUpstreams - task.numUpstreamsDone,
        resources: task.currentTaskResources.key,
        maxAttempts: task.maxAttempts,
        downstream: task.downstreamTasks.map(({ taskId }) => taskId).sort((left, right) => left - right),
      })),
  };
}
