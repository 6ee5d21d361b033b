/** Our own routes: change feeds, bulk reports and verbs of recovery. They exist beside the compatible ones and never replace them. */
import { Type } from 'typebox';
import { skep } from '../route.ts';
import { Id, IdsByStatus, Letter, MapOf, Nullable, SafeInteger, Seconds, WorkflowPath } from '../schemas.ts';
import { BatchTuple, EndFields, TaskInstanceTuple } from './task-instances.ts';

const Cursor = Type.Integer({ minimum: 0 });
/** Longest time in seconds that the server keeps a waiting request open. */
const Wait = Type.Number({ minimum: 0, maximum: 60 });

/** The resource of which an attempt that ended in Z did not have enough. */
export const RanOut = Type.Union([Type.Literal('memory'), Type.Literal('runtime')]);

export const getWorkflowChanges = skep('POST', '/workflow/{workflow_id}/changes', {
  access: 'read',
  summary: 'Waits until something changed for the swarm of a workflow since the cursor, then says what.',
  params: WorkflowPath,
  body: Type.Object({ cursor: Cursor, wait_seconds: Wait, workflow_run_id: Id }),
  answer: Type.Object({
    cursor: Cursor,
    /** Current status of every task whose status changed after the cursor. */
    tasks_by_status: IdsByStatus,
    workflow_run_status: Letter,
    max_concurrently_running: Type.Integer(),
    /** Array id → how many of its tasks may be active at once, for all arrays of the workflow. */
    array_limits: MapOf(Type.Integer()),
    /** Task id → what its last attempt ran out of, for those of the tasks whose resources are to be adjusted. Absent: not known. */
    ran_out: Type.Optional(MapOf(RanOut)),
  }),
});

/** What tasks of one page have in common; texts as in `get_tasks`. */
const TaskGroup = Type.Object({
  array_id: Id,
  array_max_concurrently_running: Type.Integer(),
  status: Letter,
  max_attempts: Type.Integer(),
  resource_scales: Nullable(Type.String()),
  fallback_queues: Nullable(Type.String()),
  requested_resources: Nullable(Type.String()),
  cluster_name: Nullable(Type.String()),
  queue_name: Nullable(Type.String()),
  /** `[task id, node id, downstream node id, …]`, without a node where the dag has no edges of it. */
  tasks: Type.Array(Type.Array(Id)),
});

export const getUnfinishedTasks = skep('GET', '/workflow/{workflow_id}/unfinished_tasks', {
  access: 'read',
  summary: 'A page of the tasks that are not done, with their dependents. As `get_tasks` and `get_downstream_tasks`.',
  params: WorkflowPath,
  query: Type.Object({ after_task_id: Id, limit: Type.Integer({ minimum: 1, maximum: 100_000 }) }),
  answer: Type.Object({
    /** To be passed for the next page; null on the page after the last. */
    last_task_id: Nullable(Id),
    groups: Type.Array(TaskGroup),
  }),
});

export const getTaskInstanceChanges = skep('POST', '/workflow_run/{workflow_run_id}/task_instance_changes', {
  access: { own: { workflow_run: 'params.workflow_run_id' } },
  summary: 'Waits until task instances of a run changed since the cursor, then says which and how.',
  params: Type.Object({ workflow_run_id: Type.Integer() }),
  body: Type.Object({
    cursor: Cursor,
    wait_seconds: Wait,
    /** Takes what is queued, as `instantiate_task_instances`. Many at once are left to that route. */
    take: Type.Optional(Type.Boolean()),
  }),
  answer: Type.Object({
    cursor: Cursor,
    /** Current status of every task instance of the run whose status changed after the cursor. */
    task_instances_by_status: IdsByStatus,
    workflow_run_status: Letter,
    /** With `take`: those of these that are instantiated, whoever took them. The caller knows which it knew. */
    task_instance_batches: Type.Array(BatchTuple),
  }),
});

export const launchBatch = skep('POST', '/array/{array_id}/launch_batch', {
  access: { own: { array: 'params.array_id', task_instance: 'body.distributor_ids{key}' } },
  summary: 'A batch was submitted under these ids. As `transition_to_launched` and `log_distributor_id`, in one.',
  params: Type.Object({ array_id: Type.Integer() }),
  body: Type.Object({
    batch_number: Type.Integer(),
    next_report_increment: Seconds,
    /** Task instance id → id in the cluster. */
    distributor_ids: MapOf(Type.String({ maxLength: 20 })),
  }),
  answer: Type.Object({}),
});

export const startTaskInstances = skep('POST', '/task_instance/start', {
  access: { own: { task_instance: 'body.task_instances[].task_instance_id' } },
  summary: 'Reports many commands as about to start; answers what to run. As `log_running`, in bulk.',
  body: Type.Object({
    nodename: Type.String({ maxLength: 150 }),
    process_group_id: SafeInteger,
    next_report_increment: Seconds,
    task_instances: Type.Array(Type.Object({ task_instance_id: Id, distributor_id: Nullable(Type.String()) })),
  }),
  answer: Type.Object({
    /** Unknown ids are absent. The last element is `requested_resources` of the instance. */
    task_instances: Type.Array(Type.Tuple([TaskInstanceTuple, MapOf(Type.Unknown())])),
  }),
});

