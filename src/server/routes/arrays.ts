import { toInteger } from '../../api/schemas.ts';
import type { Handlers } from '../handler.ts';
import { addArray, arrayConcurrency } from '../operations/arrays.ts';

export const arrayHandlers = {
  addArray: async ({ body, services }) => {
    const id = await services.database.write((unit) =>
      addArray(unit, {
        workflowId: toInteger(body.workflow_id),
        templateVersionId: toInteger(body.task_template_version_id),
        maxConcurrentlyRunning: toInteger(body.max_concurrently_running),
        name: body.name,
      }),
    );
    return { array_id: id };
  },

  getArrayConcurrency: async ({ params, services }) => ({
    max_concurrently_running: await services.database.read((unit) => arrayConcurrency(unit, params.array_id)),
  }),
} satisfies Partial<Handlers>;
