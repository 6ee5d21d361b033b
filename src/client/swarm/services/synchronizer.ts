import type { CallOptions } from '../../../api/requester.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Logger } from '../../../core/log.ts';
import type { ServerGateway } from '../gateway.ts';
import { StateUpdate } from '../state-update.ts';

/** Ids of tasks: a set of them, or a map by them. */
interface KnownTasks {
  has(taskId: number): boolean;
}
/** Ids of arrays: a set of them, or a map by them. */
interface KnownArrays {
  keys(): Iterable<number>;
}

type SyncGateway = Pick<
  ServerGateway,
  'requestTriage' | 'getTaskStatusUpdates' | 'getWorkflowConcurrency' | 'getArrayConcurrency'
>;

/** Asks a server without a change feed for news. Source: swarm §10. */
export class Synchronizer {
  readonly #gateway: SyncGateway;
  readonly #log: Logger;
  #taskIds: KnownTasks;
  #arrayIds: KnownArrays;

  constructor(gateway: SyncGateway, taskIds: KnownTasks, arrayIds: KnownArrays, log: Logger) {
    this.#gateway = gateway;
    this.#taskIds = taskIds;
    this.#arrayIds = arrayIds;
    this.#log = log;
  }

  updateTaskIds(taskIds: KnownTasks): void {
    this.#taskIds = taskIds;
  }

  updateArrayIds(arrayIds: KnownArrays): void {
    this.#arrayIds = arrayIds;
  }

  /**
   * Triage, statuses and limits, all at once. A part that fails is logged and tells nothing; `syncTime` of the update is
   * there exactly if the statuses are.
   */
  async tick(fullSync = false, lastSync?: string, options?: CallOptions): Promise<StateUpdate> {
    const updates = await Promise.all([
      this.#attempt('the request for triage', this.requestTriageOnly(options)),
      this.#attempt('the request for statuses', this.getTaskUpdatesOnly(fullSync, lastSync, options)),
      this.getConcurrencyLimitsOnly(options),
    ]);
    return StateUpdate.merged(updates);
  }

  async requestTriageOnly(options?: CallOptions): Promise<StateUpdate> {
    await this.#gateway.requestTriage(options);
    return StateUpdate.empty();
  }

  /** Statuses of the known tasks: all with `fullSync`, else those that changed since `lastSync`. */
  async getTaskUpdatesOnly(fullSync = false, lastSync?: string, options?: CallOptions): Promise<StateUpdate> {
    const since = fullSync ? undefined : lastSync;
    const { tasksByStatus, time } = await this.#gateway.getTaskStatusUpdates(since, options);
    const known = Object.entries(tasksByStatus).map(
      ([status, ids]) => [status, ids.filter((id) => this.#taskIds.has(Number(id)))] as const,
    );
    return StateUpdate.fromTaskStatusResponse(Object.fromEntries(known), time);
  }

  /** The limits of the workflow and of every array; each of them on its own, so that one failure hides no other. */
  async getConcurrencyLimitsOnly(options?: CallOptions): Promise<StateUpdate> {
    const workflow = this.#gateway
      .getWorkflowConcurrency(options)
      .then((maxConcurrentlyRunning) => new StateUpdate({ maxConcurrentlyRunning }));
    const arrays = [...this.#arrayIds.keys()].map((arrayId) =>
      this.#gateway
        .getArrayConcurrency(arrayId, options)
        .then((limit) => new StateUpdate({ arrayLimits: new Map([[arrayId, limit]]) })),
    );
    const updates = await Promise.all(
      [workflow, ...arrays].map((request) => this.#attempt('the request for limits', request)),
    );
    return StateUpdate.merged(updates);
  }

  async #attempt(what: string, request: Promise<StateUpdate>): Promise<StateUpdate> {
    try {
      return await request;
    } catch (error) {
      this.#log.warn({ error: messageOf(error) }, `${what} failed`);
      return StateUpdate.empty();
    }
  }
}
