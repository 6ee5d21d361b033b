/** Arrays and their batches. Source: http-fsm §10. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import { Empty, Id, IdLike, IdsByStatus, IntegerLike, MapOf, Nullable, Seconds } from '../schemas.ts';

const ArrayPath = Type.Object({ array_id: Type.Integer() });

export const addArray = v3('POST', '/array', {
  access: { own: { workflow: 'body.workflow_id' } },
  summary: 'Finds or creates the array of a task template version in a workflow; the limit is overwritten.',
  body: Type.Object({
    workflow_id: IdLike,
    task_template_version_id: IdLike,
    max_concurrently_running: IntegerLike,
    name: Type.Optional(Type.String({ maxLength: 255 })),
  }),
  answer: Type.Object({ array_id: Id }),
});

export const queueTaskBatch = v3('POST', '/array/{array_id}/queue_task_batch', {
  access: { own: { array: 'params.array_id', task: 'body.task_ids[]', workflow_run: 'body.workflow_run_id' } },
  summary: 'Queues tasks that are registered or adjusted, one new task instance each; answers the status of all.',
  params: ArrayPath,
  body: Type.Object({
    task_ids: Type.Array(IntegerLike),
    task_resources_id: IdLike,
    workflow_run_id: IdLike,
    cluster_id: Type.Optional(Nullable(IntegerLike)),
  }),
  answer: Type.Object({ tasks_by_status: IdsByStatus }),
});

export const transitionToLaunched = v3('POST', '/array/{array_id}/transition_to_launched', {
  access: { own: { array: 'params.array_id' } },
  summary: 'Marks the instantiated task instances of a batch as launched.',
  params: ArrayPath,
  body: Type.Object({ batch_number: IntegerLike, next_report_increment: Seconds }),
  answer: Empty,
});

export const transitionToKilled = v3('POST', '/array/{array_id}/transition_to_killed', {
  access: { own: { array: 'params.array_id' } },
  summary: 'Marks the task instances of a batch that were ordered to die as dead.',
  params: ArrayPath,
  body: Type.Object({ batch_number: IntegerLike }),
  answer: Empty,
});

export const logDistributorIds = v3('POST', '/array/{array_id}/log_distributor_id', {
  access: { own: { array: 'params.array_id', task_instance: 'body{key}' } },
  summary: "Stores the cluster's job ids: task instance id → distributor id.",
  params: ArrayPath,
  body: MapOf(Type.Union([Type.String(), Type.Number()])),
  answer: Type.Object({ success: Type.Boolean() }),
});

export const getArrayConcurrency = v3('GET', '/array/{array_id}/get_array_max_concurrently_running', {
  access: 'read',
  summary: 'How many tasks of the array may be active at once.',
  params: ArrayPath,
  answer: Type.Object({ max_concurrently_running: Type.Integer() }),
});
