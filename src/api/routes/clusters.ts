/** Clusters, queues and requested resources. Source: http-fsm §7.10, §7.11, §9.4, §13. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import { Id, Letter, MapOf, Nullable } from '../schemas.ts';

export const getCluster = v3('GET', '/cluster/{cluster_name}', {
  access: 'read',
  summary: 'A cluster by name: `[id, name, cluster type, connection parameters as JSON text or null]`, or null.',
  params: Type.Object({ cluster_name: Type.String() }),
  answer: Type.Object({
    cluster: Nullable(Type.Tuple([Id, Type.String(), Type.String(), Nullable(Type.String())])),
  }),
});

export const getQueue = v3('GET', '/cluster/{cluster_id}/queue/{queue_name}', {
  access: 'read',
  summary: 'A queue of a cluster: `[id, name, parameters as Python-literal text or null]`, or null.',
  params: Type.Object({ cluster_id: Type.Integer(), queue_name: Type.String() }),
  answer: Type.Object({ queue: Nullable(Type.Tuple([Id, Type.String(), Nullable(Type.String())])) }),
});

export const bindResources = v3('POST', '/task/bind_resources', {
  access: 'contribute',
  summary: 'Stores requested resources; the answer is the bare id.',
  body: Type.Object({
    queue_id: Nullable(Id),
    task_resources_type_id: Letter,
    requested_resources: Type.Optional(Nullable(MapOf(Type.Unknown()))),
  }),
  answer: Id,
});

export const getTaskResources = v3('POST', '/task_resources/{task_resources_id}', {
  access: 'read',
  summary: 'Requested resources and queue name by id; both null when unknown.',
  params: Type.Object({ task_resources_id: Type.Integer() }),
  answer: Type.Object({ requested_resources: Nullable(MapOf(Type.Unknown())), queue_name: Nullable(Type.String()) }),
});
