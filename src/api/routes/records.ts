/** What is known of each task of a workflow, page by page, for those who carry it elsewhere. Units as in `looking.ts`. */
import { Type } from 'typebox';
import { ATTEMPT_FIELDS } from '../attempt-fields.ts';
import { skep } from '../route.ts';
import { Id, Letter, Nullable, WorkflowPath } from '../schemas.ts';

const Count = Type.Integer({ minimum: 0 });
const Time = Type.Number();
const Text = Nullable(Type.String());

const Amounts = { memory: Nullable(Type.Number()), cores: Nullable(Type.Number()), run_time: Nullable(Type.Number()) };

const AttemptRecord = Type.Object({
  ...ATTEMPT_FIELDS,
  /** What it asked for. */
  asked: Type.Object(Amounts),
  /** Its newest error, the first 500 characters. */
  error: Text,
});

/** A task at the other end of an edge. Ids and templates alone: its name is in its own record. */
const Neighbour = Type.Object({ task_id: Id, array_id: Nullable(Id) });

const TaskRecord = Type.Object({
  task_id: Id,
  name: Type.String(),
  array_id: Nullable(Id),
  status: Letter,
  /** Empty unless they are asked for: */
  command: Type.String(),
  upstream: Type.Array(Neighbour),
  downstream: Type.Array(Neighbour),
  /** The oldest first; of each task the newest hundred. */
  attempts: Type.Array(AttemptRecord),
});

export const getTaskRecords = skep('GET', '/workflow/{workflow_id}/records', {
  access: 'read',
  summary: 'A page of the tasks of a workflow by id, with commands, edges and attempts as they are asked for.',
  params: WorkflowPath,
  query: Type.Object({
    /** `next` of the page before. */
    after: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000 })),
    commands: Type.Optional(Type.Boolean()),
    graph: Type.Optional(Type.Boolean()),
    attempts: Type.Optional(Type.Boolean()),
  }),
  answer: Type.Object({
    tasks: Type.Array(TaskRecord),
    /** `after` of the next page; null after the last. */
    next: Nullable(Id),
  }),
});

export const getRunRecords = skep('GET', '/workflow/{workflow_id}/run_records', {
  access: 'read',
  summary: 'A workflow as it is described, its templates, and its runs, the oldest first.',
  params: WorkflowPath,
  answer: Type.Object({
    workflow_id: Id,
    name: Text,
    description: Text,
    tool: Text,
    workflow_args: Text,
    status: Letter,
    created: Nullable(Time),
    tasks: Count,
    templates: Type.Array(Type.Object({ array_id: Id, name: Type.String(), command_template: Text })),
    /** The newest thousand. */
    runs: Type.Array(
      Type.Object({ workflow_run_id: Id, user: Text, status: Letter, started: Time, status_changed: Time }),
    ),
  }),
});
