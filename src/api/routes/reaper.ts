/** What a reaper that runs elsewhere asks for. Source: http-views §8. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import { Id, IntegerLike, Letter, Nullable } from '../schemas.ts';

export const fixStatusInconsistency = v3('PUT', '/workflow/{workflow_id}/fix_status_inconsistency', {
  access: 'administer',
  summary: 'Mends failed workflows of which every task is done, in a window of ids; answers where the next one starts.',
  /** The window begins after this id. */
  params: Type.Object({ workflow_id: Type.Integer({ minimum: 0 }) }),
  /** How many ids the window has. */
  body: Type.Object({ increase_step: IntegerLike }),
  /** 0: the window reached the newest workflow. */
  answer: Type.Object({ wfid: Id }),
});

export const getWorkflowNameAndArgs = v3('GET', '/workflow/{workflow_id}/workflow_name_and_args', {
  access: 'read',
  summary: 'Name and args of a workflow; nulls if it does not exist.',
  params: Type.Object({ workflow_id: Type.Integer() }),
  answer: Type.Object({ workflow_name: Nullable(Type.String()), workflow_args: Nullable(Type.String()) }),
});

export const getLostWorkflowRuns = v3('GET', '/lost_workflow_run', {
  access: 'read',
  summary: 'Runs with one of these statuses whose next heartbeat is overdue: `[workflow run id, workflow id]` each.',
  /** `version` is that of the reaper; it selects nothing. */
  query: Type.Object({ status: Type.Array(Type.String()), version: Type.String() }),
  answer: Type.Object({ workflow_runs: Type.Array(Type.Tuple([Id, Id])) }),
});

export const reapWorkflowRun = v3('PUT', '/workflow_run/{workflow_run_id}/reap', {
  access: { own: { workflow_run: 'params.workflow_run_id' } },
  summary: 'Ends a run whose next heartbeat is overdue; answers its status, empty if there is no such run.',
  params: Type.Object({ workflow_run_id: Type.Integer() }),
  answer: Type.Object({
    status: Type.Union([Letter, Type.Literal('')]),
    /** How many instances have to die before the run can end. */
    kill_self_remaining: Type.Optional(Type.Integer()),
  }),
});
