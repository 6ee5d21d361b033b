/** Workflow runs. Source: http-fsm §11. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import { Empty, Id, IdLike, IdsByStatus, IntegerLike, Letter, Nullable, Seconds, TimeText } from '../schemas.ts';

const WorkflowRunPath = Type.Object({ workflow_run_id: Type.Integer() });
const StatusAnswer = Type.Object({ status: Letter });

export const addWorkflowRun = v3('POST', '/workflow_run', {
  access: { own: { workflow: 'body.workflow_id' } },
  audited: true,
  summary: 'Creates a run and links it to its workflow; a null id and `err_msg` say why it could not.',
  body: Type.Object({
    workflow_id: IdLike,
    user: Type.String({ maxLength: 150 }),
    jobmon_version: Type.String({ maxLength: 150 }),
    next_report_increment: Seconds,
    /** Ours: `<host>/<pid>@<start>` of the client, so that a resume on the same host can tell at once that it is dead. */
    client_process: Type.Optional(Type.String({ maxLength: 255 })),
  }),
  answer: Type.Object({
    workflow_run_id: Nullable(Id),
    status: Type.Optional(Letter),
    err_msg: Type.Optional(Type.String()),
  }),
});

export const updateWorkflowRunStatus = v3('PUT', '/workflow_run/{workflow_run_id}/update_status', {
  access: { own: { workflow_run: 'params.workflow_run_id' } },
  summary: 'Asks a run to change its status; answers the status that it has now.',
  params: WorkflowRunPath,
  body: Type.Object({ status: Letter }),
  answer: StatusAnswer,
});

export const logWorkflowRunHeartbeat = v3('POST', '/workflow_run/{workflow_run_id}/log_heartbeat', {
  access: { own: { workflow_run: 'params.workflow_run_id' } },
  summary: 'A sign of life of a run (and a wish for a status); answers the status that it has now.',
  params: WorkflowRunPath,
  body: Type.Object({ status: Letter, next_report_increment: Seconds }),
  answer: StatusAnswer,
});

export const terminateTaskInstances = v3('PUT', '/workflow_run/{workflow_run_id}/terminate_task_instances', {
  access: { own: { workflow_run: 'params.workflow_run_id' } },
  summary: 'Ends the waiting task instances of a run and orders the live ones to die.',
  params: WorkflowRunPath,
  answer: Type.Object({ workflow_run_id: Id, num_terminated: Type.Integer() }),
});

export const syncStatus = v3('POST', '/workflow_run/{workflow_run_id}/sync_status', {
  access: 'read',
  summary: 'Task instances that left the given status, or entered it without being listed.',
  params: WorkflowRunPath,
  body: Type.Object({ task_instance_ids: Type.Array(IntegerLike), status: Letter }),
  answer: Type.Object({ status_updates: IdsByStatus, time: TimeText }),
});

export const setStatusForTriaging = v3('POST', '/workflow_run/{workflow_run_id}/set_status_for_triaging', {
  access: { own: { workflow_run: 'params.workflow_run_id' } },
  summary: 'Moves the overdue task instances of a run to triage.',
  params: WorkflowRunPath,
  answer: Empty,
});
