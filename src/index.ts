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
 */
export { Requester, type RequesterOptions } from './api/requester.ts';
export { httpTransport, type Transport } from './api/transport.ts';
export type { ArgumentValues } from './client/arguments.ts';
export { type ArrayOptions, TaskArray } from './client/array.ts';
export type { Attributes, AttributesInput } from './client/attributes.ts';
export { Dag } from './client/dag.ts';
export type { DefaultOptions, PerCluster, ResourceValues, ScaleValues } from './client/defaults.ts';
export type { Links } from './client/link-set.ts';
export { Node } from './client/node.ts';
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
export type { ResourcesCallable, TaskOptions } from './client/task-options.ts';
export { addTaskAttributes, type TaskErrors, type TaskUsage } from './client/task-queries.ts';
export { type TasksOptions, TaskTemplate, type TaskTemplateOptions } from './client/task-template.ts';
export { Tool, type YamlOptions } from './client/tool.ts';
export { type ErrorsOptions, Workflow, type WorkflowOptions } from './client/workflow.ts';
export { type Config, type ConfigOverrides, loadConfig } from './core/config.ts';
export { type ErrorCode, SkepError } from './core/errors.ts';
export type { TaskStatus, WorkflowRunStatus, WorkflowStatus } from './core/status.ts';
