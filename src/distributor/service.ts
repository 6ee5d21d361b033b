/** The distributor's loop: what changed, and the work that follows from it. Source: distributor-worker §4–§7. */
import { routes } from '../api/routes.ts';
import { isSkepError, messageOf } from '../core/errors.ts';
import { instanceIncrement } from '../core/report-increments.ts';
import type { WorkflowRunStatus } from '../core/status.ts';
import type { ChangeSource, Changes } from './changes.ts';
import type { StopMode } from './clusters/cluster.ts';
import { chunksOf, forEachLimited } from './concurrency.ts';
import { cutBy } from './cut-requests.ts';
import { Lane } from './lane.ts';
import { Launcher } from './launch.ts';
import { CHUNK, type DistributorParts } from './parts.ts';
import { deliverSpooled } from './spool-delivery.ts';
import { Triage } from './triage.ts';

/** Runs that have ended: nothing will be queued any more. */
const OVER: readonly string[] = ['D', 'E', 'S', 'T', 'A'] satisfies WorkflowRunStatus[];
/** Milliseconds before the server is asked again after a failure; doubled each time up to the longest. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 4000;
/** Milliseconds until what did not die is killed again. */
const KILL_WAIT = 1000;
/** Milliseconds between two looks for reports that workers left behind: it is rare, and a look is one directory. */
const SPOOL_INTERVAL = 60_000;
/** Requests of one heartbeat that are on their way at once. */
const REQUESTS = 4;

export class DistributorService {
  /** Their calls are cut by their signal, so that no work outlives the order to end. */
  readonly #parts: DistributorParts;
  readonly #source: ChangeSource;
  readonly #launcher: Launcher;
  readonly #triage: Triage;
  /** For what is left to do after the order to end. */
  readonly #lastTriage: Triage;
  /** Undefined: the cluster is to be asked how it ended. */
  readonly #lost = new Map<number, string | undefined>();
  readonly #lanes: Readonly<
    Record<'claim' | 'take' | 'launch' | 'triage' | 'kill' | 'unheard' | 'heartbeat' | 'lost' | 'spool', Lane>
  >;
  /** As last told by the server. */
  runStatus = 'O';

