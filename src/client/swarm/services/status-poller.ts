import type { Clock } from '../../../core/clock.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Logger } from '../../../core/log.ts';
import { Bell } from '../bell.ts';
import type { SwarmState } from '../state.ts';
import type { StateUpdate } from '../state-update.ts';
import type { Turn } from '../turn.ts';
import type { ChangeSource } from './change-source.ts';
import { FullSyncRequests } from './full-sync.ts';
import { withOverlap } from './sync-token.ts';
import type { Synchronizer } from './synchronizer.ts';

export interface StatusPollerOptions {
  readonly synchronizer: Synchronizer;
  readonly state: SwarmState;
  /** Taken by every poll: each repeats statuses that are up to ten seconds old. */
  readonly turn: Turn;
  /** Seconds between two polls that also ask for triage and limits. */
  readonly interval: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds between two polls while things change. */
const SHORTEST_PAUSE = 50;
/** Longest pause while tasks are active: what a task that ran for minutes does not notice. */
const LONGEST_PAUSE = 2000;
/** Longest pause while nothing is active, as in a workflow that is paused by a limit of 0. */
const LONGEST_IDLE_PAUSE = 10_000;
const BACKOFF = 1.5;

/**
 * Polls a server that has no change feed: often while things change, rarely when nothing does, and never for more than
 * half of the time. The first poll asks for every task, because the statuses of a state that was built in memory are
 * older than its sync token.
 */
export class StatusPoller implements ChangeSource {
  readonly #options: StatusPollerOptions;
  readonly #bell: Bell;
  readonly #fullSyncs = new FullSyncRequests();
  #pause = SHORTEST_PAUSE;
  #token: string | undefined;
  /** Monotonic milliseconds of the next poll that asks for triage and limits too. */
  #wholeDue: number;

  constructor(options: StatusPollerOptions) {
    this.#options = options;
    this.#bell = new Bell(options.clock);
    this.#wholeDue = options.clock.monotonic() + options.interval * 1000;
  }

  async run(onUpdate: (update: StateUpdate) => void, signal: AbortSignal): Promise<void> {
    const { clock, log, turn } = this.#options;
    const cut = () => this.#bell.ring();
    signal.addEventListener('abort', cut);
    while (!signal.aborted) {
      const started = clock.monotonic();
      try {
        await turn.take(() => this.#poll(onUpdate, signal));
        if (this.#fullSyncs.isWanted || signal.aborted) continue;
        await this.#bell.wait(Math.max(this.#pause, clock.monotonic() - started));
      } catch (error) {
        if (signal.aborted) break;
        log.warn({ error: messageOf(error) }, 'the request for statuses failed');
        await clock.sleep(LONGEST_PAUSE, signal);
      }
    }
    signal.removeEventListener('abort', cut);
    this.#fullSyncs.end();
  }

  fullSync(): Promise<void> {
    const delivered = this.#fullSyncs.add();
    this.#bell.ring();
    return delivered;
  }

  expectNews(): void {
    if (this.#pause === SHORTEST_PAUSE) return;
    this.#pause = SHORTEST_PAUSE;
    this.#bell.ring();
  }

  async #poll(onUpdate: (update: StateUpdate) => void, signal: AbortSignal): Promise<void> {
    const { synchronizer, clock, interval } = this.#options;
    const fullSyncs = this.#fullSyncs.take();
    const isFull = fullSyncs.length > 0 || this.#token === undefined;
    const since = this.#token === undefined ? undefined : withOverlap(this.#token);
    const isWhole = clock.monotonic() >= this.#wholeDue;
    if (isWhole) this.#wholeDue = clock.monotonic() + interval * 1000;
    let update: StateUpdate;
    try {
      update = isWhole
        ? await synchronizer.tick(isFull, since, { signal })
        : await synchronizer.getTaskUpdatesOnly(isFull, since, { signal });
    } catch (error) {
      this.#fullSyncs.putBack(fullSyncs);
      throw error;
    }
    this.#token = update.syncTime ?? this.#token;
    this.#adaptPause(update);
    onUpdate(update);
    if (update.syncTime === undefined) this.#fullSyncs.putBack(fullSyncs);
    else for (const resolve of fullSyncs) resolve();
  }

  #adaptPause(update: StateUpdate): void {
    const { state } = this.#options;
    const longest = state.getActiveTaskCount() > 0 ? LONGEST_PAUSE : LONGEST_IDLE_PAUSE;
    this.#pause = this.#isNews(update) ? SHORTEST_PAUSE : Math.min(this.#pause * BACKOFF, longest);
  }

  #isNews({ taskStatuses }: StateUpdate): boolean {
    for (const [taskId, status] of taskStatuses) {
      if (this.#options.state.getTask(taskId)?.status !== status) return true;
    }
    return false;
  }
}
