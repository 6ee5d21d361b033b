/** What people ask about task templates. Source: http-views §5. */
import { type TSchema, Type } from 'typebox';
import { v3 } from '../route.ts';
import { Id, IntegerLike, Letter, MapOf, Nullable, WorkflowPath } from '../schemas.ts';

export const getTemplateDetails = v3('GET', '/get_task_template_details', {
  access: 'read',
  summary: 'Name and newest version, within a workflow, of a task template; 404 if the workflow has no task of it.',
  query: Type.Object({
    workflow_id: Type.Integer({ minimum: 1 }),
    task_template_id: Type.Integer({ minimum: 1 }),
  }),
  answer: Type.Object({ task_template_id: Id, task_template_name: Type.String(), task_template_version_id: Id }),
});

export const getTemplateVersions = v3('GET', '/get_task_template_version', {
  access: 'read',
  summary: 'The template versions of a task, or of all tasks of a workflow, with the names of their templates.',
  query: Type.Object({ task_id: Type.Optional(Type.Integer()), workflow_id: Type.Optional(Type.Integer()) }),
  answer: Type.Object({ task_template_version_ids: Type.Array(Type.Object({ id: Id, name: Type.String() })) }),
});

/** Ids as peers write a tuple: `(1, 2, 3)`. */
const VersionTuple = Type.Object({ task_template_version_ids: Type.String() });

export const getRequestedCores = v3('GET', '/get_requested_cores', {
  access: 'read',
  summary: 'How many cores the tasks of template versions ask for: least, most and mean. The ids are written `(1, 2)`.',
  query: VersionTuple,
  answer: Type.Object({
    core_info: Type.Array(Type.Object({ id: Id, min: Type.Integer(), max: Type.Integer(), avg: Type.Integer() })),
  }),
});

export const getMostPopularQueue = v3('GET', '/get_most_popular_queue', {
  access: 'read',
  summary: 'The queue that most task instances of each template version went to. The ids are written `(1, 2)`.',
  query: VersionTuple,
  answer: Type.Object({
    queue_info: Type.Array(Type.Object({ id: Id, queue: Type.String(), queue_id: Id })),
  }),
});

export const getTemplateStatuses = v3('GET', '/workflow_tt_status_viz/{workflow_id}', {
  access: 'read',
  summary: 'Tasks of a workflow counted by template and status; template id → counts.',
  params: WorkflowPath,
  answer: MapOf(
    Type.Object({
      id: Id,
      name: Type.String(),
      tasks: Type.Integer(),
      PENDING: Type.Integer(),
      SCHEDULED: Type.Integer(),
      RUNNING: Type.Integer(),
      DONE: Type.Integer(),
      FATAL: Type.Integer(),
      /** How many of the tasks may be active at once; `"NA"` for a template without an array. */
      MAXC: Type.Union([Type.Integer(), Type.Literal('NA')]),
      num_attempts_min: Type.Number(),
      num_attempts_max: Type.Number(),
      num_attempts_avg: Type.Number(),
      task_template_version_id: Id,
    }),
  ),
});

/** Two-sided interval of confidence, low and high; nulls where all values are equal. Null: not asked, or too few values. */
const Interval = Nullable(Type.Array(Nullable(Type.Number()), { minItems: 2, maxItems: 2 }));

/** Statistics whose four numbers of memory (bytes) are written in one way or another. Run times are in seconds. */
const statisticsOf = <Whole extends TSchema, Mean extends TSchema>(memory: Whole, meanMemory: Mean) => ({
  /** Task instances, not tasks: retries count. 0: the version has tasks, but none matches. Null: it has none. */
  num_tasks: Nullable(Type.Integer()),
  min_mem: Nullable(memory),
  max_mem: Nullable(memory),
  mean_mem: Nullable(meanMemory),
  min_runtime: Nullable(Type.Integer()),
  max_runtime: Nullable(Type.Integer()),
  mean_runtime: Nullable(Type.Number()),
  median_mem: Nullable(meanMemory),
  median_runtime: Nullable(Type.Number()),
  ci_mem: Interval,
  ci_runtime: Interval,
});

