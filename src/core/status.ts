/**
 * Statuses of the four state machines, their letters, labels and legal moves: the single source for the server, the
 * swarm and the tests. Source: data-model §4 and §5 of the wire's documentation; moves marked "ours" are additions that
 * repair a dead end of the reference and that no peer can tell from a race.
 */

/** What one letter of a state machine means. `label` is on the wire and exact; `description` is for people. */
export interface StatusInfo {
  readonly label: string;
  readonly description: string;
}

/** `[from, to]` pairs written as one row per source: source letter → target letters. */
export type Transitions<Letter extends string> = Readonly<Partial<Record<Letter, readonly Letter[]>>>;

/** The letter of a workflow's status on the wire. */
export type WorkflowStatus = keyof typeof WORKFLOW_STATUSES;
/** The letter of a workflow run's status on the wire. */
export type WorkflowRunStatus = keyof typeof WORKFLOW_RUN_STATUSES;
/** The letter of a task's status on the wire. */
export type TaskStatus = keyof typeof TASK_STATUSES;
export type TaskInstanceStatus = keyof typeof TASK_INSTANCE_STATUSES;

export const WORKFLOW_STATUSES = {
  G: { label: 'REGISTERING', description: 'Being bound, or a run is linking to it.' },
  Q: { label: 'QUEUED', description: 'A run is bound and waits for its distributor.' },
  A: { label: 'ABORTED', description: 'Binding failed before a run could start.' },
  I: { label: 'INSTANTIATING', description: 'The distributor is starting.' },
  O: { label: 'LAUNCHED', description: 'The distributor is up; the swarm does not schedule yet.' },
  R: { label: 'RUNNING', description: 'A run is scheduling its tasks.' },
  D: { label: 'DONE', description: 'All tasks are done.' },
  H: { label: 'HALTED', description: 'Stopped by a request to stop or resume.' },
  F: { label: 'FAILED', description: 'The last run failed or was stopped.' },
} as const satisfies Record<string, StatusInfo>;

export const WORKFLOW_RUN_STATUSES = {
  G: { label: 'REGISTERED', description: 'Created; does not own its workflow yet.' },
  L: { label: 'LINKING', description: 'Owns the workflow and prepares the run.' },
  B: { label: 'BOUND', description: 'Ready for its distributor.' },
  A: { label: 'ABORTED', description: 'Died while linking.' },
  I: { label: 'INSTANTIATED', description: 'Its distributor is starting.' },
  O: { label: 'LAUNCHED', description: 'Its distributor is ready.' },
  R: { label: 'RUNNING', description: 'The swarm schedules and sends heartbeats.' },
  D: { label: 'DONE', description: 'Ended with every task done.' },
  S: { label: 'STOPPED', description: 'Interrupted by its user.' },
  E: { label: 'ERROR', description: 'Ended with failures, or stopped reporting.' },
  C: { label: 'COLD_RESUME', description: 'Told to stop and to kill its running tasks.' },
  H: { label: 'HOT_RESUME', description: 'Told to stop and to let its running tasks finish.' },
  T: { label: 'TERMINATED', description: 'Has stopped as it was told.' },
} as const satisfies Record<string, StatusInfo>;

export const TASK_STATUSES = {
  G: { label: 'REGISTERING', description: 'Not started, or waiting to be tried again.' },
  Q: { label: 'QUEUED', description: 'An attempt was created.' },
  I: { label: 'INSTANTIATING', description: 'Its attempt is being submitted.' },
  O: { label: 'LAUNCHED', description: 'Its attempt was submitted to the cluster.' },
  R: { label: 'RUNNING', description: 'Its attempt is running.' },
  D: { label: 'DONE', description: 'Succeeded.' },
  E: {
    label: 'ERROR_RECOVERABLE',
    description: 'Between a failed attempt and what follows from it; never seen outside.',
  },
  A: { label: 'ADJUSTING_RESOURCES', description: 'Ran out of a resource; will be queued again with more of it.' },
  F: { label: 'ERROR_FATAL', description: 'Out of attempts, or failed in a way that a retry cannot mend.' },
} as const satisfies Record<string, StatusInfo>;

export const TASK_INSTANCE_STATUSES = {
  Q: { label: 'QUEUED', description: 'Created by the swarm.' },
  I: { label: 'INSTANTIATED', description: 'Picked up by the distributor.' },
  O: { label: 'LAUNCHED', description: 'Submitted to the cluster.' },
  R: { label: 'RUNNING', description: 'Its worker reported that it runs.' },
  T: { label: 'TRIAGING', description: 'Running but silent for too long; the cluster is being asked.' },
  X: { label: 'NO_HEARTBEAT', description: 'Launched but never heard of.' },
  D: { label: 'DONE', description: 'Its command exited with status 0.' },
  E: { label: 'ERROR', description: 'Its command failed.' },
  U: { label: 'UNKNOWN_ERROR', description: 'Vanished for an unknown reason.' },
  Z: { label: 'RESOURCE_ERROR', description: 'Killed for using more memory or time than it asked for.' },
  W: { label: 'NO_DISTRIBUTOR_ID', description: 'The cluster refused its submission.' },
  K: { label: 'KILL_SELF', description: 'Ordered to die.' },
  F: { label: 'ERROR_FATAL', description: 'Dead, without another attempt.' },
} as const satisfies Record<string, StatusInfo>;

