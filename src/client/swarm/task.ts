import { SkepError } from '../../core/errors.ts';
import type { TaskStatus } from '../../core/status.ts';
import type { Queue } from '../resources/queue.ts';
import type { ResourceScales } from '../resources/scales.ts';
import type { TaskResources } from '../resources/task-resources.ts';
import type { ComputeResourcesCallable } from './source.ts';
import type { TaskGraph } from './task-graph.ts';

export interface SwarmTaskFields {
  readonly taskId: number;
  readonly arrayId: number;
  readonly status: TaskStatus;
  readonly maxAttempts: number;
  readonly cluster: { readonly id: number };
  readonly currentTaskResources: TaskResources;
  readonly computeResourcesCallable?: ComputeResourcesCallable | undefined;
  readonly resourceScales: ResourceScales;
  readonly fallbackQueues: readonly Queue[];
}

/**
 * One task as the swarm sees it. Its status and its place in the ready queue are changed by `SwarmState` only, because
 * counters elsewhere follow them. Source: swarm §5.1.
 */
export class SwarmTask {
  readonly taskId: number;
  readonly arrayId: number;
  status: TaskStatus;
  /** Carried for the record: the server counts attempts. */
  readonly maxAttempts: number;
  readonly cluster: { readonly id: number };
  currentTaskResources: TaskResources;
  /** Dropped when it has been called. */
  computeResourcesCallable: ComputeResourcesCallable | undefined;
  readonly resourceScales: ResourceScales;
  readonly fallbackQueues: readonly Queue[];
  /** The resource of which its last attempt did not have enough; undefined: not known. */
  ranOut: string | undefined;
  numUpstreams = 0;
  numUpstreamsDone = 0;
  /** Whether this task counts in `numUpstreamsDone` of its dependents. */
  isCredited = false;
  /** Where its dependents are written down, and its index there; set when it is registered with a state. */
  graph: TaskGraph | null = null;
  index = 0;
  /** Place in the ready queue (smaller is earlier); 0 when the task is not in it. */
  readyOrder = 0;

  constructor(fields: SwarmTaskFields) {
    this.taskId = fields.taskId;
    this.arrayId = fields.arrayId;
    this.status = fields.status;
    this.maxAttempts = fields.maxAttempts;
    this.cluster = fields.cluster;
    this.currentTaskResources = fields.currentTaskResources;
    this.computeResourcesCallable = fields.computeResourcesCallable;
    this.resourceScales = fields.resourceScales;
    this.fallbackQueues = fields.fallbackQueues;
  }

  /** Direct dependents within its state: a new list at each call. */
  get downstreamTasks(): SwarmTask[] {
    const dependents: SwarmTask[] = [];
    this.forEachDependent((dependent) => dependents.push(dependent));
    return dependents;
  }

  forEachDependent(action: (dependent: SwarmTask) => void): void {
    this.graph?.forEachDependent(this.index, action);
  }

  /** @throws SkepError internal when more upstreams are done than exist. */
  get allUpstreamsDone(): boolean {
    if (this.numUpstreamsDone > this.numUpstreams) {
      const sentence = `Task ${this.taskId} has ${this.numUpstreamsDone} upstream tasks done, more than the ${this.numUpstreams} that exist.`;
      throw new SkepError('internal', sentence);
    }
    return this.numUpstreamsDone === this.numUpstreams;
  }
}
