/** Nodes, dags and edges. Source: http-fsm §7.12 to §7.14. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import { Empty, Hash, Id, IdLike, IntegerLike, MapOf, Nullable, TimeText, Truthy } from '../schemas.ts';

export const addNodes = v3('POST', '/nodes', {
  access: 'contribute',
  summary: 'Finds or creates nodes; answers `"<task template version id>:<hash>"` → node id.',
  body: Type.Object({
    nodes: Type.Array(
      Type.Object({
        task_template_version_id: IdLike,
        node_args_hash: Hash,
        node_args: MapOf(Type.String()),
      }),
    ),
  }),
  answer: Type.Object({ nodes: MapOf(Id) }),
});

export const addDag = v3('POST', '/dag', {
  access: 'contribute',
  summary: 'Finds or creates the dag of a hash; a null date says that its edges are still to be sent.',
  body: Type.Object({ dag_hash: Hash }),
  answer: Type.Object({ dag_id: Id, created_date: Nullable(TimeText) }),
});

export const addEdges = v3('POST', '/dag/{dag_id}/edges', {
  access: 'contribute',
  summary: 'Adds edges to a dag; existing ones stay as they are.',
  params: Type.Object({ dag_id: Type.Integer() }),
  body: Type.Object({
    edges_to_add: Type.Array(
      Type.Object({
        node_id: Id,
        upstream_node_ids: Type.Optional(Nullable(Type.Array(Id))),
        downstream_node_ids: Type.Optional(Nullable(Type.Array(Id))),
      }),
    ),
    mark_created: Truthy,
  }),
  answer: Empty,
});

export const getDownstreamTasks = v3('POST', '/task/get_downstream_tasks', {
  access: 'read',
  summary: 'Node and downstream nodes of tasks; a list, or JSON text for versions up to 3.4.23.',
  query: Type.Object({ client_jobmon_version: Type.Optional(Type.String()) }),
  body: Type.Object({ task_ids: Type.Array(IntegerLike), dag_id: IdLike }),
  answer: Type.Object({
    downstream_tasks: MapOf(Type.Tuple([Id, Nullable(Type.Union([Type.Array(Id), Type.String()]))])),
  }),
});
