import { routes } from '../../src/api/routes.ts';
import type {
  ClusterContext,
  ClusterDistributor,
  JobState,
  Submission,
} from '../../src/distributor/clusters/cluster.ts';
import { ClusterBusy, ClusterUnreachable } from '../../src/distributor/clusters/errors.ts';
import type { Job } from './batch-cluster.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** Milliseconds between two looks at jobs that have to go. */
const LOOK_INTERVAL = 500;
/** Seconds by which clocks of two machines may differ after a lease, and in which a process hears of its end. */
const SPARE = 3;

/** The plug-in of the simulated batch cluster, in the process of a distributor. */
export class BatchPlugin implements ClusterDistributor {
  readonly #world: World;
  readonly #process: SimulatedProcess;
  readonly #context: ClusterContext;

  constructor(world: World, process: SimulatedProcess, context: ClusterContext) {
    this.#world = world;
    this.#process = process;
    this.#context = context;
  }

  get clusterName(): string {
    return this.#context.clusterName;
  }

  /** Jobs of earlier runs go on only if their instance runs and may (a hot resume). */
  async start(): Promise<void> {
    const { workflowRunId } = this.#context;
    const earlier = (job: Job) => job.workflowRunId !== workflowRunId;
    const left = await this.#insist(() => this.#world.batch.jobsOf(this.#workflowId).filter(earlier));
    const doomed: string[] = [];
    for (const [runId, jobs] of Map.groupBy(left, (job) => job.workflowRunId)) {
      doomed.push(...(await this.#notRunning(runId, jobs)));
    }
    await this.#endAll(() => doomed);
    await this.#outliveLost();
    await this.#giveUpKilled();
  }

  async stop(mode: 'kill' | 'leave'): Promise<void> {
    const own = () => this.#world.batch.jobsOf(this.#workflowId).filter((job) => this.#isOwn(job));
    await this.#endAll(() => (mode === 'kill' ? own() : own().filter(isPending)).map(({ id }) => id));
  }

  async submit(submission: Submission): Promise<ReadonlyMap<number, string>> {
    const { workflowRunId } = this.#context;
    if (this.#fails()) throw new ClusterBusy('the queue is full');
    return this.#call(() => this.#world.batch.submit({ workflowId: this.#workflowId, workflowRunId }, submission));
  }

  /** Of some jobs the cluster says nothing: its accounting is behind. */
  states(ids: readonly string[]): Promise<ReadonlyMap<string, JobState>> {
    return this.#call(
      () => new Map(ids.filter(() => !this.#fails()).map((id) => [id, this.#world.batch.stateOf(id)] as const)),
    );
  }

  terminate(ids: readonly string[]): Promise<void> {
    return this.#call(() => {
      for (const id of ids) this.#world.batch.terminate(id);
    });
  }

  get #workflowId(): number {
    return this.#context.workflowId as number;
  }

  #isOwn({ workflowRunId }: Job): boolean {
    return workflowRunId === this.#context.workflowRunId;
  }

  async #endAll(jobIds: () => readonly string[]): Promise<void> {
    for (;;) {
      const ids = await this.#insist(() => jobIds().filter((id) => this.#world.batch.stateOf(id).kind !== 'gone'));
      if (ids.length === 0) return;
      await this.#insist(() => {
        for (const id of ids) this.#world.batch.terminate(id);
      });
      await this.#process.clock.sleep(LOOK_INTERVAL);
    }
  }

  /**
   * Jobs of earlier runs on lost nodes cannot be ended. From now on the server tells their workers to stop, so that the last
   * answer that let one go on has been asked for by now: when its lease is over, and the time in which its command ends, all are gone.
   */
  async #outliveLost(): Promise<void> {
    const { config, workflowRunId } = this.#context;
    const earlier = (job: Job) => job.workflowRunId !== workflowRunId;
    const lost = await this.#insist(() => this.#world.batch.lostJobsOf(this.#workflowId).filter(earlier));
    const leases: number[] = [];
    for (const [runId, jobs] of Map.groupBy(lost, (job) => job.workflowRunId)) {
      const others = await this.#notRunning(runId, jobs);
      leases.push(...jobs.filter(({ id }) => others.includes(id)).map(({ lease }) => lease));
    }
    if (leases.length === 0) return;
    const seconds = Math.max(...leases) + config.worker_node.command_interrupt_timeout + SPARE;
    await this.#process.clock.sleep(seconds * 1000);
  }

  /** The server lists those of the instances that are not in R: one in T may be alive all the same. */
  async #notRunning(workflow_run_id: number, jobs: readonly Job[]): Promise<string[]> {
    const task_instance_ids = jobs.map(({ taskInstanceId }) => taskInstanceId);
    const { status_updates } = await this.#context.requester.call(routes.syncStatus, {
      params: { workflow_run_id },
      body: { task_instance_ids, status: 'R' },
    });
    const others = Object.entries(status_updates).flatMap(([status, ids]) => (status === 'T' ? [] : ids));
    return jobs.filter(({ taskInstanceId }) => others.includes(taskInstanceId)).map(({ id }) => id);
  }

  /** As on one machine (`clusters/local/orphans.ts`): all that was ordered to die is dead now. */
  async #giveUpKilled(): Promise<void> {
    const { requester } = this.#context;
    const params = { workflow_id: this.#workflowId };
    const { pending_kill_self: pending } = await requester.call(routes.isResumable, { params });
    if (pending > 0) await requester.call(routes.forceCleanup, { params });
  }

  /** Asks the cluster until it answers. */
  async #insist<Answer>(work: () => Answer): Promise<Answer> {
    for (;;) {
      try {
        return await this.#call(work);
      } catch (error) {
        if (!(error instanceof ClusterUnreachable)) throw error;
        await this.#process.clock.sleep(LOOK_INTERVAL);
      }
    }
  }

  /** One command of the cluster: what it does may happen although its answer gets lost. */
  #call<Answer>(work: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { time } = this.#world;
      if (!this.#process.isAlive) return;
      const reaches = !this.#fails();
      const isAnswered = reaches && !this.#fails();
      time.after(this.#latency(), () => {
        const answer = reaches ? work() : undefined;
        time.after(this.#latency(), () =>
          this.#process.whenAwake(() => {
            if (isAnswered) resolve(answer as Answer);
            else reject(new ClusterUnreachable('the cluster does not answer'));
          }),
        );
      });
    });
  }

  #fails(): boolean {
    const { hasFaults, random, scenario, history } = this.#world;
    if (!hasFaults || !random.chance(scenario.faults.clusterFails)) return false;
    history.fault('cluster without an answer');
    return true;
  }

  #latency(): number {
    const { random, hasFaults, scenario } = this.#world;
    return hasFaults && random.chance(scenario.faults.clusterLate)
      ? random.spread(1000, 60_000)
      : random.spread(5, 300);
  }
}

function isPending({ state }: Job): boolean {
  return state.kind === 'pending';
}
