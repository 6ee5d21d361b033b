import { orAborted } from '../../../core/abort.ts';
import type { Clock } from '../../../core/clock.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Logger } from '../../../core/log.ts';
import type { WorkflowChangesResponse } from '../answers.ts';
import type { ServerGateway } from '../gateway.ts';
import { StateUpdate } from '../state-update.ts';
import type { Turn } from '../turn.ts';
import type { ChangeSource } from './change-source.ts';
import { FullSyncRequests } from './full-sync.ts';

export interface ChangeFeedOptions {
  readonly gateway: Pick<ServerGateway, 'getWorkflowChanges'>;
  /** Taken while everything is asked for; changes after a cursor come in order of their own. */
  readonly turn: Turn;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Seconds that the server may keep a request open. Below the half minute at which proxies cut idle connections. */
const WAIT = 25;

/** Seconds beyond that until the request is given up: the answer to cursor 0 lists every task. */
const GRACE = 35;

/** Milliseconds before a failed request is repeated: first and longest. */
const FIRST_BACKOFF = 250;
const LONGEST_BACKOFF = 5000;

/** Milliseconds until the next request after an answer without news that came at once: a server should have waited. */
const IDLE_PAUSE = 250;

/**
 * One waiting request after the other for what changed after the cursor. The first asks with cursor 0, which answers
 * everything: no change between building the state and listening is lost, whatever the clocks say.
 */
export class ChangeFeed implements ChangeSource {
  readonly #options: ChangeFeedOptions;
  readonly #fullSyncs = new FullSyncRequests();
  #cursor = 0;
  #pending: AbortController | undefined;
  /** Whether the present request was given up for a full one. */
  #wasCut = false;

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
  }

  async run(onUpdate: (update: StateUpdate) => void, signal: AbortSignal): Promise<void> {
    const { clock, log, turn } = this.#options;
    const cut = () => this.#pending?.abort();
    signal.addEventListener('abort', cut);
    let backoff = FIRST_BACKOFF;
    while (!signal.aborted) {
      try {
        const isFull = this.#cursor === 0 || this.#fullSyncs.isWanted;
        const hadNews = isFull ? await turn.take(() => this.#step(true, onUpdate)) : await this.#step(false, onUpdate);
        backoff = FIRST_BACKOFF;
        if (!hadNews) await clock.sleep(IDLE_PAUSE, signal);
      } catch (error) {
        if (signal.aborted) break;
        if (this.#wasCut) continue;
        log.warn({ error: messageOf(error) }, 'the change feed failed');
        await clock.sleep(backoff, signal);
        backoff = Math.min(2 * backoff, LONGEST_BACKOFF);
      }
    }
    signal.removeEventListener('abort', cut);
    this.#fullSyncs.end();
  }

  /** Cuts the waiting request and asks for everything at once. */
  fullSync(): Promise<void> {
    const delivered = this.#fullSyncs.add();
    this.#wasCut = true;
    this.#pending?.abort();
    return delivered;
  }

  expectNews(): void {
    // The waiting request is answered as soon as there are any.
  }

  /** One request; false if it brought nothing and did not wait for it either. */
  async #step(isFull: boolean, onUpdate: (update: StateUpdate) => void): Promise<boolean> {
    const { gateway, clock } = this.#options;
    const fullSyncs = isFull ? this.#fullSyncs.take() : [];
    const cursor = isFull ? 0 : this.#cursor;
    const started = clock.monotonic();
    this.#pending = new AbortController();
    this.#wasCut = false;
    try {
      const { signal } = this.#pending;
      const asked = gateway.getWorkflowChanges(cursor, WAIT, { signal, timeout: WAIT + GRACE, attempts: 1 });
      // A transport may take its time to give a request up; nobody else waits for this one.
      const changes = await orAborted(asked, signal);
      this.#cursor = changes.cursor;
      onUpdate(updateOf(changes));
      for (const resolve of fullSyncs) resolve();
      return changes.cursor !== cursor || clock.monotonic() - started >= IDLE_PAUSE;
    } catch (error) {
      this.#fullSyncs.putBack(fullSyncs);
      throw error;
    } finally {
      this.#pending = undefined;
    }
  }
}

function updateOf(changes: WorkflowChangesResponse): StateUpdate {
  return new StateUpdate({
    taskStatuses: StateUpdate.fromTaskStatusResponse(changes.tasksByStatus).taskStatuses,
    workflowRunStatus: changes.workflowRunStatus,
    maxConcurrentlyRunning: changes.maxConcurrentlyRunning,
    arrayLimits: changes.arrayLimits,
    ranOut: changes.ranOut,
  });
}
