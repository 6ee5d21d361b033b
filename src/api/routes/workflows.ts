/** Workflows. Source: http-fsm §8. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import {
  Empty,
  Hash,
  Id,
  IdLike,
  IdsByStatus,
  IntegerLike,
  Letter,
  MapOf,
  Message,
  Nullable,
  TimeText,
  Truthy,
  WorkflowPath,
} from '../schemas.ts';

const Attributes = MapOf(Nullable(Type.String()));

export const getMatchingWorkflows = v3('GET', '/workflow/{workflow_args_hash}', {
  access: 'read',
  summary: 'Workflows with these args: `[task hash, tool version id, dag hash]` each.',
  params: Type.Object({ workflow_args_hash: Type.String() }),
  answer: Type.Object({ matching_workflows: Type.Array(Type.Tuple([Type.String(), Id, Type.String()])) }),
});

export const bindWorkflow = v3('POST', '/workflow', {
  access: 'contribute',
  audited: true,
  summary: 'Finds or creates a workflow by tool version, dag, args and tasks.',
  body: Type.Object({
    tool_version_id: IdLike,
    dag_id: IdLike,
    workflow_args_hash: Hash,
    task_hash: Hash,
    description: Nullable(Type.String()),
    name: Nullable(Type.String({ maxLength: 255 })),
    workflow_args: Type.String(),
    max_concurrently_running: IntegerLike,
    workflow_attributes: Attributes,
  }),
  answer: Type.Object({ workflow_id: Id, status: Letter, newly_created: Type.Boolean() }),
});

export const setWorkflowAttributes = v3('PUT', '/workflow/{workflow_id}/workflow_attributes', {
  access: { own: { workflow: 'params.workflow_id' } },
  audited: true,
  summary: 'Sets attributes of a workflow.',
  params: WorkflowPath,
  body: Type.Object({ workflow_attributes: Attributes }),
  answer: Empty,
});

export const setResume = v3('POST', '/workflow/{workflow_id}/set_resume', {
  access: { own: { workflow: 'params.workflow_id' } },
  audited: true,
  deniedAs401: true,
  summary:
    'Tells the live run of a workflow to stop: killing its tasks (true, cold) or letting them finish (false, hot).',
  params: WorkflowPath,
  body: Type.Object({ reset_running_jobs: Truthy }),
  answer: Empty,
});

export const isResumable = v3('GET', '/workflow/{workflow_id}/is_resumable', {
  access: 'read',
  summary: 'Says whether a new run could link, and how many task instances still have to die.',
  params: WorkflowPath,
  answer: Type.Object({ workflow_is_resumable: Type.Boolean(), pending_kill_self: Type.Integer() }),
});

export const forceCleanup = v3('POST', '/workflow/{workflow_id}/force_cleanup_kill_self', {
  access: { own: { workflow: 'params.workflow_id' } },
  audited: true,
  summary: 'Gives up task instances that were ordered to die, and ends the runs that waited for them.',
  params: WorkflowPath,
  answer: Type.Object({ num_cleaned_up: Type.Integer(), num_workflow_runs_finalized: Type.Integer() }),
});

export const getWorkflowConcurrency = v3('GET', '/workflow/{workflow_id}/get_max_concurrently_running', {
  access: 'read',
  summary: 'How many tasks of the workflow may be active at once.',
  params: WorkflowPath,
  answer: Type.Object({ max_concurrently_running: Type.Integer() }),
});

export const setWorkflowConcurrency = v3('PUT', '/workflow/{workflow_id}/update_max_concurrently_running', {
  access: { own: { workflow: 'params.workflow_id' } },
  audited: true,
  deniedAs401: true,
  summary: 'Changes how many tasks of the workflow may be active at once.',
  params: WorkflowPath,
  body: Type.Object({ max_tasks: IntegerLike }),
  answer: Message,
});

export const getTaskStatusUpdates = v3('POST', '/workflow/{workflow_id}/task_status_updates', {
  access: 'read',
  summary: 'Tasks whose status changed since `last_sync` (all without it), grouped by current status.',
  params: WorkflowPath,
  body: Type.Object({ last_sync: Type.Optional(Nullable(TimeText)) }),
  answer: Type.Object({ tasks_by_status: IdsByStatus, time: TimeText }),
});

export const getWorkflowMetadata = v3('GET', '/workflow/{workflow_id}/fetch_workflow_metadata', {
  access: 'read',
  summary: '`[workflow id, dag id, max concurrently running]`, or an empty list.',
  params: WorkflowPath,
  answer: Type.Object({ workflow: Type.Array(Type.Integer()) }),
});

/** `[array id, status, max attempts, scales, fallback queues, resources, cluster, queue, array's limit]` */
const TaskTuple = Type.Tuple([
  Id,
  Letter,
  Type.Integer(),
  Nullable(Type.String()),
  Nullable(Type.String()),
  Nullable(Type.String()),
  Nullable(Type.String()),
  Nullable(Type.String()),
  Type.Integer(),
]);

export const getTasks = v3('GET', '/workflow/get_tasks/{workflow_id}', {
  access: 'read',
  summary: 'A page of the tasks that are not done, by ascending id.',
  params: WorkflowPath,
  query: Type.Object({ max_task_id: Type.Integer(), chunk_size: Type.Integer({ minimum: 0, maximum: 1_000_000 }) }),
  answer: Type.Object({ tasks: MapOf(TaskTuple) }),
});

export const getAvailableStatuses = v3('GET', '/workflow_status/available_status', {
  access: 'read',
  summary: 'The labels of all workflow statuses.',
  answer: Type.Object({ available_statuses: Type.Array(Type.String()) }),
});

export const increaseResources = v3('POST', '/workflow/{workflow_id}/increase_resources', {
  access: { own: { workflow: 'params.workflow_id' } },
  audited: true,
  summary: 'Scales the resources of tasks whose last attempt ran out of them.',
  params: WorkflowPath,
  answer: Type.Object({ updated_task_count: Type.Integer(), updated_task_ids: Type.Array(Id) }),
});

export const setWorkflowArrayConcurrency = v3('PUT', '/workflow/{workflow_id}/update_array_max_concurrently_running', {
  access: { own: { workflow: 'params.workflow_id' } },
  audited: true,
  deniedAs401: true,
  summary: 'Changes how many tasks of one template may be active at once.',
  params: WorkflowPath,
  body: Type.Object({ max_tasks: IntegerLike, task_template_version_id: IdLike }),
  answer: Message,
});

export const getWorkflowArrayConcurrency = v3(
  'GET',
  '/workflow/{workflow_id}/get_array_max_concurrently_running/{task_template_version_id}',
  {
    access: 'read',
    summary: 'How many tasks of one template may be active at once.',
    params: Type.Object({ workflow_id: Type.Integer(), task_template_version_id: Type.Integer() }),
    answer: Type.Object({ max_concurrently_running: Type.Integer() }),
  },
);

export const getTaskTemplateDag = v3('GET', '/workflow/{workflow_id}/task_template_dag', {
  access: 'read',
  summary: 'Which task templates of a workflow depend on which.',
  params: Type.Object({ workflow_id: Type.String() }),
  answer: Type.Object({
    tt_dag: Type.Array(Type.Object({ name: Type.String(), downstream_task_template_id: Nullable(Type.String()) })),
  }),
});
