import type { Handlers } from '../handler.ts';
import { findCluster, findQueue } from '../operations/clusters.ts';
import { bindResources, findResources } from '../operations/resources.ts';

export const clusterHandlers = {
  getCluster: async ({ params, services }) => {
    const found = await services.database.read((unit) => findCluster(unit, params.cluster_name));
    return { cluster: found === undefined ? null : [found.id, found.name, found.type, found.connection_parameters] };
  },

  getQueue: async ({ params, services }) => {
    const found = await services.database.read((unit) => findQueue(unit, params.cluster_id, params.queue_name));
    return { queue: found === undefined ? null : [found.id, found.name, found.parameters] };
  },

  bindResources: ({ body, services }) =>
    services.database.write((unit) =>
      bindResources(unit, {
        queueId: body.queue_id,
        type: body.task_resources_type_id,
        requested: body.requested_resources ?? null,
      }),
    ),

  getTaskResources: async ({ params, services }) => {
    const { requested, queueName } = await services.database.read((unit) =>
      findResources(unit, params.task_resources_id),
    );
    return { requested_resources: requested, queue_name: queueName };
  },
} satisfies Partial<Handlers>;
