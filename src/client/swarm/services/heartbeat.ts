import type { CallOptions } from '../../../api/requester.ts';
import type { Clock } from '../../../core/clock.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Logger } from '../../../core/log.ts';
import type { WorkflowRunStatus } from '../../../core/status.ts';
import type { ServerGateway } from '../gateway.ts';
import { StateUpdate } from '../state-update.ts';

export interface HeartbeatServiceOptions {
  readonly gateway: Pick<ServerGateway, 'logHeartbeat'>;
  /** Seconds between two heartbeats. */
  readonly interval: number;
  /** The server expects the next heartbeat within `interval × reportByBuffer`. */
  readonly reportByBuffer: number;
  readonly initialStatus: WorkflowRunStatus;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Shortest pause of the background loop in seconds, for intervals near 0. */
const SHORTEST_PAUSE = 0.1;

/** Pause in seconds after a heartbeat that failed: soon enough for two more tries before the run counts as lost. */
const PAUSE_AFTER_FAILURE = 5;

/** Attempts of one heartbeat: the next one follows soon and carries fresher news than a long retried one. */
const ATTEMPTS = 3;

/** Signs of life of the run, and news about its status that come back with them. Source: swarm §8. */
export class HeartbeatService {
  readonly interval: number;
  readonly reportByBuffer: number;
  readonly #options: HeartbeatServiceOptions;
  #status: WorkflowRunStatus;
  /** Grows at each local change of the status: an answer to an older request tells an older status. */
  #changes = 0;
  /** Monotonic milliseconds. */
  #lastHeartbeat: number;

  constructor(options: HeartbeatServiceOptions) {
    this.interval = options.interval;
    this.reportByBuffer = options.reportByBuffer;
    this.#options = options;
    this.#status = options.initialStatus;
    this.#lastHeartbeat = options.clock.monotonic();
  }

  get status(): WorkflowRunStatus {
    return this.#status;
  }

  /** Seconds until the server gives the run up. */
  get nextReportIncrement(): number {
    return this.interval * this.reportByBuffer;
  }

  /** Seconds. */
  get timeSinceLastHeartbeat(): number {
    return (this.#options.clock.monotonic() - this.#lastHeartbeat) / 1000;
  }

  get isHeartbeatDue(): boolean {
    return this.timeSinceLastHeartbeat >= this.interval;
  }

  /** Takes the status that the run has now; answers of heartbeats that are under way are no longer believed. */
  setStatus(status: WorkflowRunStatus): void {
    this.#status = status;
    this.#changes += 1;
  }

  resetTimer(): void {
    this.#lastHeartbeat = this.#options.clock.monotonic();
  }

  /** Sends one heartbeat; the update holds the run's status if that is news. */
  async tick(options: CallOptions = {}): Promise<StateUpdate> {
    const changes = this.#changes;
    const sent = this.#options.clock.monotonic();
    const answer = await this.#options.gateway.logHeartbeat(this.#status, this.nextReportIncrement, options);
    this.#lastHeartbeat = sent;
    if (changes !== this.#changes || answer.status === this.#status) return StateUpdate.empty();
    this.#status = answer.status;
    return new StateUpdate({ workflowRunStatus: answer.status });
  }

  /** Sends a heartbeat whenever one is due, until `signal`; failures are logged. News go to `onUpdate`. */
  async runBackground(signal: AbortSignal, onUpdate: (update: StateUpdate) => void = () => {}): Promise<void> {
    const { clock, log } = this.#options;
    let pause = this.#untilDue();
    for (;;) {
      await clock.sleep(pause * 1000, signal);
      if (signal.aborted) return;
      pause = this.#untilDue();
      if (!this.isHeartbeatDue) continue;
      try {
        const update = await this.tick({ signal, attempts: ATTEMPTS });
        if (!update.isEmpty) onUpdate(update);
        pause = this.#untilDue();
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ error: messageOf(error) }, 'the heartbeat of the workflow run failed');
        pause = Math.max(SHORTEST_PAUSE, Math.min(PAUSE_AFTER_FAILURE, this.interval / 2));
      }
    }
  }

  #untilDue(): number {
    return Math.max(SHORTEST_PAUSE, this.interval - this.timeSinceLastHeartbeat);
  }
}
