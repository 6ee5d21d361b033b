/**
 * Looking at tasks one by one: searching them, why one waits or failed, and its output. Times are
 * milliseconds since 1970, durations seconds, memory bytes.
 */
import { Type } from 'typebox';
import { ATTEMPT_FIELDS } from '../attempt-fields.ts';
import { skep } from '../route.ts';
import { Id, Letter, MapOf, Nullable, TaskPath, WorkflowPath } from '../schemas.ts';

const Count = Type.Integer({ minimum: 0 });
const Time = Type.Number();
const Text = Nullable(Type.String());

/** Conditions that must all hold; an absent one is none. */
export const TaskFilter = {
  /** Words of views: PENDING, SCHEDULED, RUNNING, DONE, FATAL. */
  status: Type.Optional(Type.Array(Type.String())),
  array_id: Type.Optional(Type.Array(Id)),
  /** Part of the name, or the id. */
  search: Type.Optional(Type.String({ maxLength: 255 })),
  task_id: Type.Optional(Type.Array(Id)),
  /** As `getErrorGroups` names it: tasks with one of the errors that it puts together. */
  error_group: Type.Optional(Type.String({ maxLength: 64 })),
};

const TaskRow = Type.Object({
  task_id: Id,
  name: Type.String(),
  array_id: Nullable(Id),
  template: Text,
  status: Letter,
  status_changed: Time,
  attempts: Count,
  max_attempts: Type.Integer(),
  /** Of its newest attempt. */
  run_time: Nullable(Type.Number()),
  memory: Nullable(Type.Number()),
  pending_reason: Text,
});

export const searchTasks = skep('GET', '/workflow/{workflow_id}/tasks', {
  access: 'read',
  summary: 'A page of the tasks of a workflow that fit all conditions.',
  params: WorkflowPath,
  query: Type.Object({
    ...TaskFilter,
    sort: Type.Optional(Type.Union([Type.Literal('id'), Type.Literal('status_changed'), Type.Literal('attempts')])),
    descending: Type.Optional(Type.Boolean()),
    /** `next` of the page before. */
    after: Type.Optional(Type.String({ maxLength: 255 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  }),
  answer: Type.Object({
    tasks: Type.Array(TaskRow),
    next: Text,
    /** How many fit; null on later pages, and where counting them would take long. */
    total: Nullable(Count),
  }),
});

const Attempt = Type.Object({
  ...ATTEMPT_FIELDS,
  requested_resources: MapOf(Type.Unknown()),
  ran_out: Text,
  pending_reason: Text,
  /** Paths on the machine where it ran; null: its output is kept as a tail alone. */
  stdout: Text,
  stderr: Text,
  errors: Type.Array(Type.Object({ time: Time, description: Type.String() })),
});

const Neighbour = Type.Object({ task_id: Id, name: Type.String(), status: Letter });

export const getTask = skep('GET', '/task/{task_id}', {
  access: 'read',
  summary: 'A task with its attempts, its neighbours in the graph, and why it waits or failed.',
  params: TaskPath,
  answer: Type.Object({
    task: TaskRow,
    workflow_id: Id,
    command: Type.String(),
    /** Newest first; the newest hundred. */
    attempts: Type.Array(Attempt),
    upstream: Type.Object({ total: Count, unfinished: Count, tasks: Type.Array(Neighbour) }),
    downstream: Type.Object({ total: Count, tasks: Type.Array(Neighbour) }),
    explanation: Type.Object({
      /** What it comes to; the sentences say it for people, the most important first. */
      kind: Type.Union([
        Type.Literal('done'),
        Type.Literal('running'),
        Type.Literal('failed'),
        Type.Literal('upstream_unfinished'),
        Type.Literal('upstream_failed'),
        Type.Literal('workflow_limit'),
        Type.Literal('array_limit'),
        Type.Literal('paused'),
        Type.Literal('cluster_waits'),
        Type.Literal('being_submitted'),
        Type.Literal('about_to_be_tried_again'),
        Type.Literal('no_live_run'),
        Type.Literal('about_to_be_queued'),
      ]),
      sentences: Type.Array(Type.String()),
    }),
  }),
});

export const getTaskLog = skep('GET', '/task_instance/{task_instance_id}/log', {
  access: 'read',
  summary:
    'A part of the output of an attempt, also while it runs; of a file of this machine, else of what its worker shows.',
  params: Type.Object({ task_instance_id: Type.Integer() }),
  query: Type.Object({
    stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr')]),
    /** Byte from which to read; negative: so many before the end. */
    offset: Type.Optional(Type.Integer()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_048_576 })),
  }),
  answer: Type.Object({
    text: Type.String(),
    /** Byte of the first and behind the last character of the text. */
    from: Count,
    until: Count,
    size: Count,
    /**
     * `file`: from the output file; `live`: the last part, as the worker of the running command shows it; `tail`: the last part,
     * as it was reported at the end, its bytes counted from its own beginning; `none`: nothing is known yet.
     */
    source: Type.Union([Type.Literal('file'), Type.Literal('live'), Type.Literal('tail'), Type.Literal('none')]),
    /** Nothing will be added any more. */
    ended: Type.Boolean(),
  }),
});

export const getErrorGroups = skep('GET', '/workflow/{workflow_id}/errors', {
  access: 'read',
  summary: 'Errors of a workflow, like ones together (those that differ in numbers only), the most frequent first.',
  params: WorkflowPath,
  query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) }),
  answer: Type.Object({
    groups: Type.Array(
      Type.Object({
        /** Names it within the answer, and as long as its first error stays its first. */
        error_group: Type.String(),
        /** Of the newest error of the group, its first 2,000 characters. */
        text: Type.String(),
        errors: Count,
        tasks: Count,
        /** Tasks of the group that have failed for good. */
        fatal: Count,
        templates: Type.Array(Type.String()),
        newest: Time,
        oldest: Time,
        /** Of the newest error. */
        task_id: Id,
        task_instance_id: Id,
      }),
    ),
    /** Errors of all groups, and how many of the newest were grouped (the same unless there are very many). */
    errors: Count,
    grouped: Count,
  }),
});
