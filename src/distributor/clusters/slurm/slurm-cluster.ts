import { databaseNameOf } from '../../../api/connect.ts';
import { messageOf } from '../../../core/errors.ts';
import type { AdoptedJob, ClusterContext, ClusterDistributor, JobState, StopMode, Submission } from '../cluster.ts';
import type { AccountedJob, ControllerJob, SlurmController } from './controller.ts';
import { endEarlierJobs } from './earlier-jobs.ts';
import { exitOf, hasEnded, isWaiting } from './job-exit.ts';
import { JobWatch, type Look } from './job-watch.ts';
import type { SlurmParameters } from './parameters.ts';
import { PendingReasons } from './pending-reasons.ts';
import { readKey } from './submission-key.ts';
import { Submitter } from './submitter.ts';
import { type TrackedJob, TrackedJobs } from './tracked-jobs.ts';

/** Milliseconds that accounting gets to learn of a job that the controller calls ended: it lags by up to six seconds. */
const ACCOUNTING_LAG = 15_000;
/** Milliseconds after which a job that neither the controller nor accounting knows is given up. */
const FORGOTTEN = 120_000;
/** Milliseconds for which jobs are ended again and again, beyond the time that Slurm itself gives them. */
const LONGEST_END = 60_000;

const FORGOTTEN_EXIT = {
  status: 'U',
  message: 'Slurm knows nothing of the job any more.',
  isUncertain: true,
} as const;

type Accounts = ReadonlyMap<string, AccountedJob>;

/** Job arrays of one run on a Slurm cluster. Source: distributor-worker §11. */
export class SlurmCluster implements ClusterDistributor {
  readonly #context: ClusterContext;
  readonly #parameters: SlurmParameters;
  readonly #controller: SlurmController;
  readonly #watch: JobWatch;
  readonly #jobs = new TrackedJobs();
  readonly #reasons: PendingReasons;
  #submitter: Submitter | undefined;
  #database = '';
  /** Slurm's own default, until it is asked. */
  #killWait = 30;
  #polling = false;
  #stopped = false;
  #cancelPoll: () => void = () => {};
  #onLost: (distributorIds: readonly string[], message?: string) => void = () => {};

  constructor(context: ClusterContext, parameters: SlurmParameters, controller: SlurmController) {
    this.#context = context;
    this.#parameters = parameters;
    this.#controller = controller;
    this.#watch = new JobWatch(controller, context.clock);
    this.#reasons = new PendingReasons(context, parameters.pendingGrace);
  }

  get clusterName(): string {
    return this.#context.clusterName;
  }

  onLost(listener: (distributorIds: readonly string[], message?: string) => void): void {
    this.#onLost = listener;
  }

  async start(): Promise<void> {
    const { requester, config, workflowId, workflowRunId, clock, log } = this.#context;
    const database = await databaseNameOf(requester, config.http);
    this.#database = database;
    const { killWait } = await this.#controller.limits();
    this.#killWait = killWait;
    const own = { controller: this.#controller, watch: this.#watch, workflowRunId, database, log };
    // A peer's client does not say which workflow it is; then nobody can know which jobs are its earlier ones.
    if (workflowId !== undefined) await endEarlierJobs({ ...own, workflowId, requester });
    this.#submitter = new Submitter({ ...own, workflowId: workflowId ?? 0, clock });
  }

  async submit(batch: Submission): Promise<ReadonlyMap<number, string>> {
    if (this.#submitter === undefined) throw new Error('The cluster was not started.');
    const ids = new Map<number, string>();
    for (const array of await this.#submitter.submit(batch)) {
      this.#jobs.add(array, batch.steps);
      for (const [step, id] of array.ids) ids.set(step, id);
    }
    this.#poll();
    return ids;
  }

  async states(distributorIds: readonly string[]): Promise<ReadonlyMap<string, JobState>> {
    const look = await this.#watch.look();
    this.#jobs.see(look);
    return this.#statesIn(look, distributorIds);
  }

  async terminate(distributorIds: readonly string[]): Promise<void> {
    await this.#controller.cancel(distributorIds);
    this.#jobs.cancelled(distributorIds, this.#context.clock.monotonic());
  }

  async adopt(jobs: readonly AdoptedJob[]): Promise<void> {
    this.#jobs.adopt(jobs, await this.#watch.look());
    if (jobs.length > 0) this.#poll();
  }

  async stop(mode: StopMode): Promise<void> {
    this.#stopped = true;
    this.#cancelPoll();
    if (mode === 'hand_over') return;
    const { clock, log } = this.#context;
    const patience = 2 * this.#killWait * 1000 + LONGEST_END;
    for (const deadline = clock.monotonic() + patience; clock.monotonic() < deadline; ) {
      try {
        const look = await this.#watch.look();
        const doomed = this.#ofThisRun(look).filter(({ state }) => mode === 'kill' || isWaiting(state));
        if (doomed.length === 0) return;
        await this.terminate(doomed.map(({ id }) => id));
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'Jobs could not be ended and will be tried again');
        await clock.sleep(1000);
      }
    }
    log.error('Slurm does not let go of jobs of this run; they are ended when the workflow is resumed');
  }

  /** What lives of this run, also where the answer to its submission never came. */
  #ofThisRun({ jobs }: Look): ControllerJob[] {
    const { workflowRunId } = this.#context;
    return [...jobs.values()].filter(({ comment, state }) => {
      const key = readKey(comment);
      return key?.workflowRunId === workflowRunId && key.database === this.#database && !hasEnded(state);
    });
  }

