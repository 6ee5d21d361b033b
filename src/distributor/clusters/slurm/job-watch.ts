import type { Clock } from '../../../core/clock.ts';
import type { ControllerJob, SlurmController } from './controller.ts';

/** Milliseconds between two looks at least: the controller belongs to everybody on the cluster. */
const SHORTEST_PAUSE = 1000;
/** A look that took long says that the controller is loaded: it is left alone for this many times as long. */
const PAUSE_PER_LOOK = 10;
/** Milliseconds between two looks at most, however long they take or fail. */
const LONGEST_PAUSE = 60_000;

/** All jobs of ours as one look found them. */
export interface Look {
  /** Monotonic milliseconds: what happened before it is in it. */
  readonly began: number;
  readonly jobs: ReadonlyMap<string, ControllerJob>;
}

/** Looks at all jobs together, one call at a time, for whoever wants to know of any of them. */
export class JobWatch {
  readonly #controller: Pick<SlurmController, 'jobs'>;
  readonly #clock: Clock;
  #next: Promise<Look> | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #notBefore = 0;
  #failures = 0;

  constructor(controller: Pick<SlurmController, 'jobs'>, clock: Clock) {
    this.#controller = controller;
    this.#clock = clock;
  }

  /** A look that begins after this call; shared with all who ask before it begins. @throws ClusterUnreachable */
  look(): Promise<Look> {
    this.#next ??= this.#lookInTurn();
    return this.#next;
  }

  async #lookInTurn(): Promise<Look> {
    await this.#running;
    await this.#clock.sleep(Math.max(0, this.#notBefore - this.#clock.monotonic()));
    this.#next = undefined;
    const look = this.#look();
    this.#running = look.catch(() => {});
    return look;
  }

  async #look(): Promise<Look> {
    const began = this.#clock.monotonic();
    try {
      const jobs = await this.#controller.jobs();
      this.#failures = 0;
      return { began, jobs: new Map(jobs.map((job) => [job.id, job])) };
    } catch (error) {
      this.#failures++;
      throw error;
    } finally {
      const now = this.#clock.monotonic();
      const pause = this.#failures > 0 ? SHORTEST_PAUSE * 2 ** this.#failures : PAUSE_PER_LOOK * (now - began);
      this.#notBefore = now + Math.min(Math.max(pause, SHORTEST_PAUSE), LONGEST_PAUSE);
    }
  }
}