  constructor(parts: DistributorParts, source: ChangeSource) {
    this.#parts = { ...parts, requester: cutBy(parts.requester, parts.signal) };
    this.#source = source;
    this.#launcher = new Launcher(this.#parts);
    this.#triage = new Triage(this.#parts);
    this.#lastTriage = new Triage(parts);
    const lane = (name: string, work: () => Promise<void>) => new Lane(name, work, parts);
    this.#lanes = {
      claim: lane('Claiming the run', () => this.claim()),
      take: lane('Taking queued instances', async () => {
        await this.instantiate();
        this.#lanes.launch.wake();
      }),
      launch: lane('Launching', async () => {
        await this.launch();
        this.#wakeLost();
      }),
      triage: lane('Triage', () => this.triage()),
      kill: lane('Killing', () => this.endKilled()),
      unheard: lane('Ending unheard instances', () => this.#triage.endUnheard()),
      heartbeat: lane('Heartbeat', () => this.heartbeat()),
      lost: lane('Reporting lost jobs', () => this.#reportLost()),
      spool: lane('Delivering kept reports', () => this.deliverSpooled()),
    };
    parts.cluster.onLost?.((distributorIds, message) => this.#lose(distributorIds, message));
  }

  /**
   * Works until the run is over or the signal of the parts is aborted.
   * @throws SkepError `not_found` when the server does not know the run.
   */
  async run(): Promise<void> {
    const { signal, clock, log } = this.#parts;
    this.#lanes.claim.wakeAfter(this.#heartbeatInterval);
    this.#lanes.heartbeat.wakeAfter(this.#heartbeatInterval);
    this.#lanes.spool.wake();
    for (let wait = FIRST_WAIT; !signal.aborted && !OVER.includes(this.runStatus); ) {
      try {
        this.apply(await this.#source.next({ wait: true, signal }));
        this.#wakeLanes();
        wait = FIRST_WAIT;
      } catch (error) {
        if (isSkepError(error, 'not_found')) throw error;
        if (signal.aborted) break;
        log.warn({ error: messageOf(error), wait }, 'The server does not say what changed; it will be asked again');
        await clock.sleep(wait, signal);
        wait = Math.min(2 * wait, LONGEST_WAIT);
      }
    }
  }

  /**
   * Ends all work. What was ordered to die is ended first; whether the rest goes on is up to the run: after a hot resume
   * it does. `handsOver`: and while the run goes on, for the next distributor.
   * @returns how the cluster has to stop.
   */
  async close({ handsOver = false } = {}): Promise<StopMode> {
    await Promise.all(Object.values(this.#lanes).map((lane) => lane.close()));
    try {
      this.apply(await this.#source.next({ wait: false }));
    } catch (error) {
      this.#parts.log.warn({ error: messageOf(error) }, 'The last status of the run is not known');
    }
    if (handsOver && !OVER.includes(this.runStatus)) return 'hand_over';
    if (this.runStatus !== 'H' && this.runStatus !== 'T') return 'kill';
    await this.#lastTriage
      .endKilled()
      .catch((error: unknown) => this.#parts.log.warn({ error: messageOf(error) }, 'Killing was not confirmed'));
    return 'leave';
  }

  /** Goes on with what an earlier distributor of the run has begun. */
  async adopt(): Promise<void> {
    await this.#launcher.adopt();
  }

  apply({ instances, batches, run }: Changes): void {
    for (const [status, ids] of Object.entries(instances)) {
      for (const id of ids) this.#parts.instances.set(id, status);
    }
    if (this.#launcher.takeOver(batches)) this.#lanes.launch.wake();
    this.runStatus = run;
  }

  /** Q → I */
  instantiate(): Promise<void> {
    return this.#launcher.instantiate();
  }

  /** I → O */
  async launch(): Promise<void> {
    const wait = await this.#launcher.launchReady();
    if (wait !== undefined) this.#lanes.launch.wakeAfter(wait);
  }

  /** T → U, Z, F; what lives yet is looked at again. */
  async triage(): Promise<void> {
    await this.#triage.triage();
    if (this.#parts.instances.in('T').length === 0) return;
    this.#lanes.triage.wakeAfter(this.#parts.config.distributor.poll_interval * 1000);
  }

  /** K → F */
  async endKilled(): Promise<void> {
    if (!(await this.#triage.endKilled())) this.#lanes.kill.wakeAfter(KILL_WAIT);
  }

  /** X → E */
  endUnheard(): Promise<void> {
    return this.#triage.endUnheard();
  }

  async claim(): Promise<void> {
    this.#lanes.claim.wakeAfter(this.#heartbeatInterval);
    await this.#parts.claim?.renew();
  }

  /** Launched jobs that the cluster still knows cannot report themselves yet. Source: distributor-worker §6. */
  async heartbeat(): Promise<void> {
    const { cluster, instances, requester, config } = this.#parts;
    this.#lanes.heartbeat.wakeAfter(this.#heartbeatInterval);
    const launched = new Map(
      instances.in('O').flatMap(({ id, distributorId }) => (distributorId ? [[distributorId, id]] : [])),
    );
    if (launched.size === 0) return;
    const states = await cluster.states([...launched.keys()]);
    const active = [...launched].flatMap(([distributorId, id]) => {
      const kind = states.get(distributorId)?.kind;
      return kind === 'pending' || kind === 'running' ? [id] : [];
    });
    const next_report_increment = instanceIncrement(config.heartbeat);
    await forEachLimited(chunksOf(active, CHUNK), REQUESTS, async (task_instance_ids) => {
      await requester.call(routes.logReportByBatch, { body: { task_instance_ids, next_report_increment } });
    });
  }

  /** Workers that the cluster ended while the server was away have left their results behind. */
  async deliverSpooled(): Promise<void> {
    const { spool, requester, log } = this.#parts;
    if (spool === undefined) return;
    this.#lanes.spool.wakeAfter(SPOOL_INTERVAL);
    await deliverSpooled(spool, requester, log);
  }

  get #heartbeatInterval(): number {
    return this.#parts.config.heartbeat.workflow_run_interval * 1000;
  }

  #wakeLanes(): void {
    const { instances } = this.#parts;
    const { take, triage, kill, unheard } = this.#lanes;
    const untaken = instances.in('I').some(({ batch }) => batch === undefined);
    if (instances.count('Q') > 0 || untaken) take.wake();
    if (instances.count('T') > 0) triage.wake();
    if (instances.count('K') > 0) kill.wake();
    if (instances.count('X') > 0) unheard.wake();
    this.#wakeLost();
  }

  #wakeLost(): void {
    if (this.#lost.size > 0) this.#lanes.lost.wake();
  }

  #lose(distributorIds: readonly string[], message?: string): void {
    for (const distributorId of distributorIds) {
      const instance = this.#parts.instances.byDistributorId(distributorId);
      if (instance !== undefined) this.#lost.set(instance.id, message);
    }
    this.#wakeLost();
  }

  /** The server refuses the loss of what it does not know to be launched: that is told when the launch has been. */
  async #reportLost(): Promise<void> {
    const { instances } = this.#parts;
    const lost = new Map([...this.#lost].filter(([id]) => instances.get(id)?.status !== 'I'));
    // Jobs that have ended have mostly reported, some of them into a file.
    if ([...lost.values()].includes(undefined)) await this.deliverSpooled();
    await this.#triage.reportLost(lost);
    for (const id of lost.keys()) this.#lost.delete(id);
  }
}
