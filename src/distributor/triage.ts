/** Finding out what became of instances that fell silent, and ending those that have to. Source: distributor-worker §5.4–5.6. */
import { capabilitiesOf } from '../api/capabilities.ts';
import { routes } from '../api/routes.ts';
import type { KillReason } from '../api/supervisor.ts';
import { instanceIncrement } from '../core/report-increments.ts';
import type { TaskInstanceStatus } from '../core/status.ts';
import type { ExitInfo, JobState } from './clusters/cluster.ts';
import { chunksOf, forEachLimited } from './concurrency.ts';
import type { Instance } from './instances.ts';
import { CHUNK, type DistributorParts } from './parts.ts';

/** Single reports that are on their way at once. */
const REPORTS = 10;
/** Seconds that a kill may take beyond what the cluster grants the command, and milliseconds between two looks. */
const KILL_PATIENCE = 20;
const LOOK_INTERVAL = 100;
/** How much longer a lease may take by the worker's clock than by ours: far more than two clocks that run freely differ. */
const CLOCK_DIFFERENCE = 1.02;

/** Launched, and not heard of by what we know; the server may know better. */
const UNSTARTED: readonly string[] = ['O', 'X'] satisfies TaskInstanceStatus[];

const LOST: ExitInfo = { status: 'U', message: 'The job is gone from the cluster, and nobody knows why.' };
const NEVER_SUBMITTED: ExitInfo = { status: 'U', message: 'This distributor has never submitted the job.' };
const NEVER_STARTED: ExitInfo = { status: 'F', message: 'Ordered to die; it was never submitted.' };
const KILLED: ExitInfo = {
  status: 'U',
  message: 'The job lived but sent no sign of life for too long; it was killed.',
};
const UNHEARD =
  'The job was launched and its worker never reported, so it will be tried again. What the cluster said of it can be ' +
  'logged with standard_output and standard_error in the compute resources.';

export class Triage {
  readonly #parts: DistributorParts;

  constructor(parts: DistributorParts) {
    this.#parts = parts;
  }

  /** T: the cluster is asked. A job that lives may report yet; if it does not, it is killed before it is given up. */
  async triage(): Promise<void> {
    const { instances, clock } = this.#parts;
    const silent = instances.in('T');
    for (const instance of silent) instance.silentSince ??= clock.monotonic();
    const states = await this.#statesOf(silent);
    // Without an answer nothing is known, and nothing is done.
    await this.#giveUp(this.#overAmong(silent, states));
    const isStuck = (instance: Instance) => {
      const kind = states(instance)?.kind;
      return kind !== undefined && kind !== 'gone' && this.#isOverdue(instance);
    };
    const gone = await this.#kill(silent.filter(isStuck), 'silent');
    await this.#giveUp(gone.map((instance) => [instance, KILLED]));
  }

  /**
   * K: killed, awaited, and only then called dead.
   * @returns false when some live on, or their end is not known yet.
   */
  async endKilled(): Promise<boolean> {
    const { instances, requester } = this.#parts;
    // One that is being submitted at this moment cannot be killed yet, and must not be called dead.
    const killed = instances.in('K').filter(({ batch }) => batch?.state !== 'launching');
    const gone = await this.#kill(killed, 'ordered');
    const unknown = gone.filter(({ batch }) => batch === undefined);
    await this.#giveUp(unknown.map((instance) => [instance, NEVER_STARTED]));
    for (const [batch, members] of Map.groupBy(gone, (instance) => instance.batch)) {
      if (batch === undefined) continue;
      const params = { array_id: batch.arrayId };
      await requester.call(routes.transitionToKilled, { params, body: { batch_number: batch.batchNumber } });
      for (const { id } of members) instances.set(id, 'F');
    }
    return instances.count('K') === 0;
  }

  /** X: launched and never heard of. A late start would be a second attempt, so it is killed first. */
  async endUnheard(): Promise<void> {
    const gone = await this.#kill(this.#parts.instances.in('X'), 'silent');
    await forEachLimited(gone, REPORTS, (instance) => this.#log(instance, 'E', UNHEARD));
  }

  /** The cluster has noticed by itself that these jobs are gone; where it gave no reason, it is asked. */
  async reportLost(lost: ReadonlyMap<number, string | undefined>): Promise<void> {
    const { instances } = this.#parts;
    const known = [...lost].flatMap(([id, message]) => {
      const instance = instances.get(id);
      return instance === undefined ? [] : [{ instance, message }];
    });
    await this.#giveUp(
      known.flatMap(({ instance, message }) => (message === undefined ? [] : [[instance, { status: 'U', message }]])),
    );
    const unexplained = known.flatMap(({ instance, message }) => (message === undefined ? [instance] : []));
    if (unexplained.length === 0) return;
    await this.#giveUp(this.#overAmong(unexplained, await this.#statesOf(unexplained)));
  }

