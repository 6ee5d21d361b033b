import { isTruthy, toHashText, toInteger } from '../../api/schemas.ts';
import { SkepError } from '../../core/errors.ts';
import type { Handlers } from '../handler.ts';
import { bindTaskArgs, bindTaskAttributes } from '../operations/task-details.ts';
import { bindTasks } from '../operations/tasks.ts';
import { mostRecentError, taskResourceUsage, taskStatusFrame, workflowTasksFrame } from '../operations/views/tasks.ts';
import { workflowStatusFrame } from '../operations/views/workflows.ts';

export const taskHandlers = {
  bindTasks: async ({ body, services }) => {
    const keys = Object.keys(body.tasks);
    const requests = Object.values(body.tasks).map(
      ([nodeId, argsHash, arrayId, resourcesId, name, command, maxAttempts, reset, scales, queues]) => ({
        nodeId,
        argsHash: toHashText(argsHash),
        arrayId,
        resourcesId,
        name,
        command,
        maxAttempts,
        resetIfRunning: isTruthy(reset),
        resourceScales: scales,
        fallbackQueues: queues,
      }),
    );
    const complete = isTruthy(body.mark_created);
    const bound = await services.database.write((unit) =>
      bindTasks(unit, toInteger(body.workflow_id), requests, complete),
    );
    return { tasks: Object.fromEntries(bound.map(({ id, status }, index) => [keys[index], [id, status]])) };
  },

  bindTaskArgs: async ({ body, services }) => {
    const args = body.task_args.map(([taskId, argId, val]) => ({
      task_id: toInteger(taskId),
      arg_id: toInteger(argId),
      val,
    }));
    await services.database.write((unit) => bindTaskArgs(unit, args));
    return {};
  },

  bindTaskAttributes: async ({ body, services }) => {
    const attributes = Object.entries(body.task_attributes).flatMap(([id, values]) => {
      const taskId = readTaskId(id);
      return Object.entries(values).map(([name, value]) => ({ taskId, name, value }));
    });
    await services.database.write((unit) => bindTaskAttributes(unit, attributes));
    return {};
  },

  getMostRecentError: async ({ params, services }) => {
    const { description, taskInstanceId } = await services.database.read((unit) =>
      mostRecentError(unit, params.task_id),
    );
    return { error_description: description, task_instance_id: taskInstanceId };
  },

  getTaskResourceUsage: async ({ query, services }) => ({
    resource_usage: await services.database.read((unit) => taskResourceUsage(unit, query.task_id)),
  }),

  getTaskStatus: async ({ query, services }) => ({
    task_instance_status: await services.database.read((unit) => taskStatusFrame(unit, query.task_ids, query.status)),
  }),

  getWorkflowTasks: async ({ params, query, services }) => ({
    workflow_tasks: await services.database.read((unit) =>
      workflowTasksFrame(unit, params.workflow_id, query.limit, query.status),
    ),
  }),

  getWorkflowStatus: async ({ query, services }) => ({
    workflows: await services.database.read((unit) =>
      workflowStatusFrame(unit, { ids: query.workflow_id ?? [], users: query.user ?? [], limit: query.limit ?? 0 }),
    ),
  }),
} satisfies Partial<Handlers>;

function readTaskId(text: string): number {
  if (/^\s*\d{1,15}\s*$/.test(text)) return Number(text);
  throw new SkepError('invalid_usage', `The key ${JSON.stringify(text)} of task_attributes is not a task id.`);
}