  /** Looks at the jobs from time to time for as long as there are any. */
  #poll(): void {
    if (this.#polling || this.#stopped) return;
    this.#polling = true;
    this.#cancelPoll = this.#context.clock.after(this.#parameters.pollInterval * 1000, async () => {
      try {
        await this.#lookAround();
      } catch (error) {
        this.#context.log.warn(
          { error: messageOf(error) },
          'Slurm does not say how its jobs are; it will be asked again',
        );
      }
      this.#polling = false;
      if (this.#jobs.areAwaited) this.#poll();
    });
  }

  async #lookAround(): Promise<void> {
    const look = await this.#watch.look();
    this.#jobs.see(look);
    const doubles = this.#jobs.doubles(look);
    const hopeless = await this.#reasons.note(this.#jobs.living(look), this.#jobs);
    if (doubles.length + hopeless.length > 0) await this.terminate([...doubles, ...hopeless]);
    const ended = this.#jobs.untold(look);
    if (ended.length > 0) this.#onLost(ended);
  }

  /** An ended job is asked for in accounting, which knows how. */
  async #statesIn(look: Look, distributorIds: readonly string[]): Promise<Map<string, JobState>> {
    const states = new Map<string, JobState>();
    const ended: string[] = [];
    for (const id of distributorIds) {
      const job = this.#jobs.seenIn(look, id);
      if (job === undefined || hasEnded(job.state)) ended.push(id);
      else states.set(id, { kind: isWaiting(job.state) ? 'pending' : 'running' });
    }
    if (ended.length === 0) return states;
    const accounts = await this.#accountsOf(ended);
    for (const id of ended) {
      const state = this.#endOf(id, look, accounts);
      if (state !== undefined) states.set(id, state);
    }
    return states;
  }

  #endOf(id: string, look: Look, accounts: Accounts | undefined): JobState | undefined {
    const tracked = this.#jobs.get(id);
    const account = accounts?.get(id);
    const state = this.#jobs.seenIn(look, id)?.state;
    if (tracked?.doom !== undefined) return doomed(tracked, look, state);
    if (account !== undefined && hasEnded(account.state)) {
      return { kind: 'gone', exit: exitOf(account.state, account, tracked?.memory) };
    }
    const missing = look.began - (tracked?.endedSince ?? look.began);
    if (state !== undefined)
      return missing < ACCOUNTING_LAG ? undefined : { kind: 'gone', exit: exitOf(state, undefined, tracked?.memory) };
    // Without accounting nobody knows; with it, a job that it does not know either may not have reached it yet.
    return accounts === undefined || missing < FORGOTTEN ? undefined : { kind: 'gone', exit: FORGOTTEN_EXIT };
  }

  /** Undefined when accounting does not answer. */
  async #accountsOf(distributorIds: readonly string[]): Promise<Accounts | undefined> {
    const arrays = new Set(distributorIds.map((id) => id.split('_')[0] as string));
    try {
      const accounts = await this.#controller.accounts([...arrays]);
      return new Map(accounts.filter((job) => this.#jobs.isOurs(job)).map((job) => [job.id, job]));
    } catch (error) {
      this.#context.log.warn({ error: messageOf(error) }, 'Accounting does not answer');
      return undefined;
    }
  }
}

/** What we have ended ourselves is gone when it is seen no more: an element that never ran leaves no trace. */
function doomed({ doom, cancelledAt }: TrackedJob, look: Look, state: string | undefined): JobState | undefined {
  if (cancelledAt === undefined || look.began < cancelledAt) return undefined;
  const exit = state === 'NODE_FAIL' ? exitOf(state, undefined, undefined) : doom;
  return { kind: 'gone', ...(exit !== undefined && { exit }) };
}
