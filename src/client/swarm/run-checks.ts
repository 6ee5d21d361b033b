import { SkepError } from '../../core/errors.ts';
import { SERVER_STOP_STATUSES, TERMINATING_STATUSES, type WorkflowRunStatus } from '../../core/status.ts';
import type { OrchestratorConfig } from './config.ts';
import type { SwarmState } from './state.ts';

/** The reasons to end a run early, one method each; all but the questions throw. Source: swarm §7.3. */
export class RunChecks {
  readonly #state: SwarmState;
  readonly #config: OrchestratorConfig;

  constructor(state: SwarmState, config: OrchestratorConfig) {
    this.#state = state;
    this.#config = config;
  }

  isToldToStop(): boolean {
    return this.isStopSignal(this.#state.status);
  }

  isStopSignal(status: WorkflowRunStatus): boolean {
    return SERVER_STOP_STATUSES.includes(status) || TERMINATING_STATUSES.includes(status);
  }

  /** @throws SkepError run_interrupted */
  interruption(signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw this.interrupted();
  }

  /** What an interrupted run ends with: also where the interruption cut a request, whose own error says nothing. */
  interrupted(): SkepError {
    return new SkepError('run_interrupted', `Workflow run ${this.#state.workflowRunId} was interrupted.`);
  }

  /** `elapsed`: seconds since the loop began. @throws SkepError run_timeout */
  timeout(elapsed: number): void {
    const { timeout } = this.#config;
    if (elapsed < timeout) return;
    const sentence = `Workflow run ${this.#state.workflowRunId} reached its timeout of ${timeout} seconds. Its running tasks are ended; the workflow can be resumed.`;
    throw new SkepError('run_timeout', sentence);
  }

  /** @throws SkepError distributor_dead */
  distributor(isAlive: () => boolean): void {
    if (isAlive()) return;
    throw new SkepError('distributor_dead', `The distributor of workflow run ${this.#state.workflowRunId} has ended.`);
  }

  /** @throws SkepError run_failed_fast naming the first failed task. */
  failFast(): void {
    if (!this.#config.failFast || this.#state.getFailedCount() === 0) return;
    const [first] = this.#state.getTasksByStatus('F');
    throw new SkepError(
      'run_failed_fast',
      `Task ${first?.taskId} failed, and the run was to end at the first failure.`,
    );
  }

  /** @throws SkepError run_stopped_by_test */
  executions(completions: number): void {
    const limit = this.#config.failAfterNExecutions;
    if (limit === undefined || completions < limit) return;
    throw new SkepError('run_stopped_by_test', `${completions} tasks completed; failAfterNExecutions is ${limit}.`);
  }
}

/**
 * Whether `next`, told by some answer, is younger than `current`: a run moves on from running to a signal and to an end,
 * and never back, so an answer that says otherwise was under way for longer.
 */
export function isRunNews(current: WorkflowRunStatus, next: WorkflowRunStatus): boolean {
  return next !== current && stageOf(next) >= stageOf(current);
}

function stageOf(status: WorkflowRunStatus): number {
  if (SERVER_STOP_STATUSES.includes(status) || status === 'D' || status === 'A') return 3;
  if (TERMINATING_STATUSES.includes(status)) return 2;
  return status === 'R' ? 1 : 0;
}
