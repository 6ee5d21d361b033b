import { toInteger } from '../../api/schemas.ts';
import { isoTimeText } from '../db/time.ts';
import type { Handlers } from '../handler.ts';
import { subDag, taskDependencies, tasksRecursive } from '../operations/views/dependencies.ts';
import { arrayTasks, instanceDetails } from '../operations/views/instances.ts';
import { taskDetails } from '../operations/views/task-details.ts';

export const taskViewHandlers = {
  getArrayTasks: async ({ params, query, services }) => {
    const { array_name: arrayName, job_name: taskName = '', limit = 0 } = query;
    const filter = { workflowId: params.workflow_id, arrayName, taskName, limit };
    const rows = await services.database.readHeavy((unit) => arrayTasks(unit, filter));
    return {
      array_tasks: rows.map((row) => ({
        TASK_ID: row.taskId,
        TASK_NAME: row.taskName,
        ARRAY_NAME: row.arrayName,
        TASK_INSTANCE_ID: row.instanceId,
        OUTPUT_PATH: row.stdout ?? '',
        ERROR_PATH: row.stderr ?? '',
      })),
    };
  },

  getSubDag: async ({ body, services }) => {
    const taskIds = body.task_ids.map(toInteger);
    const found = await services.database.readHeavy((unit) => subDag(unit, taskIds, body.task_status ?? []));
    if (found === undefined) return { workflow_id: null, sub_task: null };
    const tasks = found.tasks.map(({ id, status, name }) => [id, [status, name]]);
    return { workflow_id: found.workflowId, sub_task: Object.fromEntries(tasks) };
  },

  getTaskDependencies: async ({ params, services }) => {
    const { up, down } = await services.database.readHeavy((unit) => taskDependencies(unit, params.task_id));
    return { up: up.map((task) => [task]), down: down.map((task) => [task]) };
  },

  getTasksRecursive: async ({ params, body, services }) => {
    const direction = params.direction === 'up' ? 'upstream' : 'downstream';
    const taskIds = body.task_ids.map(toInteger);
    return { task_ids: await services.database.readHeavy((unit) => tasksRecursive(unit, taskIds, direction)) };
  },

  getTaskInstanceDetails: async ({ params, services }) => {
    const rows = await services.database.readHeavy((unit) => instanceDetails(unit, params.task_id));
    return {
      taskinstances: rows.map((row) => ({
        ti_id: row.id,
        ti_status: row.label,
        ti_stdout: row.stdout,
        ti_stderr: row.stderr,
        ti_stdout_log: row.stdout_log,
        ti_stderr_log: row.stderr_log,
        ti_distributor_id: row.distributor_id,
        ti_nodename: row.nodename,
        ti_error_log_description: row.description,
        ti_wallclock: numberOf(row.wallclock),
        ti_maxrss: numberOf(row.maxrss),
        ti_resources: row.requested_resources,
        ti_submit_date: row.submitted_date === null ? null : isoTimeText(row.submitted_date),
        ti_status_date: isoTimeText(row.status_date),
        ti_queue_name: row.queue,
      })),
    };
  },

  getTaskDetails: async ({ params, services }) => {
    const task = await services.database.readHeavy((unit) => taskDetails(unit, params.task_id));
    if (task === undefined) return { task_details: [] };
    const details = {
      task_status: task.status,
      workflow_id: task.workflow_id,
      task_name: task.name,
      task_command: task.command,
      task_status_date: isoTimeText(task.status_date),
      task_template_id: task.task_template_id,
    };
    return { task_details: [details] };
  },
} satisfies Partial<Handlers>;

/** Usage is stored as the text that a worker sent; what is no number in it is not known. */
function numberOf(text: string | null): number | null {
  if (text === null || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
