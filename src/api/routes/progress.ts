/**
 * How workflows stand: what the terminal, the page and reports show, of which each number is made in one place, the server.
 * Times are milliseconds since 1970, durations seconds, memory bytes.
 */
import { Type } from 'typebox';
import { skep } from '../route.ts';
import { Id, Nullable, WorkflowPath } from '../schemas.ts';

const Count = Type.Integer({ minimum: 0 });
const Time = Type.Number();
const Text = Nullable(Type.String());
/** Tasks by the words of views (`core/task-label.ts`). */
const TaskCounts = Type.Object({ PENDING: Count, SCHEDULED: Count, RUNNING: Count, DONE: Count, FATAL: Count });

const WorkflowSummary = {
  workflow_id: Id,
  name: Text,
  tool: Text,
  /** Of the newest run; null: it was never run. */
  user: Text,
  workflow_args: Text,
  /** Letter; `core/status.ts` says what it means. */
  status: Type.String(),
  created: Nullable(Time),
  status_changed: Time,
  /** A run of it lives. */
  live: Type.Boolean(),
  paused: Type.Boolean(),
  tasks: Count,
  counts: TaskCounts,
};

export const listWorkflows = skep('GET', '/workflow', {
  access: 'read',
  summary: 'A page of the workflows that fit all conditions, newest first. An absent condition is none.',
  query: Type.Object({
    user: Type.Optional(Type.Array(Type.String())),
    tool: Type.Optional(Type.Array(Type.String())),
    /** Letters. */
    status: Type.Optional(Type.Array(Type.String())),
    /** Part of the name, of the arguments, or the id. */
    search: Type.Optional(Type.String({ maxLength: 255 })),
    before: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  }),
  answer: Type.Object({
    workflows: Type.Array(Type.Object(WorkflowSummary)),
    /** `before` of the next page; null after the last. */
    next: Nullable(Id),
  }),
});

export const getWorkflowProgress = skep('GET', '/workflow/{workflow_id}/progress', {
  access: 'read',
  summary:
    'How a workflow stands, by template, with its rate, when it will end, and what it waits for: at once, or when that is another than the one known.',
  params: WorkflowPath,
  query: Type.Object({
    /** Revision of the answer that is known: the next one is given when there is news, with all that came in half a second. */
    after: Type.Optional(Count),
    /** Longest wait for news in seconds; then the present state is given. */
    wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 60 })),
  }),
  answer: Type.Object({
    /** Of the newest change that is counted in: the same number means the same answer. */
    revision: Count,
    now: Time,
    workflow: Type.Object(WorkflowSummary),
    run: Nullable(
      Type.Object({
        workflow_run_id: Id,
        status: Type.String(),
        user: Text,
        started: Time,
        status_changed: Time,
        heartbeat_due: Time,
      }),
    ),
    runs: Count,
    max_concurrently_running: Type.Integer(),
    /** Tasks that ended done, a second: over the last minute (less while the run is younger), and since the run began. */
    rate: Type.Object({ recent: Type.Number(), run: Type.Number() }),
    /**
     * When it will end if its limits stay as they are: seven of eight modelled schedules end from `earliest` to `latest`, half of them before
     * `likely`. Null: nothing is known of run times yet, no run lives or it is told to stop, or it is paused.
     */
    forecast: Nullable(Type.Object({ earliest: Time, likely: Time, latest: Time })),
    /** Attempts beyond the first one of each task. */
    retries: Count,
    templates: Type.Array(
      Type.Object({
        array_id: Id,
        name: Type.String(),
        tasks: Count,
        counts: TaskCounts,
        retries: Count,
        max_concurrently_running: Type.Integer(),
        /** Of ended attempts that were done; null: none yet. */
        run_time: Nullable(Type.Object({ median: Type.Number(), p95: Type.Number() })),
      }),
    ),
    pending_reasons: Type.Array(Type.Object({ reason: Type.String(), tasks: Count })),
  }),
});

export const getTemplateGraph = skep('GET', '/workflow/{workflow_id}/template_graph', {
  access: 'read',
  summary: 'Which templates of a workflow wait for which: what the graph of its tasks looks like from afar.',
  params: WorkflowPath,
  answer: Type.Object({
    /** Array ids, with the number of edges between their tasks. */
    edges: Type.Array(Type.Object({ from: Id, to: Id, edges: Count })),
  }),
});

export const getTimeline = skep('GET', '/workflow/{workflow_id}/timeline', {
  access: 'read',
  summary: 'How many attempts of the newest run of a workflow ran, and ended, in each of equal parts of its time.',
  params: WorkflowPath,
  query: Type.Object({ buckets: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) }),
  answer: Type.Object({
    from: Time,
    until: Time,
    /** One entry for each part. `running` is the mean number in it. */
    running: Type.Array(Type.Number()),
    done: Type.Array(Count),
    failed: Type.Array(Count),
  }),
});

export const getTimelineBars = skep('GET', '/workflow/{workflow_id}/timeline_bars', {
  access: 'read',
  summary: 'Attempts of the newest run of a workflow, from their beginning to their end, in a part of its time.',
  params: WorkflowPath,
  query: Type.Object({
    /** Default: the whole time of the run. */
    from: Type.Optional(Id),
    until: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000 })),
  }),
  answer: Type.Object({
    /** The whole time of the run, whatever part was asked for. */
    from: Time,
    until: Time,
    /** How many there are in the part; null: very many. */
    total: Nullable(Count),
    /** Which of them these are: all; the longest; or, of very many, a sample that is spread over the times at which they ended. */
    chosen: Type.Union([Type.Literal('all'), Type.Literal('longest'), Type.Literal('sample')]),
    bars: Type.Array(
      Type.Object({
        task_instance_id: Id,
        task_id: Id,
        array_id: Id,
        /** Of the task; a long one without its middle. */
        name: Type.String(),
        status: Type.String(),
        /** From 1: which attempt of its task it is. */
        attempt: Count,
        started: Time,
        /** Null: it has not ended. */
        ended: Nullable(Time),
      }),
    ),
  }),
});

const UsageSummary = Type.Object({
  array_id: Id,
  attempts: Count,
  /** Asked for and used, summed over attempts: MiB seconds (bytes would not be exact), core seconds, seconds. Null: nobody asked, or nobody measured. */
  memory: Nullable(Type.Object({ asked: Type.Number(), used: Type.Number() })),
  cpu: Nullable(Type.Object({ asked: Type.Number(), used: Type.Number() })),
  run_time: Nullable(Type.Object({ asked: Type.Number(), used: Type.Number() })),
});

export const getWorkflowUsage = skep('GET', '/workflow/{workflow_id}/usage', {
  access: 'read',
  summary: 'What attempts asked for and what they used: sums by template, and a sample of attempts.',
  params: WorkflowPath,
  query: Type.Object({
    array_id: Type.Optional(Id),
    points: Type.Optional(Type.Integer({ minimum: 0, maximum: 5000 })),
  }),
  answer: Type.Object({
    templates: Type.Array(UsageSummary),
    points: Type.Array(
      Type.Object({
        task_instance_id: Id,
        task_id: Id,
        array_id: Id,
        status: Type.String(),
        memory_asked: Nullable(Type.Number()),
        memory_used: Nullable(Type.Number()),
        run_time_asked: Nullable(Type.Number()),
        run_time: Nullable(Type.Number()),
        cores_asked: Nullable(Type.Number()),
        cpu: Nullable(Type.Number()),
      }),
    ),
  }),
});
