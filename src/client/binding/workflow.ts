/** A workflow on the server, up to but without its tasks. Source: client §11.6. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import type { Logger } from '../../core/log.ts';
import type { WorkflowStatus } from '../../core/status.ts';
import { Clusters } from '../resources/cluster.ts';
import type { TaskTemplate } from '../task-template.ts';
import type { Workflow } from '../workflow.ts';
import { type Caller, stoppable, unlessStopped } from './caller.ts';
import { bindDag } from './dag.ts';
import { hashWorkflow, type WorkflowHashes } from './hashes.ts';
import { resolveResources } from './resolve.ts';
import { refuseOtherTasks } from './same-tasks.ts';
import { type BoundTemplate, bindTemplates, bindTool } from './templates.ts';

/** What the server made of a workflow. */
export interface WorkflowBinding {
  readonly requester: Requester;
  readonly clusters: Clusters;
  readonly templates: ReadonlyMap<TaskTemplate, BoundTemplate>;
  readonly hashes: Pick<WorkflowHashes, 'tasks' | 'taskArgs'>;
  readonly dagId: number;
  readonly workflowId: number;
  /** Its status before this run. */
  readonly status: WorkflowStatus;
  /** False when the server knew the workflow from a former run. */
  readonly isNew: boolean;
}

export interface BindOptions {
  readonly log: Logger;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks the workflow against the server, then binds it. Nothing is bound when a check fails.
 * @throws SkepError naming what is wrong; workflow_exists when other tasks or dependencies have the same args.
 */
export async function bindWorkflow(
  workflow: Workflow,
  requester: Requester,
  { log, signal }: BindOptions,
): Promise<WorkflowBinding> {
  const clusters = new Clusters(requester);
  await unlessStopped(checkWorkflow(workflow, clusters, log), signal);
  const caller = stoppable(requester, signal);
  const toolVersionId = await bindTool(caller, workflow.tool);
  const { tasks, chunkSize } = workflow;
  const toolVersions = new Map([[workflow.tool, toolVersionId]]);
  const templates = await bindTemplates(caller, new Set(tasks.map(({ template }) => template)), toolVersions);
  for (const [template, bound] of templates) template.joinServer(requester, bound);
  const hashes = hashWorkflow(workflow.workflowArgs, tasks, templates);
  const isKnown = await findKnown(caller, workflow, toolVersionId, hashes);
  const dagId = await bindDag(caller, { tasks, templates, hashes, chunkSize });
  const answer = await caller.call(routes.bindWorkflow, {
    body: {
      tool_version_id: toolVersionId,
      dag_id: dagId,
      workflow_args_hash: String(hashes.workflowArgs),
      task_hash: String(hashes.taskSet),
      description: workflow.description,
      name: workflow.name,
      workflow_args: workflow.workflowArgs,
      max_concurrently_running: workflow.maxConcurrentlyRunning,
      workflow_attributes: { ...workflow.attributes },
    },
  });
  return {
    requester,
    clusters,
    templates,
    // Only what binding the tasks needs again: the other hashes weigh as much as the tasks themselves.
    hashes: { tasks: hashes.tasks, taskArgs: hashes.taskArgs },
    dagId,
    workflowId: answer.workflow_id,
    status: answer.status as WorkflowStatus,
    // A repeated request (its first answer was lost) finds what the first one made, and must not count as a resume.
    isNew: answer.newly_created || (!isKnown && answer.status === 'G'),
  };
}

/** Checks graph, cluster, queues, resources and scales; sends only questions. @throws SkepError naming what is wrong. */
export async function checkWorkflow(workflow: Workflow, clusters: Clusters, log: Logger): Promise<void> {
  workflow.validateGraph();
  const cluster = await clusters.get(workflow.clusterName);
  await resolveResources(workflow.tasks, cluster, log);
  for (const { template, name } of workflow.arrays.values()) {
    if (template.defaultMaxAttempts === undefined) continue;
    log.warn({ array: name }, 'maxAttempts of a template has no effect: give it to its tasks or to the workflow');
  }
}

/** Whether the server knows this very workflow. @throws SkepError workflow_exists */
async function findKnown(
  caller: Caller,
  workflow: Workflow,
  toolVersionId: number,
  hashes: WorkflowHashes,
): Promise<boolean> {
  const { matching_workflows: matches } = await caller.call(routes.getMatchingWorkflows, {
    params: { workflow_args_hash: String(hashes.workflowArgs) },
  });
  const ofTool = matches.filter(([, versionId]) => versionId === toolVersionId);
  const stored = ofTool.map(([taskSet, , dag]) => ({ taskSet, dag }));
  refuseOtherTasks(workflow, stored, hashes);
  return ofTool.length > 0;
}
