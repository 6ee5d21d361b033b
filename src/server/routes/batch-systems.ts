/** Clusters, and what batch systems say of attempts. */
import type { Handlers } from '../handler.ts';
import { allClusters, putCluster } from '../operations/clusters.ts';
import { giveUp, notePendingReasons, pendingReasonsOf } from '../operations/give-up.ts';
import { statusesOf, usageColumns } from './instance-wire.ts';

export const batchSystemHandlers = {
  putCluster({ params, body, services }) {
    return services.database.write(async (unit) => {
      const { id, created } = await putCluster(unit, {
        name: params.cluster_name,
        type: body.cluster_type,
        connectionParameters: body.connection_parameters,
        queues: body.queues,
      });
      return { cluster_id: id, created };
    });
  },

  async getClusters({ services }) {
    return { clusters: await services.database.read(allClusters) };
  },

  async giveUpTaskInstances({ body, services }) {
    const given = new Map(
      body.task_instances.map((instance) => [
        instance.task_instance_id,
        {
          status: instance.status,
          error: instance.error_description,
          sparesTry: instance.spares_try === true,
          unlessStarted: instance.unless_started === true,
          attributes: {
            distributor_id: instance.distributor_id,
            ran_out: instance.ran_out ?? null,
            ...usageColumns(instance.usage),
          },
        },
      ]),
    );
    return { statuses: statusesOf(await services.database.write((unit) => giveUp(unit, given))) };
  },

  async notePendingReasons({ body, services }) {
    const given = body.task_instances.map(({ task_instance_id: id, pending_reason: reason }) => ({ id, reason }));
    await services.database.write((unit) => notePendingReasons(unit, given));
    return {};
  },

  async getPendingReasons({ params, services }) {
    return { reasons: await services.database.read((unit) => pendingReasonsOf(unit, params.workflow_id)) };
  },
} satisfies Partial<Handlers>;
