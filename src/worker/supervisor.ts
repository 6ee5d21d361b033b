/** Many commands on one machine, in the order in which they came. Source: distributor-worker §10, §12 (D19). */
import type { KillReason, SupervisorEvent, SupervisorJob, SupervisorOrder } from '../api/supervisor.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { LineLog } from '../core/log.ts';
import type { TaskInstanceStatus } from '../core/status.ts';
import { Attempt, type AttemptParts } from './attempt.ts';
import { Slots } from './slots.ts';

export interface SupervisorOptions {
  readonly attempt: AttemptParts;
  /** Cores that commands may occupy together. */
  readonly parallelism: number;
  /** GiB that commands may ask for together. */
  readonly memory: number;
  readonly emit: (event: SupervisorEvent) => void;
  readonly clock: Clock;
  readonly log: LineLog;
}

/**
 * While commands are shorter than this many milliseconds, asking the server whether one may start takes longer than
 * running it: then the next ones ask while others run, so that none waits for the network in its place.
 */
const SHORT_COMMAND = 200;
/** Commands that may ask ahead, for each core. They count as running already, so it must not be many. */
const AHEAD = 8;
/** Weight of the newest command in the average of their durations. */
const NEWEST = 0.2;

/** Seconds in which the last reports have to get through when everything is stopped. */
const FAREWELL = 5;

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #slots: Slots;
  /** By distributor id, in the order of arrival. */
  readonly #queue = new Map<string, SupervisorJob>();
  readonly #running = new Map<string, Attempt>();
  /** Those of the running that wait for room, with what lets them in. */
  readonly #ahead = new Map<string, { readonly job: SupervisorJob; readonly enter: () => void }>();
  /** Milliseconds that a command lasts on average. */
  #duration = SHORT_COMMAND;
  readonly #idle = Promise.withResolvers<void>();
  #leaving = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#slots = new Slots(options.parallelism, options.memory);
  }

  obey(order: SupervisorOrder): void {
    if (order.type === 'run') this.#accept(order.jobs);
    else if (order.type === 'kill') this.#kill(order.distributorIds, order.reason);
    else this.#drain();
  }

  /** After `drain`: resolves when everything that ran has ended and was reported. */
  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  get isDraining(): boolean {
    return this.#leaving;
  }

  /** Ends all commands and reports what can be reported in a few seconds. */
  async stop(): Promise<void> {
    const { clock, log } = this.#options;
    this.#leaving = true;
    const waiting = [...this.#queue.values()];
    this.#queue.clear();
    const running = [...this.#running.values()];
    for (const attempt of running) attempt.stop('shutdown');
    await Promise.all(running.map(({ commandOver }) => commandOver));
    const reports = [...running.map(({ over }) => over), ...waiting.map((job) => this.#giveUp(job))];
    const farewell = Promise.all(reports).then(() => true);
    const inTime = await Promise.race([farewell, clock.sleep(FAREWELL * 1000).then(() => false)]);
    if (!inTime) log.warn({ running: this.#running.size }, 'Leaving before all reports were answered');
  }

  #accept(jobs: readonly SupervisorJob[]): void {
    if (this.#leaving) return;
    for (const job of jobs) this.#queue.set(job.distributorId, job);
    this.#fill();
  }

  /** First come, first served: a wide command waits for room, and nothing overtakes it. */
  #fill(): void {
    for (const { job, enter } of this.#ahead.values()) {
      if (!this.#slots.take(job)) break;
      this.#ahead.delete(job.distributorId);
      enter();
    }
    for (const job of this.#queue.values()) {
      const hasRoom = this.#ahead.size === 0 && this.#slots.take(job);
      if (!hasRoom && !this.#mayAskAhead()) return;
      this.#queue.delete(job.distributorId);
      this.#run(job, hasRoom);
    }
  }

  #mayAskAhead(): boolean {
    return this.#duration < SHORT_COMMAND && this.#ahead.size < AHEAD * this.#options.parallelism;
  }

  async #run(job: SupervisorJob, hasRoom: boolean): Promise<void> {
    const { emit, log } = this.#options;
    const { distributorId, taskInstanceId } = job;
    const attempt = this.#begin(job, hasRoom);
    emit({ type: 'started', distributorId });
    await attempt.commandOver;
    if (!this.#ahead.delete(distributorId)) this.#slots.free(job);
    this.#fill();
    const { accepted, message } = await attempt.over;
    this.#running.delete(distributorId);
    if (accepted) log.debug({ task_instance_id: taskInstanceId, distributor_id: distributorId }, message);
    else log.warn({ task_instance_id: taskInstanceId, distributor_id: distributorId }, message);
    this.#ended(distributorId, message);
  }

  #begin(job: SupervisorJob, hasRoom: boolean): Attempt {
    const { attempt: parts, clock } = this.#options;
    const room = Promise.withResolvers<void>();
    let entered = clock.monotonic();
    const enter = () => {
      entered = clock.monotonic();
      room.resolve();
    };
    const attempt = new Attempt(job, parts, room.promise);
    this.#running.set(job.distributorId, attempt);
    if (hasRoom) enter();
    else this.#ahead.set(job.distributorId, { job, enter });
    attempt.commandOver.then(() => {
      this.#duration += NEWEST * (clock.monotonic() - entered - this.#duration);
    });
    return attempt;
  }

  #kill(distributorIds: readonly string[], reason: KillReason): void {
    for (const distributorId of distributorIds) {
      if (this.#queue.delete(distributorId)) this.#ended(distributorId, 'It was killed before it began.');
      else this.#running.get(distributorId)?.stop(reason);
    }
    this.#fill();
  }

  #drain(): void {
    this.#leaving = true;
    for (const distributorId of this.#queue.keys()) this.#ended(distributorId, 'Its distributor left first.');
    this.#queue.clear();
    if (this.#running.size === 0) this.#idle.resolve();
  }

  #ended(distributorId: string, message: string): void {
    this.#options.emit({ type: 'ended', distributorId, message });
    if (this.#leaving && this.#running.size === 0) this.#idle.resolve();
  }

  /** Launched and never begun: said at once, so that nobody waits for it. */
  async #giveUp({ taskInstanceId, distributorId }: SupervisorJob): Promise<void> {
    const { attempt, log } = this.#options;
    const status: TaskInstanceStatus = 'U';
    const description = 'The command was not started: its distributor ended first.';
    const usage = { wallclock: 0, cpu: null, maxrss: null };
    const nothing = { stdout: null, stderr: null, stdoutTail: '', stderrTail: '', usage };
    await attempt.reports
      .end({ taskInstanceId, distributorId, status, description, ...nothing })
      .catch((error: unknown) =>
        log.warn({ task_instance_id: taskInstanceId, error: messageOf(error) }, 'The server refused a report'),
      );
  }
}
