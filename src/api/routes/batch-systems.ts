/** Our own routes about batch systems: which there are, and what they say of attempts. */
import { Type } from 'typebox';
import { skep } from '../route.ts';
import { Id, Letter, MapOf, Nullable } from '../schemas.ts';
import { RanOut, Usage } from './extensions.ts';

const ClusterName = Type.String({ minLength: 1, maxLength: 255 });

export const putCluster = skep('PUT', '/cluster/{cluster_name}', {
  access: 'administer',
  audited: true,
  summary: 'Adds a cluster with its queues, or gives one that exists these parameters. Other queues of it stay.',
  params: Type.Object({ cluster_name: ClusterName }),
  body: Type.Object({
    cluster_type: ClusterName,
    connection_parameters: MapOf(Type.Unknown()),
    queues: Type.Array(
      Type.Object({ name: ClusterName, parameters: MapOf(Type.Tuple([Type.Number(), Type.Number()])) }),
    ),
  }),
  answer: Type.Object({ cluster_id: Id, created: Type.Boolean() }),
});

export const getClusters = skep('GET', '/cluster', {
  access: 'read',
  summary: 'All clusters with their queues; parameters as text, as they are stored.',
  answer: Type.Object({
    clusters: Type.Array(
      Type.Object({
        name: Type.String(),
        cluster_type: Type.String(),
        connection_parameters: Nullable(Type.String()),
        queues: Type.Array(Type.Object({ name: Type.String(), parameters: Nullable(Type.String()) })),
      }),
    ),
  }),
});

export const giveUpTaskInstances = skep('POST', '/task_instance/give_up', {
  access: { own: { task_instance: 'body.task_instances[].task_instance_id' } },
  summary:
    'What a batch system says of attempts that will never report; answers the status of each. As `log_known_error` and ' +
    '`log_unknown_error`, in bulk.',
  body: Type.Object({
    task_instances: Type.Array(
      Type.Object({
        task_instance_id: Id,
        distributor_id: Nullable(Type.String()),
        /** U unknown, Z out of a resource, F never to be tried again. A U of a silent one counts only while it is silent. */
        status: Letter,
        error_description: Type.String(),
        ran_out: Type.Optional(RanOut),
        /** The batch system lost it, and the task has no part in that: the try is given back. */
        spares_try: Type.Optional(Type.Boolean()),
        /** The batch system may be wrong: counts only for one that is launched and was not allowed to start. */
        unless_started: Type.Optional(Type.Boolean()),
        usage: Type.Optional(Usage),
      }),
    ),
  }),
  answer: Type.Object({ statuses: MapOf(Letter) }),
});

export const notePendingReasons = skep('POST', '/task_instance/pending_reasons', {
  access: { own: { task_instance: 'body.task_instances[].task_instance_id' } },
  summary: 'Why launched attempts wait, in the words of the batch system; null: they wait no more.',
  body: Type.Object({
    task_instances: Type.Array(
      Type.Object({ task_instance_id: Id, pending_reason: Nullable(Type.String({ maxLength: 255 })) }),
    ),
  }),
  answer: Type.Object({}),
});

export const getPendingReasons = skep('GET', '/workflow/{workflow_id}/pending_reasons', {
  access: 'read',
  summary: 'Why the launched tasks of a workflow wait: how many for which reason, the most frequent first.',
  params: Type.Object({ workflow_id: Type.Integer() }),
  answer: Type.Object({ reasons: Type.Array(Type.Object({ reason: Type.String(), tasks: Type.Integer() })) }),
});
