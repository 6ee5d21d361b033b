import { capabilitiesOf } from '../../../api/capabilities.ts';
import { routes } from '../../../api/routes.ts';
import { messageOf } from '../../../core/errors.ts';
import type { ClusterContext } from '../cluster.ts';
import type { ControllerJob } from './controller.ts';
import { hopelessExit, isWaiting } from './job-exit.ts';
import type { TrackedJobs } from './tracked-jobs.ts';

/** Why jobs wait: told to the server when it changes, and an error where waiting is of no use. */
export class PendingReasons {
  readonly #context: ClusterContext;
  readonly #grace: number;
  readonly #told = new Map<string, string | null>();
  readonly #hopelessSince = new Map<string, number>();

  /** `grace`: seconds for which a job may wait for a reason that never resolves by itself. */
  constructor(context: ClusterContext, grace: number) {
    this.#context = context;
    this.#grace = grace;
  }

  /** Notes why each of the living jobs waits. @returns ids of those that have to be given up. */
  async note(living: readonly ControllerJob[], jobs: TrackedJobs): Promise<string[]> {
    await this.#tell(living, jobs);
    const now = this.#context.clock.monotonic();
    const alive = new Set(living.map(({ id }) => id));
    for (const id of this.#hopelessSince.keys()) if (!alive.has(id)) this.#hopelessSince.delete(id);
    return living.flatMap(({ id, state, reason }) => {
      const hopeless = hopelessExit(state, reason);
      if (hopeless === undefined) {
        this.#hopelessSince.delete(id);
        return [];
      }
      const since = this.#hopelessSince.get(id) ?? now;
      this.#hopelessSince.set(id, since);
      const job = jobs.get(id);
      if (job === undefined || now - since < this.#grace * 1000) return [];
      job.doom = hopeless;
      return [id];
    });
  }

  async #tell(living: readonly ControllerJob[], jobs: TrackedJobs): Promise<void> {
    const { requester, log } = this.#context;
    const reasons = new Map(living.map(({ id, state, reason }) => [id, isWaiting(state) ? reason : null]));
    // One that neither waits nor did so when last told has nothing to tell.
    const changed = [...reasons].filter(([id, reason]) => (this.#told.get(id) ?? null) !== reason);
    for (const id of this.#told.keys()) if (!reasons.has(id)) this.#told.delete(id);
    if (changed.length === 0 || !(await capabilitiesOf(requester))) return;
    const task_instances = changed.flatMap(([id, pending_reason]) => {
      const task_instance_id = jobs.get(id)?.taskInstanceId;
      return task_instance_id === undefined ? [] : [{ task_instance_id, pending_reason }];
    });
    try {
      await requester.call(routes.notePendingReasons, { body: { task_instances } });
      for (const [id, reason] of changed) this.#told.set(id, reason);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'Why jobs wait could not be told and will be again');
    }
  }
}
