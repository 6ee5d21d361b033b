import { toInteger } from '../../api/schemas.ts';
import { SkepError } from '../../core/errors.ts';
import type { Handlers } from '../handler.ts';
import { type TaskUpdate, updateTasks } from '../operations/task-updates.ts';
import { resetWorkflow } from '../operations/workflow-reset.ts';

export const taskUpdateHandlers = {
  updateTaskStatuses: async ({ body, services }) => {
    const update = {
      workflowId: toInteger(body.workflow_id),
      taskIds: readTaskIds(body.task_ids),
      status: body.new_status,
      recursive: body.recursive ?? false,
    };
    await services.database.write((unit) => updateTasks(unit, update));
    return { message: `updated to status ${update.status}` };
  },

  resetWorkflow: async ({ params, body, services }) => {
    const request = { workflowId: params.workflow_id, keepsDone: body.partial_reset ?? false };
    await services.database.write((unit) => resetWorkflow(unit, request));
    return {};
  },
} satisfies Partial<Handlers>;

function readTaskIds(given: number | string | readonly (number | string)[]): TaskUpdate['taskIds'] {
  if (given === 'all') return given;
  if (typeof given === 'object') return given.map(toInteger);
  if (typeof given === 'number' || /^\s*\d{1,15}\s*$/.test(given)) return [toInteger(given)];
  throw new SkepError('invalid_usage', `task_ids must be ids of tasks or "all", not ${JSON.stringify(given)}.`);
}
