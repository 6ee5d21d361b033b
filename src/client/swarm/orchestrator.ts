import { orAborted } from '../../core/abort.ts';
import type { Clock } from '../../core/clock.ts';
import { isSkepError, messageOf, SkepError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { SERVER_STOP_STATUSES, TERMINATING_STATUSES, type WorkflowRunStatus } from '../../core/status.ts';
import { Bell } from './bell.ts';
import { ORCHESTRATOR_DEFAULTS, type OrchestratorConfig } from './config.ts';
import type { ServerGateway } from './gateway.ts';
import { type OrchestratorResult, type Progress, progressOf, RunError, resultOf } from './result.ts';
import { isRunNews, RunChecks } from './run-checks.ts';
import { SwarmServices } from './services.ts';
import type { SwarmState } from './state.ts';
import type { StateUpdate } from './state-update.ts';
import { isWaiting } from './status-counts.ts';
import { TaskFlow } from './task-flow.ts';
import { Turn } from './turn.ts';

export interface OrchestratorOptions {
  readonly state: SwarmState;
  readonly gateway: ServerGateway;
  readonly config?: Partial<OrchestratorConfig>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Stops the run: status S is set and the run ends with `run_interrupted`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Milliseconds until the distributor is looked at again when nothing happens. */
const LONGEST_WAIT = 1000;

/** Seconds of one scheduling tick: after it, the loop looks after everything else. */
const TICK_LIMIT = 1;

/** Attempts to tell the server how a run failed: whoever waits for the error has waited for retries before. */
const LAST_WORDS_ATTEMPTS = 4;

/**
 * Drives one run to its end: queues what is ready, follows what changes, obeys what the server says of the run. News
 * come in while it waits or schedules and are taken in one after the other. Source: swarm §7.
 */
export class WorkflowRunOrchestrator {
  readonly config: OrchestratorConfig;
  readonly flow: TaskFlow;
  readonly checks: RunChecks;
  readonly services: SwarmServices;
  readonly #options: OrchestratorOptions;
  readonly #bell: Bell;
  readonly #turn: Turn;
  readonly #inbox: StateUpdate[] = [];
  #started = 0;
  /** Whether tasks could have been queued, had statuses not just been asked for. */
  #missedTurn = false;
  /** Whether the statuses were read once more since the run has nothing left to do. */
  #lastLook: 'none' | 'asked' | 'delivered' = 'none';

  constructor(options: OrchestratorOptions) {
    const { state, clock, log } = options;
    this.#options = options;
    this.config = { ...ORCHESTRATOR_DEFAULTS, ...options.config };
    this.#bell = new Bell(clock);
    this.flow = new TaskFlow(state, log);
    this.checks = new RunChecks(state, this.config);
    this.#turn = new Turn(() => this.#ringIfTurnWasMissed());
    this.services = new SwarmServices({ ...options, config: this.config, turn: this.#turn });
    this.#started = clock.monotonic();
  }

  /**
   * Runs until every task is final, nothing more can happen, or the server stops the run.
   * @throws RunError run_timeout, distributor_dead, run_interrupted, run_failed_fast and other errors of ours; what a
   * user's function throws is thrown as it is. Before, the run is set to E (S when interrupted).
   */
  async run(distributorAlive: () => boolean): Promise<OrchestratorResult> {
    this.#started = this.#options.clock.monotonic();
    const { signal } = this.#options;
    this.services.startHeartbeats((update) => this.#deliver(update));
    try {
      await orAborted(this.#drive(distributorAlive), signal);
      return this.result();
    } catch (cause) {
      const error = signal?.aborted ? this.checks.interrupted() : cause;
      this.#options.log.error({ error: messageOf(error) }, 'the run failed');
      await this.handleError(error);
      throw isSkepError(error) ? new RunError(error.code, error.message, this.result(), error) : error;
    } finally {
      await this.services.stop();
    }
  }

  /** Makes ready what can start and asks for status R. A signal to stop that came first is obeyed instead. */
  async initialise(): Promise<void> {
    if (this.checks.isToldToStop()) return;
    await this.flow.enqueueFringe();
    this.checks.interruption(this.#options.signal);
    if (this.#options.state.status !== 'R') await this.#askToRun();
  }

  /** @throws SkepError transition_refused when the server keeps another status. */
  async updateStatus(status: WorkflowRunStatus): Promise<void> {
    const answer = await this.#options.gateway.updateStatus(status);
    if (answer.status !== status) throw refusal(this.#options.state.workflowRunId, status, answer.status);
    this.#adopt(status);
  }

  /** Whether the loop has anything to do: the run is not stopped, and a task is active or ready. */
  shouldContinue(): boolean {
    const { state } = this.#options;
    return !SERVER_STOP_STATUSES.includes(state.status) && !state.allTasksFinal && state.hasPendingWork;
  }

  /** Takes one update in and follows up the tasks that it changes. */
  async take(update: StateUpdate): Promise<void> {
    const { state } = this.#options;
    const { workflowRunStatus } = update;
    const isNews = workflowRunStatus !== undefined && isRunNews(state.status, workflowRunStatus);
    const changed = state.applyUpdate(update.withRunStatus(undefined));
    if (isNews) this.#adopt(workflowRunStatus);
    if (changed.length > 0) this.#lastLook = 'none';
    await this.flow.process(changed);
  }

  /** Ends the run with the status that its tasks add up to; after a signal to resume always with T. */
  async finalise(): Promise<void> {
    const { state } = this.#options;
    if (SERVER_STOP_STATUSES.includes(state.status)) return;
    if (TERMINATING_STATUSES.includes(state.status)) return this.updateStatus('T');
    const wanted = state.allTasksDone ? 'D' : 'E';
    const { status } = await this.#options.gateway.updateStatus(wanted);
    if (status === wanted) return this.#adopt(status);
    if (!this.checks.isStopSignal(status)) throw refusal(state.workflowRunId, wanted, status);
    this.#adopt(status);
    await this.finalise();
  }

  /** Reports the run as failed, or as stopped when it was interrupted. What goes wrong here is logged only. */
  async handleError(error: unknown): Promise<void> {
    const { state, gateway, log } = this.#options;
    const wanted = isSkepError(error, 'run_interrupted') ? 'S' : 'E';
    try {
      const { status } = await gateway.updateStatus(wanted, { attempts: LAST_WORDS_ATTEMPTS });
      if (status !== wanted) log.warn({ wanted, status }, 'the server keeps another status of the run');
      state.status = status;
    } catch (cause) {
      log.warn({ wanted, error: messageOf(cause) }, 'the status of the run could not be reported');
    }
  }

  result(): OrchestratorResult {
    return resultOf(this.#options.state, this.#elapsed());
  }

  async #drive(distributorAlive: () => boolean): Promise<void> {
    await this.initialise();
    await this.services.startListening((update) => this.#deliver(update));
    await this.#loop(distributorAlive);
    await this.finalise();
  }

  async #askToRun(): Promise<void> {
    const { state, gateway, log, signal } = this.#options;
    const { status } = await gateway.updateStatus('R', signal ? { signal } : {});
    if (status !== 'R' && !this.checks.isStopSignal(status)) throw refusal(state.workflowRunId, 'R', status);
    this.#adopt(status);
    // The transition does not move the date by which the run must report: the one of the bind may be about to pass.
    await this.services.heartbeat.tick(signal ? { signal } : {}).catch((error: unknown) => {
      log.warn({ error: messageOf(error) }, 'the first heartbeat of the running workflow run failed');
    });
  }

  async #loop(distributorAlive: () => boolean): Promise<void> {
    const { state, clock, signal } = this.#options;
    const started = clock.monotonic();
    for (;;) {
      await this.#drain();
      this.#reportProgress();
      if (SERVER_STOP_STATUSES.includes(state.status) || state.allTasksFinal) return;
      this.checks.interruption(signal);
      this.checks.timeout((clock.monotonic() - started) / 1000);
      if (TERMINATING_STATUSES.includes(state.status)) {
        if (!distributorAlive() || (await this.services.termination.step(signal ? { signal } : {}))) return;
      } else {
        this.checks.distributor(distributorAlive);
        this.checks.failFast();
        this.checks.executions(this.flow.completions);
        if (!this.shouldContinue() && !this.#hasOneMoreChance()) return;
        if (await this.#schedule()) continue;
      }
      await this.#bell.wait(Math.min(LONGEST_WAIT, this.#millisecondsLeft(started)));
    }
  }

  async #drain(): Promise<void> {
    for (let update = this.#inbox.shift(); update !== undefined; update = this.#inbox.shift()) await this.take(update);
  }

  /**
   * Nothing is active and nothing ready, yet tasks are not final: either they wait for tasks that failed, or news were
   * missed. One look at all statuses decides. False when that look brought nothing.
   */
  #hasOneMoreChance(): boolean {
    if (this.#lastLook === 'none') {
      this.#lastLook = 'asked';
      void this.services.changes.fullSync().then(() => {
        if (this.#lastLook === 'asked') this.#lastLook = 'delivered';
        this.#bell.ring();
      });
    }
    return this.#lastLook !== 'delivered' || this.#inbox.length > 0;
  }

  /** Queues ready tasks; true when that moved any, so that the loop goes on at once. */
  async #schedule(): Promise<boolean> {
    const { state, log } = this.#options;
    if (state.status !== 'R' || !this.services.scheduler.hasWork()) return false;
    this.#missedTurn = this.#turn.isTaken;
    if (this.#missedTurn) return false;
    try {
      return await this.#turn.take(() => this.#tick());
    } catch (error) {
      if (!isSkepError(error, 'request_failed')) throw error;
      log.warn({ error: error.message }, 'the server is away; the tasks stay ready');
      return false;
    }
  }

  async #tick(): Promise<boolean> {
    const { signal } = this.#options;
    let moved = false;
    await this.services.scheduler.tick({
      timeLimit: TICK_LIMIT,
      stopWhen: () => this.#inbox.length > 0 || this.#turn.isWanted || signal?.aborted === true,
      apply: (part) => {
        moved ||= movesAny(part);
        return this.take(part);
      },
      ...(signal ? { signal } : {}),
    });
    if (moved) this.services.changes.expectNews();
    return moved;
  }

  #ringIfTurnWasMissed(): void {
    if (this.#missedTurn) this.#bell.ring();
    this.#missedTurn = false;
  }

  #deliver(update: StateUpdate): void {
    this.#inbox.push(update);
    this.#bell.ring();
  }

  #adopt(status: WorkflowRunStatus): void {
    this.#options.state.status = status;
    this.services.heartbeat.setStatus(status);
  }

  #reportProgress(): void {
    this.#options.onProgress?.(progressOf(this.#options.state, this.#elapsed()));
  }

  #millisecondsLeft(started: number): number {
    return started + this.config.timeout * 1000 - this.#options.clock.monotonic();
  }

  #elapsed(): number {
    return (this.#options.clock.monotonic() - this.#started) / 1000;
  }
}

/** Whether an update says of any task that it waits no more. */
function movesAny({ taskStatuses }: StateUpdate): boolean {
  for (const status of taskStatuses.values()) if (!isWaiting(status)) return true;
  return false;
}

function refusal(workflowRunId: number, wanted: WorkflowRunStatus, status: WorkflowRunStatus): SkepError {
  const sentence = `The server refuses status ${wanted} for workflow run ${workflowRunId}: it is in status ${status}.`;
  return new SkepError('transition_refused', sentence);
}
