/**
 * The library: describe a workflow with {@link Tool}, {@link TaskTemplate} and {@link Workflow}, without any server, then
 * run it with {@link Workflow.run}, or hand the file that makes it to `skep run`.
 *
 * ```ts
 * import { Tool } from 'skep';
 *
 * const tool = new Tool('greeter');
 * const greet = tool.getTaskTemplate({
 *   templateName: 'greet',
 *   commandTemplate: 'echo hello {whom}',
 *   nodeArgs: ['whom'],
 * });
 * export const workflow = tool.createWorkflow({ workflowArgs: 'first greetings' });
 * workflow.addTasks(greet.createTasks({ whom: ['bees', 'wasps'] }));
 * ```
 *
 * {@link Tool.taskFunction} makes tasks of calls of a function. What exists on a server already is looked at and changed by
 * functions that take a {@link Requester} and an id, such as {@link workflowStatus} and {@link updateTaskStatus}.
 */
export { Requester, type RequesterOptions } from './api/requester.ts';
export { httpTransport, type Transport } from './api/transport.ts';
export type { ArgumentValues } from './client/arguments.ts';
export { type ArrayOptions, TaskArray } from './client/array.ts';
export type { Attributes, AttributesInput } from './client/attributes.ts';
export {
  changeTasks,
  previewTaskChange,
  type TaskChange,
  type TaskChangeOutcome,
} from './client/control/change-tasks.ts';
export { continueWorkflow, type PauseResult, pauseWorkflow } from './client/control/pause.ts';
export { validateUsername, validateWorkflow } from './client/control/permission.ts';
export { type ReapResult, reap } from './client/control/reap.ts';
export {
  forceCleanupKillSelf,
  type ResetTasksOptions,
  resetTaskStatuses,
  setWorkflowResume,
  type WaitForResumeOptions,
  type WorkflowResumeOptions,
  waitForWorkflowResume,
} from './client/control/resume.ts';
export { type StopResult, type StopWorkflowOptions, stopWorkflow } from './client/control/stop.ts';
export { type UpdateTaskStatusOptions, updateTaskStatus } from './client/control/task-status.ts';
export { concurrencyLimit, type WorkflowResetOptions, workflowReset } from './client/control/workflow.ts';
export { Dag } from './client/dag.ts';
export type { DefaultOptions, PerCluster, ResourceValues, ScaleValues } from './client/defaults.ts';
export type { Links } from './client/links.ts';
export { Node } from './client/node.ts';
export {
  createResourceYaml,
  type ResourceStrategy,
  type ResourceYamlOptions,
} from './client/queries/resource-yaml.ts';
export {
  getSubTaskTree,
  getTaskDependencies,
  type Neighbour,
  type SubTaskTree,
  type TaskDependencies,
} from './client/queries/task-graph.ts';
export { addTaskAttributes, type TaskErrors, type TaskUsage } from './client/queries/task-results.ts';
export {
  type FilepathOptions,
  type FilepathRow,
  getFilepaths,
  type TaskStatusOptions,
  type TaskStatusRow,
  taskStatus,
} from './client/queries/task-status.ts';
export {
  type TemplateUsage,
  type TemplateUsageOptions,
  taskTemplateResources,
} from './client/queries/template-usage.ts';
export {
  type WorkflowStatusOptions,
  type WorkflowStatusRow,
  type WorkflowTaskRow,
  type WorkflowTasksOptions,
  workflowStatus,
  workflowTasks,
} from './client/queries/workflow-status.ts';
export { Cluster, Clusters } from './client/resources/cluster.ts';
export type { Queue } from './client/resources/queue.ts';
export type { ResourceScale } from './client/resources/scales.ts';
export {
  type CommonRunOptions,
  type ResumeFromIdOptions,
  type RunOptions,
  resumeWorkflowFromId,
  type WorkflowResult,
} from './client/run/run-workflow.ts';
export { type OrchestratorResult, type Progress, RunError } from './client/swarm/result.ts';
export { Task } from './client/task.ts';
export { getTasksByNodeArgs } from './client/task-function/find-tasks.ts';
export {
  type ArgumentKinds,
  type CustomKinds,
  type GivenValues,
  listOf,
  type ManyGivenValues,
  optional,
  type ReceivedValues,
  setOf,
  tupleOf,
} from './client/task-function/kinds.ts';
export type { NameFunction } from './client/task-function/names.ts';
export { TaskFunction, type TaskFunctionOptions } from './client/task-function/task-function.ts';
export type { ResourcesCallable, TaskOptions } from './client/task-options.ts';
export { type TasksOptions, TaskTemplate, type TaskTemplateOptions } from './client/task-template.ts';
export { Tool, type YamlOptions } from './client/tool.ts';
export { type ErrorsOptions, Workflow, type WorkflowOptions } from './client/workflow.ts';
export type { ArgumentKind, CollectionKind, ItemKind, Serializer } from './core/argument-kind.ts';
export { type Config, type ConfigOverrides, loadConfig } from './core/config.ts';
export { type ErrorCode, SkepError } from './core/errors.ts';
export type { TaskStatus, WorkflowRunStatus, WorkflowStatus } from './core/status.ts';
export { convertMemory, formatDuration, memoryInGib, runtimeInSeconds } from './core/units.ts';
