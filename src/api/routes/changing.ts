/** People changing many tasks of a workflow at once: looked at first, then confirmed, and recorded. */
import { Type } from 'typebox';
import { skep } from '../route.ts';
import { Id, Letter, MapOf, Nullable, WorkflowPath } from '../schemas.ts';
import { TaskFilter } from './looking.ts';

const Count = Type.Integer({ minimum: 0 });
const Time = Type.Number();
const Text = Nullable(Type.String());

/**
 * `reset`: as if they had never run. `mark_done`: they need not run. `retry`: failed ones get all their attempts again, and
 * with `resources` those that wait get these too.
 */
const Action = Type.Union([Type.Literal('reset'), Type.Literal('mark_done'), Type.Literal('retry')]);

/** What is not named stays as it is. */
const Resources = Type.Object(
  {
    /** GiB, or text such as `500M`, `4G`. */
    memory: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.String({ maxLength: 64 })])),
    cores: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    /** Seconds, or text such as `90s`, `2h`, `01:30:00`. */
    runtime: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.String({ maxLength: 64 })])),
    /** Name of a queue of the cluster that the tasks are for. */
    queue: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  },
  { additionalProperties: false },
);

const Group = Type.Object({
  array_id: Nullable(Id),
  template: Text,
  /** Before the change. */
  status: Letter,
  tasks: Count,
});

export const changeTasks = skep('POST', '/workflow/{workflow_id}/change_tasks', {
  access: { own: { workflow: 'params.workflow_id' } },
  audited: true,
  summary:
    'Resets, retries or marks as done the tasks of a workflow that fit all conditions; with `preview`, says which they are.',
  params: WorkflowPath,
  body: Type.Object({
    action: Action,
    /** Without any condition: all tasks. */
    filter: Type.Object(TaskFilter, { additionalProperties: false }),
    /** For `retry` alone, and while no run lives: what the tasks ask for from now on. */
    resources: Type.Optional(Resources),
    /** For `reset` alone: also everything downstream. */
    recursive: Type.Optional(Type.Boolean()),
    /** Changes nothing. */
    preview: Type.Boolean(),
    /** `tasks` of the preview: if it is another number by now, nothing is changed and the answer has status 409. */
    expected: Type.Optional(Count),
    /** Who asks; a run of the workflow has to be his. */
    user: Type.String({ minLength: 1, maxLength: 150 }),
    /** From where he asks, such as the name of a machine. Recorded. */
    origin: Type.Optional(Type.String({ maxLength: 255 })),
    /** Names this request: one that is repeated, because its answer was lost, changes nothing a second time. */
    change_key: Type.Optional(Type.String({ minLength: 8, maxLength: 64 })),
  }),
  answer: Type.Object({
    /** The record; null when nothing was changed. */
    change_id: Nullable(Id),
    /** Tasks that are (with `preview`: would be) changed. */
    tasks: Count,
    /** They by template and status. */
    groups: Type.Array(Group),
    /** The first twenty of them. */
    sample: Type.Array(Type.Object({ task_id: Id, name: Type.String(), status: Letter })),
    /** Tasks that fit the conditions and stay as they are. */
    left_out: Type.Array(
      Type.Object({
        reason: Type.Union([
          /** An attempt at it is under way. */
          Type.Literal('at_work'),
          Type.Literal('done'),
          /** It waits for its first attempt and would be as it is. */
          Type.Literal('waiting'),
          /** It was changed by somebody else in between. */
          Type.Literal('changed_meanwhile'),
        ]),
        /** The same for people. */
        sentence: Type.String(),
        tasks: Count,
      }),
    ),
    /** The run that lives and takes the tasks up; null: the workflow has to be resumed for them to run. */
    live_run: Nullable(Id),
  }),
});

export const listChanges = skep('GET', '/workflow/{workflow_id}/task_changes', {
  access: 'read',
  summary: 'Which changes of many tasks people made to a workflow, the newest first.',
  params: WorkflowPath,
  query: Type.Object({
    /** Only older ones: `next` of the page before. */
    before: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  }),
  answer: Type.Object({
    changes: Type.Array(
      Type.Object({
        change_id: Id,
        time: Time,
        user: Type.String(),
        origin: Text,
        action: Action,
        recursive: Type.Boolean(),
        /** The conditions, for people. */
        filter: Type.String(),
        /** What the tasks ask for from then on, for people; null: as before. */
        resources: Text,
        /** Tasks that were to be changed, and that are. Fewer while it is under way, or when it was cut off. */
        tasks: Count,
        changed: Count,
        /** Null while it is under way, and when it was cut off: repeating it changes the rest. */
        finished: Nullable(Time),
      }),
    ),
    next: Nullable(Id),
  }),
});

const Asked = { cluster: Type.String(), queue: Type.String(), resources: MapOf(Type.Unknown()) };

export const getChangedResources = skep('GET', '/workflow/{workflow_id}/changed_resources', {
  access: 'read',
  summary:
    'Tasks of a workflow that are not done and whose resources people changed: what they ask for, and what they did.',
  params: WorkflowPath,
  answer: Type.Object({
    groups: Type.Array(
      Type.Object({
        ...Asked,
        /** What the program of the workflow asked for. */
        original: Type.Object(Asked),
        task_ids: Type.Array(Id),
      }),
    ),
  }),
});
