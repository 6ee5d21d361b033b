/** The resources and scales of every task, checked against its queue before anything is bound. Source: client §6, §11.5. */
import { isSkepError, SkepError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { TaskArray } from '../array.ts';
import type { ResourceValues } from '../defaults.ts';
import type { Cluster } from '../resources/cluster.ts';
import type { Queue } from '../resources/queue.ts';
import { ResourceScales } from '../resources/scales.ts';
import { TaskResources } from '../resources/task-resources.ts';
import type { Task } from '../task.ts';
import { inParallel } from './pipeline.ts';

/** Cluster types whose queues need not be named: they have one that takes everything. */
const BUNDLED_TYPES: readonly string[] = ['dummy', 'sequential', 'multiprocess'];
const BUNDLED_QUEUE = 'null.q';
/** Width of the server's column for the scales of a task, as text; fallback queues have one of the same width. */
const LONGEST_TEXT = 1000;
const QUEUES_IN_FLIGHT = 4;

/** One distinct request; tasks that ask for the same share it. */
interface Request {
  readonly values: ResourceValues;
  /** The first task that asks for it, to be named in errors. */
  readonly task: Task;
  /** The first of its tasks whose resources are final, and so have to fit. */
  fixedTask: Task | undefined;
  resources: TaskResources | undefined;
}

/**
 * Gives each task its resources and scales.
 * @throws SkepError naming the first task at fault: memory_malformed, runtime_malformed, resources_invalid, queue_unknown,
 * scale_invalid. What a queue merely warns of goes to the log.
 */
export async function resolveResources(tasks: readonly Task[], cluster: Cluster, log: Logger): Promise<void> {
  const requests = requestsOf(tasks, cluster);
  const queues = await findQueues(tasks, requests.all.values(), cluster);
  const interned = new Map<string, TaskResources>();
  for (const request of requests.all.values()) {
    const queue = queues.get(request.values.queue as string) as Queue;
    const resources = naming(request.task, () => new TaskResources(request.values, queue));
    request.resources = interned.get(resources.key) ?? resources;
    interned.set(request.resources.key, request.resources);
    if (request.fixedTask) checkFit(request.fixedTask, request.resources, log);
  }
  const scales = new Map<TaskArray, ResourceScales>();
  for (const [index, task] of tasks.entries()) {
    task.resolve(requests.ofTask[index]?.resources as TaskResources, scalesOf(task, scales));
  }
}

/** Finds the distinct request of each task; tasks without resources of their own have that of their array. */
function requestsOf(tasks: readonly Task[], cluster: Cluster): { all: Map<string, Request>; ofTask: Request[] } {
  const all = new Map<string, Request>();
  const ofArray = new Map<TaskArray, Request>();
  const ofTask = tasks.map((task) => {
    const isShared = task.ownComputeResources === undefined;
    const request = (isShared ? ofArray.get(task.array) : undefined) ?? requestOf(task, cluster, all);
    if (isShared) ofArray.set(task.array, request);
    if (task.computeResourcesCallable === undefined) request.fixedTask ??= task;
    return request;
  });
  return { all, ofTask };
}

function requestOf(task: Task, cluster: Cluster, all: Map<string, Request>): Request {
  const values = withDefaults(task.computeResources, cluster);
  if (typeof values.queue !== 'string' || values.queue === '') {
    throw new SkepError('resources_invalid', `Task ${task.name} names no queue of cluster ${cluster.name}.`);
  }
  const key = JSON.stringify(values);
  const request = all.get(key) ?? { values, task, fixedTask: undefined, resources: undefined };
  all.set(key, request);
  return request;
}

/** What a bundled cluster lets a request leave out. */
function withDefaults(given: ResourceValues, cluster: Cluster): ResourceValues {
  // Null means "not asked for"; peers could not read it back from the server.
  const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));
  if (BUNDLED_TYPES.includes(cluster.type)) values.queue ??= BUNDLED_QUEUE;
  if (cluster.type === 'multiprocess') values.cores ??= 1;
  return values;
}

/** All queues that are named, by name, each asked for once. */
async function findQueues(
  tasks: readonly Task[],
  requests: Iterable<Request>,
  cluster: Cluster,
): Promise<Map<string, Queue>> {
  const namedBy = new Map<string, Task>();
  const note = (name: string, task: Task) => namedBy.has(name) || namedBy.set(name, task);
  for (const { values, task } of requests) note(values.queue as string, task);
  for (const task of tasks) {
    if (task.fallbackQueues.length === 0) continue;
    checkLength(task, 'fallback queues', task.fallbackQueues);
    for (const name of task.fallbackQueues) note(name, task);
  }
  const queues = new Map<string, Queue>();
  await inParallel(namedBy, QUEUES_IN_FLIGHT, async ([name, task]) => {
    queues.set(name, await cluster.getQueue(name).catch((error) => rethrowNaming(task, error)));
  });
  return queues;
}

function checkFit(task: Task, resources: TaskResources, log: Logger): void {
  const { valid, message } = resources.queue.validate(resources.requestedResources, { strict: false });
  if (!valid) throw new SkepError('resources_invalid', `Task ${task.name}: ${message}`);
  if (message !== '') log.warn({ task: task.name }, message);
}

function scalesOf(task: Task, shared: Map<TaskArray, ResourceScales>): ResourceScales {
  const own = task.ownResourceScales;
  const known = own === undefined ? shared.get(task.array) : undefined;
  if (known !== undefined) return known;
  const merged = {
    ...task.workflow?.defaultResourceScales(task.clusterName),
    ...task.template.defaultResourceScales(task.clusterName),
    ...task.array.resourceScales,
    ...own,
  };
  const scales = naming(task, () => ResourceScales.from(Object.keys(merged).length > 0 ? merged : undefined));
  checkLength(task, 'scales', scales.serialise(task.maxAttempts));
  if (own === undefined) shared.set(task.array, scales);
  return scales;
}

function checkLength(task: Task, what: string, value: unknown): void {
  const { length } = JSON.stringify(value);
  if (length <= LONGEST_TEXT) return;
  throw new SkepError(
    'scale_invalid',
    `The ${what} of task ${task.name} have ${length} characters, not ${LONGEST_TEXT}.`,
  );
}

function naming<Value>(task: Task, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    return rethrowNaming(task, error);
  }
}

function rethrowNaming(task: Task, error: unknown): never {
  if (!isSkepError(error)) throw error;
  throw new SkepError(error.code, `Task ${task.name}: ${error.message}`, { cause: error });
}
