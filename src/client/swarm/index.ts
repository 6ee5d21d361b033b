/** The swarm by itself (`skep/swarm`): for those who drive a workflow run from a program of their own. Source: swarm §2. */
export { Cluster, Clusters } from '../resources/cluster.ts';
export { createQueue, type Queue } from '../resources/queue.ts';
export { ResourceScales } from '../resources/scales.ts';
export { TaskResources } from '../resources/task-resources.ts';
export type {
  DownstreamTasksResponse,
  HeartbeatResponse,
  QueueResponse,
  StatusUpdateResponse,
  TaskStatusUpdatesResponse,
  WorkflowMetadata,
} from './answers.ts';
export { SwarmArray } from './array.ts';
export { SwarmBuilder, type SwarmBuilderOptions } from './builder.ts';
export { ORCHESTRATOR_DEFAULTS, type OrchestratorConfig, type WorkflowRunConfig } from './config.ts';
export { ServerGateway } from './gateway.ts';
export { type OrchestratorOptions, WorkflowRunOrchestrator } from './orchestrator.ts';
export { type OrchestratorResult, type Progress, RunError } from './result.ts';
export { type RunOptions, resumeWorkflowRun, runWorkflow } from './run.ts';
export { HeartbeatService } from './services/heartbeat.ts';
export { type BatchResult, Scheduler } from './services/scheduler.ts';
export { Synchronizer } from './services/synchronizer.ts';
export type { BoundTask, BoundWorkflow } from './source.ts';
export { SwarmState } from './state.ts';
export { StateUpdate } from './state-update.ts';
export { SwarmTask } from './task.ts';
