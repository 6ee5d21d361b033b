import type { AnswerOf, routes } from '../../api/routes.ts';
import { toHashText, toInteger } from '../../api/schemas.ts';
import { SkepError } from '../../core/errors.ts';
import { WORKFLOW_STATUSES } from '../../core/status.ts';
import { isNamed } from '../access/principal.ts';
import { type Handlers, HttpAnswer } from '../handler.ts';
import { templateConcurrency } from '../operations/arrays.ts';
import { unfinishedTaskPage } from '../operations/unfinished-tasks.ts';
import { templateDependencies } from '../operations/views/workflows.ts';
import {
  bindWorkflow,
  findWorkflow,
  matchingWorkflows,
  setWorkflowAttributes,
  type UnfinishedTask,
  unfinishedTasks,
} from '../operations/workflows.ts';

export const workflowHandlers = {
  getMatchingWorkflows: async ({ params, services }) => {
    const argsHash = normaliseHash(params.workflow_args_hash);
    const found = await services.database.read((unit) => matchingWorkflows(unit, argsHash));
    return {
      matching_workflows: found.map(({ task_hash, tool_version_id, dag_hash }) => [
        task_hash,
        tool_version_id ?? 0,
        dag_hash,
      ]),
    };
  },

  bindWorkflow: async ({ body, principal, services }) => {
    const { id, status, newlyCreated } = await services.database.write((unit) =>
      bindWorkflow(unit, {
        toolVersionId: toInteger(body.tool_version_id),
        dagId: toInteger(body.dag_id),
        argsHash: toHashText(body.workflow_args_hash),
        taskHash: toHashText(body.task_hash),
        description: body.description,
        name: body.name,
        args: body.workflow_args,
        maxConcurrentlyRunning: toInteger(body.max_concurrently_running),
        attributes: body.workflow_attributes,
        owner: isNamed(principal) ? principal.user : undefined,
        onlyOf: principal.role === 'admin' ? undefined : principal.user,
      }),
    );
    return { workflow_id: id, status, newly_created: newlyCreated };
  },

  setWorkflowAttributes: async ({ params, body, services }) => {
    const attributes = body.workflow_attributes;
    await services.database.write((unit) => setWorkflowAttributes(unit, params.workflow_id, attributes));
    return {};
  },

  getWorkflowConcurrency: async ({ params, services }) => {
    const found = await services.database.read((unit) => findWorkflow(unit, params.workflow_id));
    if (found === undefined) throw new HttpAnswer(404, { error: `Workflow ${params.workflow_id} does not exist.` });
    return { max_concurrently_running: found.max_concurrently_running };
  },

  getWorkflowMetadata: async ({ params, services }) => {
    const found = await services.database.read((unit) => findWorkflow(unit, params.workflow_id));
    return { workflow: found === undefined ? [] : [found.id, found.dag_id, found.max_concurrently_running] };
  },

  getTasks: async ({ params, query, services }) => {
    const tasks = await services.database.read((unit) =>
      unfinishedTasks(unit, params.workflow_id, query.max_task_id, query.chunk_size),
    );
    return { tasks: Object.fromEntries(tasks.map((task) => [task.id, taskTuple(task)])) };
  },

  getUnfinishedTasks: async ({ params, query, services }) => {
    const { lastTaskId, groups } = await services.database.read((unit) =>
      unfinishedTaskPage(unit, params.workflow_id, query.after_task_id, query.limit),
    );
    return {
      last_task_id: lastTaskId,
      groups: groups.map((group) => ({
        array_id: group.array_id,
        array_max_concurrently_running: group.array_limit,
        status: group.status,
        max_attempts: group.max_attempts,
        resource_scales: group.resource_scales,
        fallback_queues: group.fallback_queues,
        requested_resources: group.requested_resources,
        cluster_name: group.cluster,
        queue_name: group.queue,
        tasks: group.tasks,
      })),
    };
  },

  getAvailableStatuses: async () => ({
    available_statuses: Object.values(WORKFLOW_STATUSES)
      .map(({ label }) => label)
      .sort(),
  }),

  getWorkflowArrayConcurrency: async ({ params, services }) => ({
    max_concurrently_running: await services.database.read((unit) =>
      templateConcurrency(unit, params.workflow_id, params.task_template_version_id),
    ),
  }),

  getTaskTemplateDag: async ({ params, services }) => {
    // The path takes any text; a text that is no id names no workflow.
    const workflowId = /^\d{1,15}$/.test(params.workflow_id) ? Number(params.workflow_id) : 0;
    const pairs = await services.database.read((unit) => templateDependencies(unit, workflowId));
    return { tt_dag: pairs.map(({ name, downstream }) => ({ name, downstream_task_template_id: downstream })) };
  },
} satisfies Partial<Handlers>;

function normaliseHash(text: string): string {
  if (/^\s*[+-]?\d{1,100}\s*$/.test(text)) return String(BigInt(text.trim().replace(/^\+/, '')));
  throw new SkepError('invalid_usage', `The workflow args hash ${JSON.stringify(text)} is not an integer.`);
}

function taskTuple(task: UnfinishedTask): AnswerOf<typeof routes.getTasks>['tasks'][string] {
  return [
    task.array_id,
    task.status,
    task.max_attempts,
    task.resource_scales,
    task.fallback_queues,
    task.requested_resources,
    task.cluster,
    task.queue,
    task.array_limit,
  ];
}
