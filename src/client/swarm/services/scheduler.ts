import type { Clock } from '../../../core/clock.ts';
import type { Logger } from '../../../core/log.ts';
import type { TaskStatus } from '../../../core/status.ts';
import type { ServerGateway } from '../gateway.ts';
import type { SwarmState } from '../state.ts';
import { StateUpdate } from '../state-update.ts';
import { isWaiting } from '../status-counts.ts';
import type { SwarmTask } from '../task.ts';
import { type Batch, MAX_BATCH_SIZE, takeRounds } from './batches.ts';

/** What the server answered to one batch. */
export interface BatchResult {
  readonly taskStatuses: ReadonlyMap<number, TaskStatus>;
  readonly batchSize: number;
  readonly arrayId: number;
}

export interface TickOptions {
  /** Seconds after which no further batch is begun; 0 or less: no limit. At least one batch is sent. */
  readonly timeLimit?: number;
  /** Asked after each round of batches: true ends the tick. */
  readonly stopWhen?: () => boolean;
  readonly signal?: AbortSignal;
  /** Takes each result in as it comes, in place of the state; the tick itself then gives back an empty update. */
  readonly apply?: (update: StateUpdate) => void | Promise<void>;
}

interface SchedulerOptions {
  readonly gateway: ServerGateway;
  readonly state: SwarmState;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Queues ready tasks on the server within the limits. Source: swarm §9. */
export class Scheduler {
  static readonly MAX_BATCH_SIZE = MAX_BATCH_SIZE;
  readonly #gateway: ServerGateway;
  readonly #state: SwarmState;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor({ gateway, state, clock, log }: SchedulerOptions) {
    this.#gateway = gateway;
    this.#state = state;
    this.#clock = clock;
    this.#log = log;
  }

  get maxConcurrentlyRunning(): number {
    return this.#state.maxConcurrentlyRunning;
  }

  set maxConcurrentlyRunning(limit: number) {
    this.#state.maxConcurrentlyRunning = limit;
  }

  /** Whether a task is ready and the workflow's limit lets one more become active. */
  hasWork(): boolean {
    return this.#state.getReadyToRunCount() > 0 && this.#state.getAvailableCapacity() > 0;
  }

  /**
   * Queues what the limits allow and gives back what the server answered. Results are taken in as they come, so that a
   * later batch that fails loses none. Tasks that the server did not move, and those of a failed batch, are ready again
   * when the tick ends: repeating a queue request is safe.
   */
  async tick(options: TickOptions = {}): Promise<StateUpdate> {
    const { timeLimit = -1, stopWhen = () => false, signal } = options;
    const results: StateUpdate[] = [];
    const apply = options.apply ?? ((update: StateUpdate) => this.#keep(update, results));
    const started = this.#clock.monotonic();
    const sent: Batch[] = [];
    try {
      for (const round of takeRounds(this.#state)) {
        sent.push(...round);
        const sending = round.map(async (batch) => {
          const before = batch.tasks.map((task) => task.status);
          const result = await this.queueBatch(batch, signal);
          await apply(freshPart(batch, before, result));
        });
        throwFirst(await Promise.allSettled(sending));
        if (stopWhen() || (timeLimit > 0 && this.#secondsSince(started) >= timeLimit)) break;
      }
    } finally {
      for (const { tasks } of sent) this.#enqueueUnmoved(tasks);
    }
    return StateUpdate.merged(results);
  }

  /** Sends one batch, binding its resources first if they are not bound. */
  async queueBatch({ arrayId, tasks }: Batch, signal?: AbortSignal): Promise<BatchResult> {
    const first = tasks[0] as SwarmTask;
    const taskResourcesId = await first.currentTaskResources.bind(this.#gateway.requester);
    const taskIds = tasks.map((task) => task.taskId);
    const request = { arrayId, taskIds, taskResourcesId, clusterId: first.cluster.id };
    const { tasksByStatus } = await this.#gateway.queueTaskBatch(request, signal ? { signal } : {});
    const { taskStatuses } = StateUpdate.fromTaskStatusResponse(tasksByStatus);
    this.#log.debug({ array_id: arrayId, tasks: taskIds.length }, 'queued a batch');
    return { taskStatuses, batchSize: tasks.length, arrayId };
  }

  #keep(update: StateUpdate, results: StateUpdate[]): void {
    this.#state.applyUpdate(update);
    results.push(update);
  }

  #enqueueUnmoved(tasks: readonly SwarmTask[]): void {
    for (const task of tasks) if (task.readyOrder === 0 && isWaiting(task.status)) this.#state.enqueueTask(task);
  }

  #secondsSince(started: number): number {
    return (this.#clock.monotonic() - started) / 1000;
  }
}

/**
 * The statuses of tasks that stood still while the request was under way. Where other news came meanwhile, those are
 * younger: the task was seen after this request had queued it.
 */
function freshPart(batch: Batch, before: readonly TaskStatus[], { taskStatuses }: BatchResult): StateUpdate {
  if (batch.tasks.every((task, index) => task.status === before[index])) return new StateUpdate({ taskStatuses });
  const fresh = new Map<number, TaskStatus>();
  for (const [index, task] of batch.tasks.entries()) {
    const status = taskStatuses.get(task.taskId);
    if (status !== undefined && task.status === before[index]) fresh.set(task.taskId, status);
  }
  return new StateUpdate({ taskStatuses: fresh });
}

function throwFirst(outcomes: readonly PromiseSettledResult<void>[]): void {
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
