import type { CallOptions, Requester } from '../../api/requester.ts';
import { type AnswerOf, routes } from '../../api/routes.ts';
import { SkepError } from '../../core/errors.ts';
import type { TaskStatus, WorkflowRunStatus } from '../../core/status.ts';
import type {
  DownstreamTasksResponse,
  HeartbeatResponse,
  QueueResponse,
  StatusUpdateResponse,
  TaskGroup,
  TaskRow,
  TaskStatusUpdatesResponse,
  TaskWithNodes,
  UnfinishedTasksResponse,
  WorkflowChangesResponse,
  WorkflowMetadata,
} from './answers.ts';

/** Every request of the swarm, in our own words; nothing else in it knows the wire. Source: swarm §4. */
export class ServerGateway {
  readonly requester: Requester;
  readonly workflowId: number;
  readonly workflowRunId: number;

  constructor(requester: Requester, workflowId: number, workflowRunId: number) {
    this.requester = requester;
    this.workflowId = workflowId;
    this.workflowRunId = workflowRunId;
  }

  /** A sign of life, which is also a wish for `status`. `nextReportIncrement` in seconds. */
  async logHeartbeat(
    status: WorkflowRunStatus,
    nextReportIncrement: number,
    options?: CallOptions,
  ): Promise<HeartbeatResponse> {
    const body = { status, next_report_increment: nextReportIncrement };
    const answer = await this.requester.call(routes.logWorkflowRunHeartbeat, { params: this.#run, body }, options);
    return { status: answer.status as WorkflowRunStatus };
  }

  /** Asks for a status; the answer is the status that the run has now, another one if the server refused. */
  async updateStatus(status: WorkflowRunStatus, options?: CallOptions): Promise<StatusUpdateResponse> {
    const input = { params: this.#run, body: { status } };
    const answer = await this.requester.call(routes.updateWorkflowRunStatus, input, options);
    return { status: answer.status as WorkflowRunStatus };
  }

  async terminateTaskInstances(options?: CallOptions): Promise<void> {
    await this.requester.call(routes.terminateTaskInstances, { params: this.#run }, options);
  }

  async requestTriage(options?: CallOptions): Promise<void> {
    await this.requester.call(routes.setStatusForTriaging, { params: this.#run }, options);
  }

  /** Current statuses of the tasks that changed since the token `since`; of all tasks without it. */
  async getTaskStatusUpdates(since?: string, options?: CallOptions): Promise<TaskStatusUpdatesResponse> {
    const input = { params: this.#workflow, body: since === undefined ? {} : { last_sync: since } };
    const answer = await this.requester.call(routes.getTaskStatusUpdates, input, options);
    return { time: answer.time, tasksByStatus: answer.tasks_by_status };
  }

  /** Waits up to `waitSeconds` for changes after `cursor`. Our own servers only. */
  async getWorkflowChanges(
    cursor: number,
    waitSeconds: number,
    options?: CallOptions,
  ): Promise<WorkflowChangesResponse> {
    const body = { cursor, wait_seconds: waitSeconds, workflow_run_id: this.workflowRunId };
    const answer = await this.requester.call(routes.getWorkflowChanges, { params: this.#workflow, body }, options);
    return {
      cursor: answer.cursor,
      tasksByStatus: answer.tasks_by_status,
      workflowRunStatus: answer.workflow_run_status as WorkflowRunStatus,
      maxConcurrentlyRunning: answer.max_concurrently_running,
      arrayLimits: new Map(Object.entries(answer.array_limits).map(([arrayId, limit]) => [Number(arrayId), limit])),
      ranOut: new Map(Object.entries(answer.ran_out ?? {}).map(([taskId, resource]) => [Number(taskId), resource])),
    };
  }

  async getWorkflowConcurrency(options?: CallOptions): Promise<number> {
    const answer = await this.requester.call(routes.getWorkflowConcurrency, { params: this.#workflow }, options);
    return answer.max_concurrently_running;
  }

  async getArrayConcurrency(arrayId: number, options?: CallOptions): Promise<number> {
    const answer = await this.requester.call(routes.getArrayConcurrency, { params: { array_id: arrayId } }, options);
    return answer.max_concurrently_running;
  }

  /** Queues those of the tasks that are registered or adjusted; the answer holds the status of every one. */
  async queueTaskBatch(
    batch: { arrayId: number; taskIds: number[]; taskResourcesId: number; clusterId: number },
    options?: CallOptions,
  ): Promise<QueueResponse> {
    const body = {
      task_ids: batch.taskIds,
      task_resources_id: batch.taskResourcesId,
      workflow_run_id: this.workflowRunId,
      cluster_id: batch.clusterId,
    };
    const input = { params: { array_id: batch.arrayId }, body };
    const answer = await this.requester.call(routes.queueTaskBatch, input, options);
    return { tasksByStatus: answer.tasks_by_status };
  }

  /** @throws SkepError workflow_empty when the server knows no such workflow. */
  async getWorkflowMetadata(options?: CallOptions): Promise<WorkflowMetadata> {
    const answer = await this.requester.call(routes.getWorkflowMetadata, { params: this.#workflow }, options);
    const [workflowId, dagId, maxConcurrentlyRunning] = answer.workflow ?? [];
    if (workflowId === undefined || dagId === undefined || maxConcurrentlyRunning === undefined) {
      throw new SkepError('workflow_empty', `Workflow ${this.workflowId} has no metadata on the server.`);
    }
    return { workflowId, dagId, maxConcurrentlyRunning };
  }

  /** Tasks that are not done, with ids above `maxTaskId`, by ascending id, at most `chunkSize`. */
  async getTasks(maxTaskId = 0, chunkSize = 500, options?: CallOptions): Promise<TaskRow[]> {
    const query = { max_task_id: maxTaskId, chunk_size: chunkSize };
    const { tasks } = await this.requester.call(routes.getTasks, { params: this.#workflow, query }, options);
    return Object.entries(tasks)
      .map(([taskId, tuple]) => toTaskRow(Number(taskId), tuple))
      .sort((left, right) => left.taskId - right.taskId);
  }

  /** Tasks that are not done with their dependents, as {@link getTasks}. Our own servers only. */
  async getUnfinishedTasks(
    afterTaskId: number,
    limit: number,
    options?: CallOptions,
  ): Promise<UnfinishedTasksResponse> {
    const query = { after_task_id: afterTaskId, limit };
    const input = { params: this.#workflow, query };
    const answer = await this.requester.call(routes.getUnfinishedTasks, input, options);
    return { lastTaskId: answer.last_task_id, groups: answer.groups.map(toTaskGroup) };
  }

  async getDownstreamTasks(taskIds: number[], dagId: number, options?: CallOptions): Promise<DownstreamTasksResponse> {
    const body = { task_ids: taskIds, dag_id: dagId };
    const answer = await this.requester.call(routes.getDownstreamTasks, { body }, options);
    const entries = Object.entries(answer.downstream_tasks).map(
      ([taskId, [nodeId, downstream]]) => [Number(taskId), { nodeId, downstreamNodeIds: nodeIds(downstream) }] as const,
    );
    return { downstreamTasks: new Map(entries) };
  }

  /** The server's clock as a token for {@link getTaskStatusUpdates}. */
  async getServerTime(options?: CallOptions): Promise<string> {
    return (await this.requester.call(routes.getTime, {}, options)).time;
  }

  get #run(): { workflow_run_id: number } {
    return { workflow_run_id: this.workflowRunId };
  }

  get #workflow(): { workflow_id: number } {
    return { workflow_id: this.workflowId };
  }
}

type TaskTuple = AnswerOf<typeof routes.getTasks>['tasks'][string];

function toTaskRow(taskId: number, tuple: TaskTuple): TaskRow {
  const [arrayId, status, maxAttempts, scales, fallbacks, resources, clusterName, queueName, limit] = tuple;
  return {
    taskId,
    arrayId,
    status: status as TaskStatus,
    maxAttempts,
    resourceScales: scales,
    fallbackQueues: fallbacks,
    requestedResources: resources,
    clusterName,
    queueName,
    arrayMaxConcurrentlyRunning: limit,
  };
}

type WireTaskGroup = AnswerOf<typeof routes.getUnfinishedTasks>['groups'][number];

function toTaskGroup(group: WireTaskGroup): TaskGroup {
  return {
    arrayId: group.array_id,
    status: group.status as TaskStatus,
    maxAttempts: group.max_attempts,
    resourceScales: group.resource_scales,
    fallbackQueues: group.fallback_queues,
    requestedResources: group.requested_resources,
    clusterName: group.cluster_name,
    queueName: group.queue_name,
    arrayMaxConcurrentlyRunning: group.array_max_concurrently_running,
    tasks: group.tasks as unknown as readonly TaskWithNodes[],
  };
}

/** Servers answer a list, JSON text of one (old ones), or null for none. */
function nodeIds(downstream: readonly number[] | string | null): readonly number[] {
  if (downstream === null) return [];
  return typeof downstream === 'string' ? (JSON.parse(downstream) as number[]) : downstream;
}
