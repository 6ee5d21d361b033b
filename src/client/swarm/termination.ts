import type { CallOptions } from '../../api/requester.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { TaskStatus } from '../../core/status.ts';
import type { ServerGateway } from './gateway.ts';
import type { SwarmState } from './state.ts';

export interface TerminationOptions {
  readonly gateway: Pick<ServerGateway, 'terminateTaskInstances'>;
  readonly state: SwarmState;
  /** Seconds until the request is repeated while something is still alive. */
  readonly interval: number;
  /** Brings the statuses of all tasks up to date. */
  readonly fullSync: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Ends what a run has under way after a signal to resume. Source: swarm §7.5. */
export class Termination {
  readonly #options: TerminationOptions;
  /** Monotonic milliseconds of the last request that was carried out. */
  #requested: number | undefined;
  /** Whether statuses have been read since the first request. */
  #hasSynced = false;

  constructor(options: TerminationOptions) {
    this.#options = options;
  }

  /**
   * Sends the request when the signal is first seen, and again at intervals while something is alive. True when the run
   * has nothing left to wait for.
   */
  async step(options?: CallOptions): Promise<boolean> {
    if (this.#requested === undefined || (this.#isAnythingAlive() && this.#isRepetitionDue(this.#requested))) {
      await this.#request(options);
    }
    return this.#requested !== undefined && !this.#isAnythingAlive();
  }

  async #request(options?: CallOptions): Promise<void> {
    const { gateway, clock, log, fullSync } = this.#options;
    try {
      await gateway.terminateTaskInstances(options);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the request to end the task instances failed');
      return;
    }
    this.#requested = clock.monotonic();
    void fullSync().then(() => {
      this.#hasSynced = true;
    });
  }

  #isRepetitionDue(requested: number): boolean {
    return this.#options.clock.monotonic() - requested >= this.#options.interval * 1000;
  }

  /**
   * Attempts in Q and I are ended by the request itself, whatever a server then says of their tasks; until the statuses
   * were read again, one of them may have moved on. A hot resume leaves running tasks to the next run.
   */
  #isAnythingAlive(): boolean {
    const { state } = this.#options;
    const statuses: TaskStatus[] = state.status === 'H' ? ['O'] : ['O', 'R'];
    if (!this.#hasSynced) statuses.push('Q', 'I');
    return statuses.some((status) => state.countOf(status) > 0);
  }
}
