/** What the builder needs of a workflow in memory: the client's `Workflow` and `Task` satisfy it once they are bound. */
import type { TaskStatus } from '../../core/status.ts';
import type { Clusters } from '../resources/cluster.ts';
import type { ResourceScales } from '../resources/scales.ts';
import type { TaskResources } from '../resources/task-resources.ts';

export interface BoundWorkflow {
  readonly workflowId: number;
  readonly dagId: number;
  readonly maxConcurrentlyRunning: number;
  readonly boundArrays: Iterable<BoundArray>;
  /** Every task of the workflow, done ones too: upstream counts are taken from it. */
  readonly boundTasks: Iterable<BoundTask>;
  readonly clusters: Clusters;
}

interface BoundArray {
  readonly arrayId: number;
  readonly name: string;
  readonly maxConcurrentlyRunning: number;
}

export interface BoundTask {
  readonly taskId: number;
  readonly arrayId: number;
  /** The status that binding answered. */
  readonly initialStatus: TaskStatus;
  readonly maxAttempts: number;
  readonly clusterName: string;
  readonly originalTaskResources: TaskResources;
  /** Gives resources to lay over the original ones when the task becomes ready. Called once in a run. */
  readonly computeResourcesCallable?: ComputeResourcesCallable | undefined;
  readonly resourceScales: ResourceScales;
  /** Names of queues of the task's cluster, tried in order when a scaled request does not fit. */
  readonly fallbackQueues: readonly string[];
  readonly downstreamTasks: Iterable<BoundTask>;
}

export type ComputeResourcesCallable = () => Record<string, unknown> | Promise<Record<string, unknown>>;