  /** Those that are certainly over, each with how it ended. */
  #overAmong(
    instances: readonly Instance[],
    states: (instance: Instance) => JobState | undefined,
  ): [Instance, ExitInfo][] {
    return instances.flatMap((instance) => {
      const state = states(instance);
      return state?.kind === 'gone' && this.#isBelieved(instance, state) ? [[instance, state.exit ?? LOST]] : [];
    });
  }

  /**
   * Kills jobs and waits until they are gone.
   * @returns those that are gone; what was never submitted is gone from the start.
   */
  async #kill(targets: readonly Instance[], reason: KillReason): Promise<Instance[]> {
    const { cluster, clock, config, signal } = this.#parts;
    const ids = targets.flatMap(({ distributorId }) => distributorId ?? []);
    if (ids.length > 0) await cluster.terminate(ids, reason);
    const patience = config.worker_node.command_interrupt_timeout + KILL_PATIENCE;
    const deadline = clock.monotonic() + patience * 1000;
    for (const instance of targets) instance.silentSince ??= clock.monotonic();
    for (;;) {
      const states = await this.#statesOf(targets);
      const gone = targets.filter((instance) => this.#isBelieved(instance, states(instance)));
      const waiting = targets.filter((instance) => states(instance)?.kind !== 'gone');
      if (waiting.length === 0 || clock.monotonic() > deadline || signal.aborted) return gone;
      await clock.sleep(LOOK_INTERVAL, signal);
    }
  }

  async #statesOf(targets: readonly Instance[]): Promise<(instance: Instance) => JobState | undefined> {
    const ids = targets.flatMap(({ distributorId }) => distributorId ?? []);
    const states = ids.length === 0 ? new Map<string, JobState>() : await this.#parts.cluster.states(ids);
    return ({ distributorId, batch }) => {
      if (distributorId !== undefined) return states.get(distributorId);
      return batch?.isUncertain ? undefined : { kind: 'gone', exit: NEVER_SUBMITTED };
    };
  }

  /**
   * Whether an attempt is certainly over. A cluster that may be wrong is believed when the lease is over, and the time in
   * which the worker, if it lives, then ends its command. Its last sign of life is older than the silence that we count from.
   * A worker that has not been allowed to start needs none of that: once the attempt is given up, it never will be.
   */
  #isBelieved(instance: Instance, state: JobState | undefined): boolean {
    if (state?.kind !== 'gone') return false;
    if (state.exit?.isUncertain !== true) return true;
    if (UNSTARTED.includes(instance.status)) return true;
    const { clock, config } = this.#parts;
    const { lease: usual, command_interrupt_timeout: ending } = config.worker_node;
    const lease = instance.batch?.lease ?? usual;
    if (lease === 0) return true;
    const silence = clock.monotonic() - (instance.silentSince ?? clock.monotonic());
    return silence >= (lease * CLOCK_DIFFERENCE + ending) * 1000;
  }

  /** Two more deadlines have passed since the server missed it. */
  #isOverdue({ silentSince }: Instance): boolean {
    const { clock, config } = this.#parts;
    return (
      silentSince !== undefined && clock.monotonic() - silentSince > 2 * instanceIncrement(config.heartbeat) * 1000
    );
  }

  async #giveUp(ends: readonly (readonly [Instance, ExitInfo])[]): Promise<void> {
    const { requester } = this.#parts;
    if (ends.length === 0) return;
    if (!(await capabilitiesOf(requester))) {
      // Without our extensions, what is uncertain cannot be said under a condition: it shows when the worker stays unheard.
      const certain = ends.filter(([{ status }, exit]) => !(exit.isUncertain === true && status === 'O'));
      await forEachLimited(certain, REPORTS, ([instance, { status, message }]) => this.#log(instance, status, message));
      return;
    }
    for (const chunk of chunksOf(ends, CHUNK)) {
      const task_instances = chunk.map(([{ id, distributorId, status }, exit]) => ({
        task_instance_id: id,
        ...(exit.isUncertain === true && status === 'O' && { unless_started: true }),
        distributor_id: distributorId ?? null,
        status: exit.status,
        error_description: exit.message,
        ...(exit.ranOut !== undefined && { ran_out: exit.ranOut }),
        ...(exit.sparesTry !== undefined && { spares_try: exit.sparesTry }),
        ...(exit.usage !== undefined && { usage: exit.usage }),
      }));
      await requester.call(routes.giveUpTaskInstances, { body: { task_instances } });
    }
  }

  /** The server knows what is legal; a report that comes too late changes nothing. */
  async #log({ id, status, distributorId }: Instance, error_state: string, error_message: string): Promise<void> {
    const { requester } = this.#parts;
    const params = { task_instance_id: id };
    const body = { error_state, error_message, distributor_id: distributorId ?? null };
    const route = status === 'T' && error_state === 'U' ? routes.logUnknownError : routes.logKnownError;
    await requester.call(route, { params, body });
  }
}
