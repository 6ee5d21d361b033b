/** Pausing workflows and letting them continue. */
import type { Handlers } from '../handler.ts';
import { continueWorkflow, type Pause, pausedAmong, pauseWorkflow } from '../operations/pause.ts';

export const pauseHandlers = {
  pauseWorkflow: async ({ params, services }) =>
    pauseAnswer(await services.database.write((unit) => pauseWorkflow(unit, params.workflow_id))),

  continueWorkflow: async ({ params, services }) =>
    pauseAnswer(await services.database.write((unit) => continueWorkflow(unit, params.workflow_id))),

  getPausedWorkflows: async ({ query, services }) => ({
    workflow_ids: await services.database.read((unit) => pausedAmong(unit, query.workflow_id)),
  }),
} satisfies Partial<Handlers>;

function pauseAnswer({ isPaused, limit, isChanged }: Pause) {
  return { paused: isPaused, limit, changed: isChanged };
}
