/** Batches of an array: queued by the swarm, launched and killed by the distributor. */
import { toInteger } from '../../api/schemas.ts';
import type { Handlers } from '../handler.ts';
import { endKilled, instantiateQueued, launchBatch, storeDistributorIds } from '../operations/batches.ts';
import { queueTasks, taskStatusesOf } from '../operations/queueing.ts';
import { idsByStatus } from './by-status.ts';

export const batchHandlers = {
  queueTaskBatch({ params, body, services }) {
    const request = {
      arrayId: params.array_id,
      workflowRunId: toInteger(body.workflow_run_id),
      taskResourcesId: toInteger(body.task_resources_id),
      taskIds: body.task_ids.map(toInteger),
    };
    const distributorWaits = services.feed.isAwaited(`workflow_run:${request.workflowRunId}/queued`);
    return services.database.write(async (unit) => {
      await queueTasks(unit, request);
      if (distributorWaits) await instantiateQueued(unit, request.workflowRunId, request.taskIds);
      return { tasks_by_status: idsByStatus(await taskStatusesOf(unit, request.taskIds)) };
    });
  },

  async transitionToLaunched({ params, body, services }) {
    const name = { arrayId: params.array_id, batch: toInteger(body.batch_number) };
    await services.database.write((unit) => launchBatch(unit, name, body.next_report_increment));
    return {};
  },

  async launchBatch({ params, body, services }) {
    const arrayId = params.array_id;
    await services.database.write(async (unit) => {
      await launchBatch(unit, { arrayId, batch: body.batch_number }, body.next_report_increment);
      await storeDistributorIds(unit, arrayId, distributorIdsIn(body.distributor_ids));
    });
    return {};
  },

  async transitionToKilled({ params, body, services }) {
    const name = { arrayId: params.array_id, batch: toInteger(body.batch_number) };
    await services.database.write((unit) => endKilled(unit, name));
    return {};
  },

  async logDistributorIds({ params, body, services }) {
    await services.database.write((unit) => storeDistributorIds(unit, params.array_id, distributorIdsIn(body)));
    return { success: true };
  },
} satisfies Partial<Handlers>;

/** Old clients send their log context in the same map; its key is no number. */
function distributorIdsIn(map: Readonly<Record<string, unknown>>): { instance: number; distributor: string }[] {
  return Object.entries(map)
    .filter(([key]) => /^\d+$/.test(key))
    .map(([key, distributor]) => ({ instance: Number(key), distributor: String(distributor) }));
}
