/** Tasks. Source: http-fsm §9; views: http-views §3.2, §4.2, §4.6. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import {
  Empty,
  Hash,
  Id,
  IdLike,
  IntegerLike,
  Letter,
  MapOf,
  Nullable,
  SafeInteger,
  TaskPath,
  Truthy,
  WorkflowPath,
} from '../schemas.ts';

/** `[node id, task args hash, array id, resources id, name, command, max attempts, reset if running, scales, fallback queues]` */
const BoundTaskTuple = Type.Tuple([
  Id,
  Hash,
  Id,
  Id,
  Type.String({ maxLength: 255 }),
  Type.String(),
  SafeInteger,
  Truthy,
  MapOf(Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Array(Type.Number())])),
  Type.Array(Type.String()),
]);

export const bindTasks = v3('PUT', '/task/bind_tasks_no_args', {
  access: { own: { workflow: 'body.workflow_id', array: 'body.tasks{}[2]' } },
  summary: 'Finds or creates tasks, resetting those that have to run again; answers key → `[task id, status]`.',
  body: Type.Object({ workflow_id: IdLike, tasks: MapOf(BoundTaskTuple), mark_created: Truthy }),
  answer: Type.Object({ tasks: MapOf(Type.Tuple([Id, Letter])) }),
});

export const bindTaskArgs = v3('PUT', '/task/bind_task_args', {
  access: { own: { task: 'body.task_args[][0]' } },
  summary: 'Stores task arguments `[task id, argument id, value]`; existing ones stay.',
  body: Type.Object({
    task_args: Type.Array(Type.Tuple([IntegerLike, IntegerLike, Type.String({ maxLength: 2048 })])),
  }),
  answer: Empty,
});

export const bindTaskAttributes = v3('PUT', '/task/bind_task_attributes', {
  access: { own: { task: 'body.task_attributes{key}' } },
  summary: 'Sets attributes of tasks: task id → name → value.',
  body: Type.Object({
    task_attributes: MapOf(MapOf(Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]))),
  }),
  answer: Empty,
});

export const getMostRecentError = v3('GET', '/task/{task_id}/most_recent_ti_error', {
  access: 'read',
  summary: 'The newest error of the newest task instance of a task that has one.',
  params: TaskPath,
  answer: Type.Object({ error_description: Type.String(), task_instance_id: Nullable(Id) }),
});

export const setResumeState = v3('POST', '/task/{workflow_id}/set_resume_state', {
  access: { own: { workflow: 'params.workflow_id' } },
  audited: true,
  summary: 'Resets the unfinished tasks of a workflow so that they run again.',
  params: WorkflowPath,
  body: Type.Object({ reset_if_running: Truthy }),
  answer: Type.Object({ err_msg: Type.Optional(Type.String()) }),
});

export const getTaskResourceUsage = v3('GET', '/task_resource_usage', {
  access: 'read',
  summary: '`[attempts, node name, wall clock, maximum RSS]` of the done instance of a task.',
  query: Type.Object({ task_id: Type.Integer() }),
  answer: Type.Object({
    resource_usage: Type.Tuple([
      Nullable(Type.Integer()),
      Nullable(Type.String()),
      Nullable(Type.String()),
      Nullable(Type.String()),
    ]),
  }),
});

export const getTaskStatus = v3('GET', '/task_status', {
  access: 'read',
  summary: 'Task instances and errors of tasks, as column-oriented JSON text.',
  query: Type.Object({
    task_ids: Type.Array(Type.Integer(), { minItems: 1 }),
    status: Type.Optional(Type.Array(Type.String())),
  }),
  answer: Type.Object({ task_instance_status: Type.String() }),
});

export const getWorkflowTasks = v3('GET', '/workflow/{workflow_id}/workflow_tasks', {
  access: 'read',
  summary: 'Tasks of a workflow, newest first, as column-oriented JSON text.',
  params: WorkflowPath,
  query: Type.Object({ limit: Type.Integer(), status: Type.Optional(Type.Array(Type.String())) }),
  answer: Type.Object({ workflow_tasks: Type.String() }),
});

export const getWorkflowStatus = v3('GET', '/workflow_status', {
  access: 'read',
  summary: 'Workflows with task counts by status, as column-oriented JSON text.',
  query: Type.Object({
    workflow_id: Type.Optional(Type.Array(Type.Integer())),
    user: Type.Optional(Type.Array(Type.String())),
    limit: Type.Optional(Type.Integer()),
  }),
  answer: Type.Object({ workflows: Type.String() }),
});
