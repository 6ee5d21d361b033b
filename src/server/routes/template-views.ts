import { SkepError } from '../../core/errors.ts';
import { type Handlers, HttpAnswer } from '../handler.ts';
import { popularQueues, requestedCores } from '../operations/views/template-requests.ts';
import { templateStatuses } from '../operations/views/template-statuses.ts';
import { newestVersion, versionsOfTask, versionsOfWorkflow } from '../operations/views/templates.ts';

export const templateViewHandlers = {
  getTemplateDetails: async ({ query, services }) => {
    const { workflow_id: workflowId, task_template_id: templateId } = query;
    const version = await services.database.readHeavy((unit) => newestVersion(unit, workflowId, templateId));
    if (version === undefined) {
      throw new HttpAnswer(404, { detail: 'Task Template not found for the given workflow.' });
    }
    return {
      task_template_id: version.templateId,
      task_template_name: version.name,
      task_template_version_id: version.id,
    };
  },

  getTemplateVersions: async ({ query, services }) => {
    const { task_id: taskId, workflow_id: workflowId } = query;
    const versions = await services.database.readHeavy(async (unit) => {
      if (taskId !== undefined) return versionsOfTask(unit, taskId);
      return workflowId === undefined ? [] : versionsOfWorkflow(unit, workflowId);
    });
    return { task_template_version_ids: versions.map(({ id, name }) => ({ id, name })) };
  },

  getRequestedCores: async ({ query, services }) => {
    const ids = readTuple(query.task_template_version_ids);
    const cores = await services.database.readHeavy((unit) => requestedCores(unit, ids));
    return { core_info: cores.map(({ versionId, min, max, mean }) => ({ id: versionId, min, max, avg: mean })) };
  },

  getMostPopularQueue: async ({ query, services }) => {
    const ids = readTuple(query.task_template_version_ids);
    const queues = await services.database.readHeavy((unit) => popularQueues(unit, ids));
    return {
      queue_info: queues.map(({ versionId, name, queueId }) => ({ id: versionId, queue: name, queue_id: queueId })),
    };
  },

  getTemplateStatuses: async ({ params, services }) => {
    const templates = await services.database.readHeavy((unit) => templateStatuses(unit, params.workflow_id));
    return Object.fromEntries(
      templates.map(({ templateId, name, versionId, tasks, byLabel, limit, attempts }) => [
        templateId,
        {
          id: templateId,
          name,
          tasks,
          ...byLabel,
          MAXC: limit ?? ('NA' as const),
          num_attempts_min: attempts.least,
          num_attempts_max: attempts.most,
          num_attempts_avg: attempts.mean,
          task_template_version_id: versionId,
        },
      ]),
    );
  },
} satisfies Partial<Handlers>;

/** The ids of `(1, 2)`: whatever the brackets are. One element may be followed by a comma, as Python writes it. */
function readTuple(text: string): number[] {
  const items = text
    .slice(1, -1)
    .split(',')
    .map((item) => item.trim());
  if (items.length > 1 && items.at(-1) === '') items.pop();
  if (items.every((item) => /^\d{1,15}$/.test(item))) return items.map(Number);
  const sentence = `task_template_version_ids must be written as (1, 2), not ${JSON.stringify(text)}.`;
  throw new SkepError('invalid_usage', sentence);
}
