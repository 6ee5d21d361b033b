/** Every metric of ours, once: what is measured, the documentation and the checks of dashboard and alerts derive from it. */

export interface Metric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** What it counts, in one sentence; units are those of its name. */
  readonly meaning: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

/** Seconds: a small read takes a millisecond, a page over a million tasks one second; peers give up after twenty. */
const LATENCIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/** Seconds: requests that wait for news end after a minute at the latest. */
const WAITS = [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60];

/** Seconds: a commit is a flush to the disk or a trip to PostgreSQL; a group takes no further work after 30 ms. */
const COMMITS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

export const METRICS = {
  requestDuration: {
    name: 'skep_http_request_duration_seconds',
    kind: 'histogram',
    meaning:
      'Time from the arrival of a request to the end of its answer; requests that may wait for news are not in it.',
    labels: ['route', 'status_class'],
    buckets: LATENCIES,
  },
  waitDuration: {
    name: 'skep_http_wait_duration_seconds',
    kind: 'histogram',
    meaning: 'The same of requests that may wait for news, up to a minute: change feeds, progress, onlookers.',
    labels: ['route', 'status_class'],
    buckets: WAITS,
  },
  errors: {
    name: 'skep_http_errors_total',
    kind: 'counter',
    meaning: 'Answers with status 400 and above, by code of docs/errors.md, or by status where there is none.',
    labels: ['code'],
  },
  inFlight: {
    name: 'skep_http_requests_in_flight',
    kind: 'gauge',
    meaning: 'Requests without an answer yet; `waiting`: those that may wait for news.',
    labels: ['kind'],
  },
  waitingWrites: {
    name: 'skep_database_writes_waiting',
    kind: 'gauge',
    meaning: 'Writes that wait for their transaction.',
    labels: [],
  },
  writes: {
    name: 'skep_database_writes_total',
    kind: 'counter',
    meaning: 'Writes that had their transaction; divided by the number of commits: how many share one.',
    labels: [],
  },
  commitDuration: {
    name: 'skep_database_commit_duration_seconds',
    kind: 'histogram',
    meaning: 'Time of a transaction that writes, from its beginning to its commit.',
    labels: [],
    buckets: COMMITS,
  },
  failedCommits: {
    name: 'skep_database_commit_failures_total',
    kind: 'counter',
    meaning: 'Transactions that could not be committed, also those that succeeded when they were repeated.',
    labels: [],
  },
  readConnections: {
    name: 'skep_database_read_connections',
    kind: 'gauge',
    meaning: 'Connections for reads: `used` now, `opened`, and at most (`size`).',
    labels: ['pool', 'state'],
  },
  waitingReads: {
    name: 'skep_database_reads_waiting',
    kind: 'gauge',
    meaning: 'Reads that wait for a connection.',
    labels: ['pool'],
  },
  databaseSize: {
    name: 'skep_database_size_bytes',
    kind: 'gauge',
    meaning: 'What the database takes on its disk.',
    labels: [],
  },
  workflows: {
    name: 'skep_workflows',
    kind: 'gauge',
    meaning: 'Workflows by status.',
    labels: ['status'],
  },
  workflowRuns: {
    name: 'skep_workflow_runs',
    kind: 'gauge',
    meaning: 'Workflow runs by status.',
    labels: ['status'],
  },
  tasks: {
    name: 'skep_tasks',
    kind: 'gauge',
    meaning: 'Tasks by status.',
    labels: ['status'],
  },
  taskInstances: {
    name: 'skep_task_instances',
    kind: 'gauge',
    meaning: 'Task instances (attempts) by status.',
    labels: ['status'],
  },
  countsAge: {
    name: 'skep_counts_age_seconds',
    kind: 'gauge',
    meaning:
      'How old the counts by status and the size of the database are: the larger it is, the more rarely it is looked at.',
    labels: [],
  },
  ready: {
    name: 'skep_ready',
    kind: 'gauge',
    meaning: '1 while the server takes requests, 0 while it drains.',
    labels: [],
  },
  build: {
    name: 'skep_build_info',
    kind: 'gauge',
    meaning: 'Always 1; its label names the version.',
    labels: ['version'],
  },
} as const satisfies Record<string, Metric>;

export type MetricKey = keyof typeof METRICS;