/** Runs: legal moves. Ours: I→C/H, O→C/H (a client that died while its distributor started), C→D, H→D, I→S, O→S. */
export const WORKFLOW_RUN_TRANSITIONS: Transitions<WorkflowRunStatus> = {
  G: ['L', 'A'],
  L: ['B', 'A'],
  B: ['I', 'E', 'C', 'H', 'S'],
  I: ['O', 'E', 'C', 'H', 'S'],
  O: ['R', 'E', 'C', 'H', 'S'],
  R: ['D', 'S', 'E', 'C', 'H'],
  C: ['T', 'D'],
  H: ['T', 'D'],
};

/** Runs: pairs that are accepted without effect (a heartbeat that repeats the status). */
export const WORKFLOW_RUN_UNTIMELY: Transitions<WorkflowRunStatus> = { R: ['R'], L: ['L'] };

/** Workflows: legal moves. Ours: I→H, O→H, I→G, O→G (the last run died while its distributor started), H→D, Q→G. */
export const WORKFLOW_TRANSITIONS: Transitions<WorkflowStatus> = {
  G: ['Q', 'A'],
  A: ['G'],
  F: ['G'],
  H: ['G', 'D'],
  Q: ['I', 'F', 'H', 'G'],
  I: ['O', 'F', 'H', 'G'],
  O: ['R', 'F', 'H', 'G'],
  R: ['D', 'F', 'H'],
};

/** What a run's new status makes of its workflow; absent: nothing. */
export const WORKFLOW_STATUS_OF_RUN: Readonly<Partial<Record<WorkflowRunStatus, WorkflowStatus>>> = {
  L: 'G',
  B: 'Q',
  A: 'A',
  I: 'I',
  O: 'O',
  R: 'R',
  D: 'D',
  T: 'H',
  S: 'F',
  E: 'F',
};

export const TASK_TRANSITIONS: Transitions<TaskStatus> = {
  G: ['Q'],
  A: ['Q'],
  Q: ['I'],
  I: ['O', 'R', 'E'],
  O: ['R', 'E'],
  R: ['D', 'E'],
  E: ['A', 'Q', 'F', 'G'],
};

/** Task instances: legal moves. Ours: T→D, T→E (a report that arrives while the instance is being triaged), T→K. */
export const TASK_INSTANCE_TRANSITIONS: Transitions<TaskInstanceStatus> = {
  Q: ['I', 'K'],
  I: ['O', 'R', 'W', 'K'],
  O: ['R', 'U', 'X', 'Z', 'K', 'F'],
  R: ['T', 'E', 'U', 'Z', 'K', 'D'],
  T: ['R', 'Z', 'U', 'F', 'D', 'E', 'K'],
  K: ['F', 'D'],
  X: ['E'],
};

/** Task instances: late reports that are refused quietly. */
export const TASK_INSTANCE_UNTIMELY: Transitions<TaskInstanceStatus> = {
  R: ['O'],
  E: ['O', 'U', 'E'],
  U: ['D', 'E', 'Z'],
  Z: ['U'],
  D: ['U'],
  K: ['E', 'Z', 'U'],
};

/** Instance statuses that fail the attempt and leave the choice between retry and failure to the task. */
export const TASK_INSTANCE_ERRORS: readonly TaskInstanceStatus[] = ['W', 'E', 'U', 'Z'];

/** Instance statuses after which nothing of the attempt can be alive or change any more. */
export const TASK_INSTANCE_ENDED: readonly TaskInstanceStatus[] = ['D', 'E', 'F', 'Z', 'U', 'W'];

/** Workflows that no run is at work on: people may change any of their tasks. */
export const RESTING_WORKFLOW_STATUSES: readonly WorkflowStatus[] = ['F', 'D', 'A', 'H'];

/** Tasks of which an attempt exists that has not ended. */
export const ACTIVE_TASK_STATUSES: readonly TaskStatus[] = ['Q', 'I', 'O', 'R'];
/** Attempts with which their distributor has something to do. */
export const DISTRIBUTOR_STATUSES: readonly TaskInstanceStatus[] = ['Q', 'T', 'X', 'K'];
export const FINAL_TASK_STATUSES: readonly TaskStatus[] = ['D', 'F'];

/** Runs that own their workflow: another run cannot link while one of these exists. Ours: I and O count too. */
export const ALIVE_WORKFLOW_RUN_STATUSES: readonly WorkflowRunStatus[] = ['L', 'B', 'I', 'O', 'R', 'C', 'H'];

/** Runs that a resume request tells to stop. Ours: I and O count too. */
export const STOPPABLE_WORKFLOW_RUN_STATUSES: readonly WorkflowRunStatus[] = ['B', 'I', 'O', 'R'];

/** Run statuses set by the server or by another client at which a swarm leaves its loop at once. */
export const SERVER_STOP_STATUSES: readonly WorkflowRunStatus[] = ['E', 'T', 'S'];

/** Run statuses at which a swarm stops scheduling and waits for its attempts to end. */
export const TERMINATING_STATUSES: readonly WorkflowRunStatus[] = ['C', 'H'];

/** Says whether `table` allows the move `from` → `to`. */
export function allows<Letter extends string>(table: Transitions<Letter>, from: Letter, to: Letter): boolean {
  return table[from]?.includes(to) ?? false;
}

/** The letters from which `table` allows a move to `to`: what a set-wise update puts in its `where status in (…)`. */
export function sourcesOf<Letter extends string>(table: Transitions<Letter>, to: Letter): Letter[] {
  return (Object.keys(table) as Letter[]).filter((from) => allows(table, from, to));
}

/** The label of a letter, or the letter itself where a peer sent one that this table does not know. */
export function labelOf(statuses: Readonly<Record<string, StatusInfo>>, letter: string): string {
  return statuses[letter]?.label ?? letter;
}

/** "No limit" of tasks that run at once, as peers send it. */
export const NO_CONCURRENCY_LIMIT = 2_147_483_647;
