/** What a task can be told when it is made. Source: client §5.4, §6. */
import type { AttributesInput } from './attributes.ts';
import type { ResourceValues, ScaleValues } from './defaults.ts';
import type { Task } from './task.ts';

/** Called once, when the task becomes ready; what it returns is merged over the resources of the task. */
export type ResourcesCallable = () => Record<string, unknown> | Promise<Record<string, unknown>>;

/** Options of one task alone. */
export interface OwnOptions {
  /** Default: the template's name with the node arguments. */
  readonly name?: string | undefined;
  /** Tasks that must be done before this one starts. */
  readonly upstreamTasks?: Iterable<Task> | undefined;
  /** Names and texts kept with the task for people to find it by. */
  readonly taskAttributes?: AttributesInput | undefined;
}

/** Options that many tasks may share; one object serves them all. */
export interface SharedOptions {
  /** Attempts until it counts as failed. Default: that of the workflow, else 3. */
  readonly maxAttempts?: number | undefined;
  /** Requested resources, over those of array, template and workflow. `queue` names the queue. */
  readonly computeResources?: ResourceValues | undefined;
  readonly computeResourcesCallable?: ResourcesCallable | undefined;
  /** How requests grow after a failure for want of a resource, over those of array, template and workflow. */
  readonly resourceScales?: ScaleValues | undefined;
  /** Default: the cluster of its array. All tasks of a workflow must be on one cluster. */
  readonly clusterName?: string | undefined;
  /** Queues to try in this order when the grown request fits its own queue no more. */
  readonly fallbackQueues?: readonly string[] | undefined;
}

/** What one task can be told when it is made. */
export type TaskOptions = OwnOptions & SharedOptions;
