/** What the server answers to the swarm, in our own words. Source: swarm §2.2, §4. */
import type { TaskStatus, WorkflowRunStatus } from '../../core/status.ts';

export interface HeartbeatResponse {
  readonly status: WorkflowRunStatus;
}
export interface StatusUpdateResponse {
  readonly status: WorkflowRunStatus;
}
export interface QueueResponse {
  readonly tasksByStatus: TasksByStatus;
}
export interface TaskStatusUpdatesResponse {
  readonly time: string;
  readonly tasksByStatus: TasksByStatus;
}
export interface WorkflowMetadata {
  readonly workflowId: number;
  readonly dagId: number;
  readonly maxConcurrentlyRunning: number;
}
export interface DownstreamTasksResponse {
  /** By task id; tasks that nothing depends on may be absent. */
  readonly downstreamTasks: ReadonlyMap<number, DownstreamNodes>;
}
interface DownstreamNodes {
  readonly nodeId: number;
  readonly downstreamNodeIds: readonly number[];
}
export interface WorkflowChangesResponse {
  readonly cursor: number;
  readonly tasksByStatus: TasksByStatus;
  readonly workflowRunStatus: WorkflowRunStatus;
  readonly maxConcurrentlyRunning: number;
  readonly arrayLimits: ReadonlyMap<number, number>;
  /** Task id → resource. */
  readonly ranOut: ReadonlyMap<number, string>;
}
/** A task as the server lists it for a resume; the texts are Python literals or JSON. */
export interface TaskRow {
  readonly taskId: number;
  readonly arrayId: number;
  readonly status: TaskStatus;
  readonly maxAttempts: number;
  readonly resourceScales: string | null;
  readonly fallbackQueues: string | null;
  readonly requestedResources: string | null;
  readonly clusterName: string | null;
  readonly queueName: string | null;
  readonly arrayMaxConcurrentlyRunning: number;
}
/** Tasks of a page that differ in nothing but their ids and dependents. */
export interface TaskGroup extends Omit<TaskRow, 'taskId'> {
  readonly tasks: readonly TaskWithNodes[];
}
/** `[task id, node id, downstream node id, …]`; the task id alone where the dag has no edges of its node. */
export type TaskWithNodes = readonly [taskId: number, ...nodeIds: number[]];
export interface UnfinishedTasksResponse {
  /** Null on the page after the last. */
  readonly lastTaskId: number | null;
  readonly groups: readonly TaskGroup[];
}
type TasksByStatus = Readonly<Record<string, readonly number[]>>;