export const heartbeatTaskInstances = skep('POST', '/task_instance/heartbeat', {
  access: { own: { task_instance: 'body.task_instances[].task_instance_id' } },
  summary: 'Signs of life of many running commands; answers the status of each. As `log_report_by`, in bulk.',
  body: Type.Object({
    next_report_increment: Seconds,
    task_instances: Type.Array(
      Type.Object({
        task_instance_id: Id,
        stdout: Nullable(Type.String()),
        stderr: Nullable(Type.String()),
        distributor_id: Nullable(Type.String()),
      }),
    ),
  }),
  answer: Type.Object({
    statuses: MapOf(Letter),
    /** Those of these whose output somebody looks at: what they have written is wanted (`exchangeOutput`). */
    watched: Type.Optional(Type.Array(Id)),
  }),
});

/** What an attempt used: seconds of wall clock and CPU, bytes of resident memory (peak over the process tree). */
export const Usage = Type.Object({
  wallclock: Type.Number({ minimum: 0 }),
  cpu: Nullable(Type.Number({ minimum: 0 })),
  maxrss: Nullable(Type.Number({ minimum: 0 })),
});

export const endTaskInstances = skep('POST', '/task_instance/end', {
  access: { own: { task_instance: 'body.task_instances[].task_instance_id' } },
  summary:
    'Reports how many commands ended; answers the status of each. As `log_done` and `log_error_worker_node`, in bulk.',
  body: Type.Object({
    task_instances: Type.Array(
      Type.Object({
        task_instance_id: Id,
        /** D done, E failed, Z out of a resource, U unknown, F killed as ordered. */
        status: Letter,
        error_description: Type.Optional(Type.String()),
        ran_out: Type.Optional(RanOut),
        /** With U: the batch system ended it, and the task has no part in that. The try is given back. */
        spares_try: Type.Optional(Type.Boolean()),
        usage: Type.Optional(Usage),
        ...EndFields,
      }),
    ),
  }),
  answer: Type.Object({ statuses: MapOf(Letter) }),
});

/** `paused`: whether the limit is 0. `limit`: how many tasks may be active at once when the workflow is not paused. */
const Pause = Type.Object({ paused: Type.Boolean(), limit: Type.Integer(), changed: Type.Boolean() });

export const pauseWorkflow = skep('POST', '/workflow/{workflow_id}/pause', {
  access: { own: { workflow: 'params.workflow_id' } },
  audited: true,
  summary: 'Lets no further task of a workflow start; what runs goes on. The limit is 0 until the workflow continues.',
  params: WorkflowPath,
  answer: Pause,
});

export const continueWorkflow = skep('POST', '/workflow/{workflow_id}/continue', {
  access: { own: { workflow: 'params.workflow_id' } },
  audited: true,
  summary: 'Ends the pause of a workflow: the limit that was in force before, or was set meanwhile, is in force again.',
  params: WorkflowPath,
  answer: Pause,
});

export const getPausedWorkflows = skep('GET', '/workflow/paused', {
  access: 'read',
  summary: 'Those of the workflows with these ids whose limit is 0: no task of them starts.',
  query: Type.Object({ workflow_id: Type.Array(Id) }),
  answer: Type.Object({ workflow_ids: Type.Array(Id) }),
});

export const getNewestRun = skep('GET', '/workflow/{workflow_id}/newest_run', {
  access: 'read',
  summary: 'The newest run of a workflow, null if it has none.',
  params: WorkflowPath,
  answer: Type.Object({
    run: Nullable(
      Type.Object({ workflow_run_id: Id, status: Letter, user: Nullable(Type.String()), alive: Type.Boolean() }),
    ),
  }),
});

export const searchLostRuns = skep('POST', '/reap', {
  access: 'administer',
  audited: true,
  summary: 'Searches at once for runs that stopped reporting and failed workflows that are done; says what it ended.',
  answer: Type.Object({
    runs: Type.Array(
      Type.Object({
        workflow_run_id: Id,
        workflow_id: Id,
        reason: Type.Union([Type.Literal('silent'), Type.Literal('client_gone')]),
        status_before: Letter,
        /** The same while instances that were ordered to die have not confirmed it. */
        status: Letter,
        kill_self_remaining: Type.Integer(),
      }),
    ),
    /** Overdue runs that have until then (milliseconds since 1970), because the server has not listened for long. */
    spared: Type.Array(Type.Object({ workflow_run_id: Id, workflow_id: Id, until: Type.Number() })),
    /** Workflows that were called failed and are done from now on. */
    repaired: Type.Array(Id),
  }),
});
