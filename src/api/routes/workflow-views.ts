/** What people ask about workflows. Source: http-views §4. */
import { Type } from 'typebox';
import { v3 } from '../route.ts';
import { Id, IntegerLike, Letter, MapOf, Nullable, TimeText, WorkflowPath } from '../schemas.ts';

const UserPath = Type.Object({ workflow_id: Type.Integer(), username: Type.String() });
const Text = Nullable(Type.String());
/** `YYYY-MM-DDTHH:MM:SS`, without zone. */
const IsoTime = Type.String();
const Count = Type.Integer({ minimum: 0 });
const CountsByLabel = { PENDING: Count, SCHEDULED: Count, RUNNING: Count, DONE: Count, FATAL: Count };

export const validateWorkflow = v3('POST', '/workflow_validation', {
  access: 'read',
  summary: 'Says whether tasks belong to one workflow whose tasks may be changed, and the status of that workflow.',
  body: Type.Object({ task_ids: Type.Array(IntegerLike) }),
  answer: Type.Object({ validation: Type.Boolean(), workflow_status: Nullable(Letter) }),
});

export const validateUsername = v3('GET', '/workflow/{workflow_id}/validate_username/{username}', {
  access: 'read',
  summary: 'Says whether some run of a workflow belongs to a user.',
  params: UserPath,
  answer: Type.Object({ validation: Type.Boolean() }),
});

export const validateReset = v3('GET', '/workflow/{workflow_id}/validate_for_workflow_reset/{username}', {
  access: 'read',
  summary: 'The newest run of a workflow if it ended without success and belongs to a user, else null.',
  params: UserPath,
  answer: Type.Object({ workflow_run_id: Nullable(Id) }),
});

export const getWorkflowStatusViz = v3('GET', '/workflow_status_viz', {
  access: 'read',
  summary: 'Task counts by label and attempts, for each workflow that is asked for.',
  query: Type.Object({ workflow_ids: Type.Optional(Type.Array(Type.Integer())) }),
  answer: MapOf(
    Type.Object({
      /** As it was asked for, whether such a workflow exists or not. */
      id: Type.Integer(),
      tasks: Count,
      ...CountsByLabel,
      MAXC: Type.Integer(),
      num_attempts_avg: Type.Number(),
      num_attempts_min: Count,
      num_attempts_max: Count,
    }),
  ),
});

/** Values separated by commas, any of which fits. */
const AnyOf = Type.Optional(Type.String());
/** As {@link AnyOf}, repeatable: none of the values fits. */
const NoneOf = Type.Optional(Type.Array(Type.String()));
const Exactly = Type.Optional(Type.String());

export const getWorkflowOverview = v3('GET', '/workflow_overview_viz', {
  access: 'read',
  summary: 'Workflows that fit all conditions, newest first. A name with `!` excludes; an empty value is no condition.',
  query: Type.Object({
    user: AnyOf,
    'user!': NoneOf,
    tool: AnyOf,
    'tool!': NoneOf,
    status: AnyOf,
    'status!': NoneOf,
    wf_name: Exactly,
    wf_args: Exactly,
    wf_attribute_key: Exactly,
    wf_attribute_value: Exactly,
    wf_id: Exactly,
    date_submitted: Exactly,
    date_submitted_end: Exactly,
  }),
  answer: Type.Object({
    workflows: Type.Array(
      Type.Object({
        wf_id: Id,
        wf_name: Type.String(),
        wf_submitted_date: Nullable(IsoTime),
        wf_status_date: IsoTime,
        wf_args: Text,
        wfr_count: Count,
        wf_status: Type.String(),
        wf_tool: Type.String(),
        /** Always 0: `workflow_status_viz` has the counts. */
        ...CountsByLabel,
      }),
    ),
  }),
});

export const getTaskTable = v3('GET', '/task_table_viz/{workflow_id}', {
  access: 'read',
  summary: 'Tasks of one template of a workflow by ascending id; `limit` and `after_task_id`, of ours, give a page.',
  params: WorkflowPath,
  query: Type.Object({
    tt_name: Type.String(),
    limit: Type.Optional(Type.Integer({ minimum: 1 })),
    after_task_id: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  answer: Type.Object({
    tasks: Type.Array(
      Type.Object({
        task_id: Id,
        task_name: Type.String(),
        task_status: Type.String(),
        task_command: Type.String(),
        task_num_attempts: Count,
        task_status_date: TimeText,
        task_max_attempts: Type.Integer(),
      }),
    ),
  }),
});

export const getWorkflowDetails = v3('GET', '/workflow_details_viz/{workflow_id}', {
  access: 'read',
  summary: 'A workflow with its tool and newest run; an empty list for one that is unknown or was never run.',
  params: WorkflowPath,
  answer: Type.Array(
    Type.Object({
      wf_name: Type.String(),
      wf_args: Text,
      wf_created_date: Type.String(),
      wf_status_date: IsoTime,
      tool_name: Type.String(),
      wf_status: Letter,
      wf_status_desc: Type.String(),
      wfr_jobmon_version: Text,
      wfr_heartbeat_date: IsoTime,
      wfr_user: Text,
    }),
  ),
});
