import { type ErrorCode, SkepError } from '../../core/errors.ts';
import { TASK_STATUSES, type TaskStatus, type WorkflowRunStatus } from '../../core/status.ts';
import type { SwarmState } from './state.ts';

/** How a run ended. On a resume by id, only the tasks that were loaded (those not done before) count. */
export interface OrchestratorResult {
  readonly finalStatus: WorkflowRunStatus;
  /** Seconds since the orchestrator was started. */
  readonly elapsedTime: number;
  readonly totalTasks: number;
  readonly doneCount: number;
  readonly failedCount: number;
  /** Of the done tasks, those that were done before this run. */
  readonly numPreviouslyComplete: number;
  readonly taskFinalStatuses: ReadonlyMap<number, TaskStatus>;
  readonly doneTaskIds: ReadonlySet<number>;
  readonly failedTaskIds: ReadonlySet<number>;
}

/** Where a run stands. */
export interface Progress {
  readonly counts: Readonly<Record<TaskStatus, number>>;
  readonly total: number;
  /** Seconds since the orchestrator was started. */
  readonly elapsed: number;
  readonly workflowRunStatus: WorkflowRunStatus;
  /** How many tasks may be active at once; 0: the workflow is paused. */
  readonly limit: number;
}

/** An error that ended a run, with what the run had come to. */
export class RunError extends SkepError {
  readonly result: OrchestratorResult;

  constructor(code: ErrorCode, sentence: string, result: OrchestratorResult, cause: unknown) {
    super(code, sentence, { cause });
    this.result = result;
  }
}

export function resultOf(state: SwarmState, elapsedTime: number): OrchestratorResult {
  return {
    finalStatus: state.status,
    elapsedTime,
    totalTasks: state.tasks.size,
    doneCount: state.getDoneCount(),
    failedCount: state.getFailedCount(),
    numPreviouslyComplete: state.numPreviouslyComplete,
    taskFinalStatuses: new Map([...state.tasks.values()].map(({ taskId, status }) => [taskId, status])),
    doneTaskIds: new Set(state.getDoneTasks().map(({ taskId }) => taskId)),
    failedTaskIds: new Set(state.getFailedTasks().map(({ taskId }) => taskId)),
  };
}

export function progressOf(state: SwarmState, elapsed: number): Progress {
  const statuses = Object.keys(TASK_STATUSES) as TaskStatus[];
  const counts = Object.fromEntries(statuses.map((status) => [status, state.countOf(status)]));
  return {
    counts: counts as Record<TaskStatus, number>,
    total: state.tasks.size,
    elapsed,
    workflowRunStatus: state.status,
    limit: state.maxConcurrentlyRunning,
  };
}
