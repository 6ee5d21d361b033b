/** What people ask about tasks and their attempts. Source: http-views §3. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import { Id, IntegerLike, Letter, MapOf, Nullable, TaskPath } from '../schemas.ts';

const Text = Nullable(Type.String());
/** `YYYY-MM-DDTHH:MM:SS`, without zone. */
const IsoTime = Type.String();

export const getArrayTasks = v3('GET', '/array/{workflow_id}/get_array_tasks', {
  access: 'read',
  summary: "Task instances of a workflow with the paths of their output; an empty name and a limit of 0 don't narrow.",
  params: Type.Object({ workflow_id: Type.Integer() }),
  query: Type.Object({
    array_name: Type.String(),
    job_name: Type.Optional(Type.String()),
    limit: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  answer: Type.Object({
    array_tasks: Type.Array(
      Type.Object({
        TASK_ID: Id,
        TASK_NAME: Type.String(),
        ARRAY_NAME: Type.String(),
        TASK_INSTANCE_ID: Id,
        OUTPUT_PATH: Type.String(),
        ERROR_PATH: Type.String(),
      }),
    ),
  }),
});

export const getSubDag = v3('POST', '/task/subdag', {
  access: 'read',
  summary: 'Tasks and all that depend on them, `id → [status, name]`; null when no id exists.',
  body: Type.Object({
    task_ids: Type.Array(IntegerLike),
    task_status: Type.Optional(Nullable(Type.Array(Letter))),
  }),
  answer: Type.Object({
    workflow_id: Nullable(Id),
    sub_task: Nullable(MapOf(Type.Tuple([Letter, Type.String()]))),
  }),
});

/** A neighbour stands in a list of its own, as peers expect it. */
const Neighbours = Type.Array(Type.Tuple([Type.Object({ id: Id, status: Letter, name: Type.String() })]));

export const getTaskDependencies = v3('GET', '/task_dependencies/{task_id}', {
  access: 'read',
  summary: 'The tasks that a task directly depends on, and those that directly depend on it.',
  params: TaskPath,
  answer: Type.Object({ up: Neighbours, down: Neighbours }),
});

export const getTasksRecursive = v3('PUT', '/tasks_recursive/{direction}', {
  access: 'read',
  summary: 'Ids of tasks and of everything upstream (`up`) or downstream (anything else) of them; changes nothing.',
  params: Type.Object({ direction: Type.String() }),
  body: Type.Object({ task_ids: Type.Array(IntegerLike) }),
  answer: Type.Object({ task_ids: Type.Array(Id) }),
});

export const getTaskInstanceDetails = v3('GET', '/task/get_ti_details_viz/{task_id}', {
  access: 'read',
  summary: 'Task instances of a task with their resources and usage, one for each error of an instance.',
  params: TaskPath,
  answer: Type.Object({
    taskinstances: Type.Array(
      Type.Object({
        ti_id: Id,
        ti_status: Type.String(),
        ti_stdout: Text,
        ti_stderr: Text,
        ti_stdout_log: Text,
        ti_stderr_log: Text,
        ti_distributor_id: Text,
        ti_nodename: Text,
        ti_error_log_description: Text,
        ti_wallclock: Nullable(Type.Number()),
        ti_maxrss: Nullable(Type.Number()),
        ti_resources: Text,
        ti_submit_date: Nullable(IsoTime),
        ti_status_date: Nullable(IsoTime),
        ti_queue_name: Type.String(),
      }),
    ),
  }),
});

export const getTaskDetails = v3('GET', '/task/get_task_details_viz/{task_id}', {
  access: 'read',
  summary: 'A task with its command and template; an empty list for an unknown one.',
  params: TaskPath,
  answer: Type.Object({
    task_details: Type.Array(
      Type.Object({
        task_status: Letter,
        workflow_id: Id,
        task_name: Type.String(),
        task_command: Type.String(),
        task_status_date: IsoTime,
        task_template_id: Id,
      }),
    ),
  }),
});