export const getTemplateResourceUsage = v3('POST', '/task_template_resource_usage', {
  access: 'read',
  summary: 'Statistics of the memory and run time that ended task instances of a template version used.',
  body: Type.Object({
    task_template_version_id: IntegerLike,
    /** Null or empty: all workflows. */
    workflows: Type.Optional(Nullable(Type.Array(IntegerLike))),
    /** Argument name → values of which the node must have one. */
    node_args: Type.Optional(Nullable(MapOf(Type.Array(Type.String())))),
    /** Level of the intervals of confidence, between 0 and 1, as text. */
    ci: Type.Optional(Nullable(Type.String())),
    /** Also answers every instance on its own. */
    viz: Type.Optional(Type.Boolean()),
  }),
  bodyFaults: 'detail',
  answer: Type.Object({
    ...statisticsOf(Type.Integer(), Type.Number()),
    result_viz: Nullable(
      Type.Array(
        Type.Object({
          r: Nullable(Type.Number()),
          m: Nullable(Type.Integer()),
          node_id: Id,
          task_id: Id,
          task_name: Type.String(),
          requested_resources: Type.String(),
          attempt_number_of_instance: Type.Integer(),
          status: Letter,
          task_status_date: Nullable(Type.String()),
          task_command: Type.String(),
          task_num_attempts: Type.Integer(),
          task_max_attempts: Type.Integer(),
        }),
      ),
    ),
    /** The same; memory is text such as `600B` and `600.0B`. */
    formatted_stats: Type.Object(statisticsOf(Type.String(), Type.String())),
  }),
});

const TemplateErrorsPath = Type.Object({ wf_id: Type.Integer(), tt_id: Type.Integer() });

const TemplateErrorsQuery = Type.Object({
  // Bounds that keep the number of the first row exact.
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  /** `true` in any case: only the newest error of each task, of the newest run. */
  just_recent_errors: Type.Optional(Type.String()),
  /** `true` in any case: one item for each group of errors with the same text. */
  cluster_errors: Type.Optional(Type.String()),
});

const TemplateErrorsAnswer = Type.Object({
  error_logs: Type.Array(
    Type.Object({
      task_id: Nullable(Id),
      task_instance_id: Nullable(Id),
      task_instance_err_id: Nullable(Id),
      error_time: Nullable(Type.String()),
      error: Nullable(Type.String()),
      task_instance_stderr_log: Nullable(Type.String()),
      workflow_run_id: Id,
      workflow_id: Id,
      error_score: Nullable(Type.Number()),
      group_instance_count: Nullable(Type.Integer()),
      task_instance_ids: Nullable(Type.Array(Id)),
      task_ids: Nullable(Type.Array(Id)),
      sample_error: Nullable(Type.String()),
      first_error_time: Nullable(Type.String()),
    }),
  ),
  /** Errors, or clusters of them, on all pages together. */
  total_count: Type.Integer(),
  page: Type.Integer(),
  page_size: Type.Integer(),
});

export const getTemplateErrors = v3('GET', '/tt_error_log_viz/{wf_id}/{tt_id}', {
  access: 'read',
  summary: 'A page of the errors of a task template in a workflow, one by one or clustered by their text.',
  params: TemplateErrorsPath,
  query: TemplateErrorsQuery,
  answer: TemplateErrorsAnswer,
});

export const getInstanceErrors = v3('GET', '/tt_error_log_viz/{wf_id}/{tt_id}/{ti_id}', {
  access: 'read',
  summary: 'A page of the errors of one task instance.',
  params: Type.Object({ ...TemplateErrorsPath.properties, ti_id: Type.Integer() }),
  query: TemplateErrorsQuery,
  answer: TemplateErrorsAnswer,
});
