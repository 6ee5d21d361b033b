import { databaseNameOf } from '../../../api/connect.ts';
import type { KillReason, SupervisorEvent } from '../../../api/supervisor.ts';
import { SUPERVISOR_VARIABLE, writeSupervisorMark } from '../../../core/attempt-mark.ts';
import { messageOf } from '../../../core/errors.ts';
import type { ProcessEnd } from '../../../core/process.ts';
import type { AdoptedJob, ClusterContext, ClusterDistributor, JobState, StopMode, Submission } from '../cluster.ts';
import { demandOf } from '../demand.ts';
import { ClusterUnreachable } from '../errors.ts';
import { killMarked } from './kill-marked.ts';
import { OrphanWatch } from './orphan-watch.ts';
import { clearOwnRun } from './orphans.ts';
import { SupervisorProcess } from './supervisor-process.ts';

/** Ended jobs that are remembered, for triage: it comes minutes after the end, if at all. */
const REMEMBERED = 10_000;
/** Seconds beyond the grace of its commands in which a supervisor kills, reports and leaves. */
const SUPERVISOR_PATIENCE = 15;

interface ActiveJob {
  readonly kind: 'pending' | 'running';
  readonly supervisor: SupervisorProcess;
}

/** This machine: one supervisor process runs the commands. Source: distributor-worker §10, "Our versions". */
export class LocalCluster implements ClusterDistributor {
  readonly #context: ClusterContext;
  readonly #parallelism: number | undefined;
  /** Pending and running jobs, and the last that ended; by distributor id. */
  readonly #active = new Map<string, ActiveJob>();
  readonly #ended = new Map<string, string>();
  #submissions = 0;
  #database = '';
  #supervisor: Promise<SupervisorProcess> | undefined;
  #orphans: OrphanWatch | undefined;
  #stopping = false;
  #onLost: (distributorIds: readonly string[], message: string) => void = () => {};

  /** `parallelism`: cores that commands may occupy; undefined: those of the machine. */
  constructor(context: ClusterContext, parallelism: number | undefined) {
    this.#context = context;
    this.#parallelism = parallelism;
  }

  get clusterName(): string {
    return this.#context.clusterName;
  }

  onLost(listener: (distributorIds: readonly string[], message: string) => void): void {
    this.#onLost = listener;
  }

  async start(): Promise<void> {
    const { requester, config } = this.#context;
    this.#database = await databaseNameOf(requester, config.http);
    if (this.#context.isTakeover) await clearOwnRun({ ...this.#context, database: this.#database });
    await this.#ensureSupervisor(); // It gets ready while we look for orphans.
    this.#orphans = new OrphanWatch({ ...this.#context, database: this.#database });
    await this.#orphans.start();
  }

  async submit({ steps, resources, traceparent }: Submission): Promise<ReadonlyMap<number, string>> {
    const supervisor = await this.#liveSupervisor();
    const demand = demandOf(resources);
    const number = ++this.#submissions;
    const ids = new Map(steps.map(({ step }) => [step, `${number}_${step}`]));
    const jobs = steps.map(({ step, taskInstanceId }) => ({
      taskInstanceId,
      distributorId: `${number}_${step}`,
      ...demand,
      ...(traceparent !== undefined && { traceparent }),
    }));
    for (const id of ids.values()) this.#active.set(id, { kind: 'pending', supervisor });
    supervisor.send({ type: 'run', jobs });
    return ids;
  }

  /** What neither lives nor is remembered is gone all the same: every job was started by a supervisor of ours. */
  async states(distributorIds: readonly string[]): Promise<ReadonlyMap<string, JobState>> {
    return new Map(distributorIds.map((id) => [id, this.#stateOf(id)]));
  }

  async terminate(distributorIds: readonly string[], reason: KillReason): Promise<void> {
    const alive = distributorIds.filter((id) => this.#active.has(id));
    if (alive.length === 0 || this.#supervisor === undefined) return;
    (await this.#supervisor).send({ type: 'kill', distributorIds: alive, reason });
  }

  /** Commands end with their distributor; those of the earlier one are gone since our start. */
  async adopt(jobs: readonly AdoptedJob[]): Promise<void> {
    const ids = jobs.map(({ distributorId }) => distributorId);
    // Numbers go on, so that an id means one command of the run.
    this.#submissions = Math.max(0, ...ids.map((id) => Number.parseInt(id, 10) || 0));
    const message = 'The distributor of the attempt ended, and its command with it.';
    for (const distributorId of ids) this.#note({ type: 'ended', distributorId, message });
    this.#onLost(ids, message);
  }

  /** Commands do not outlive us, so there is nothing to hand over. */
  async stop(mode: StopMode): Promise<void> {
    this.#stopping = true;
    this.#orphans?.stop();
    const supervisor = await this.#supervisor?.catch(() => undefined); // One that never started needs no stop.
    if (supervisor === undefined) return;
    if (mode === 'leave') supervisor.send({ type: 'drain' });
    supervisor.close();
    if (mode !== 'leave') await this.#waitForEnd(supervisor);
  }

  #stateOf(id: string): JobState {
    const job = this.#active.get(id);
    if (job !== undefined) return { kind: job.kind };
    const message = this.#ended.get(id);
    return message === undefined ? { kind: 'gone' } : { kind: 'gone', exit: { status: 'U', message } };
  }

  /** One that died while we waited for it has given up its jobs already, and must not be given more. */
  async #liveSupervisor(): Promise<SupervisorProcess> {
    for (;;) {
      const promise = this.#ensureSupervisor();
      const supervisor = await promise;
      if (this.#supervisor === promise) return supervisor;
    }
  }

  #ensureSupervisor(): Promise<SupervisorProcess> {
    this.#supervisor ??= this.#startSupervisor().catch((error: unknown) => {
      this.#supervisor = undefined;
      throw new ClusterUnreachable(`The supervisor cannot be started: ${messageOf(error)}`, { cause: error });
    });
    return this.#supervisor;
  }

  async #startSupervisor(): Promise<SupervisorProcess> {
    const { processes, clusterName, workflowRunId, workflowId, environment } = this.#context;
    const mark = { database: this.#database, workflowId: workflowId ?? 0, workflowRunId };
    const parallelism = this.#parallelism === undefined ? [] : ['--parallelism', String(this.#parallelism)];
    const supervisor = await SupervisorProcess.start({
      processes,
      environment,
      arguments: ['--cluster_name', clusterName, '--workflow_run_id', String(workflowRunId), ...parallelism],
      // Nobody looks for a supervisor without knowing the workflow.
      variables: workflowId === undefined ? {} : { [SUPERVISOR_VARIABLE]: writeSupervisorMark(mark) },
      onEvent: (event) => this.#note(event),
    });
    supervisor.exited.then((end) => this.#lose(supervisor, end));
    return supervisor;
  }

  #note(event: SupervisorEvent): void {
    const { distributorId } = event;
    if (event.type === 'started') {
      const job = this.#active.get(distributorId);
      if (job !== undefined) this.#active.set(distributorId, { ...job, kind: 'running' });
      return;
    }
    this.#active.delete(distributorId);
    this.#ended.set(distributorId, event.message);
    const oldest = this.#ended.keys().next().value;
    if (this.#ended.size > REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
  }

  /**
   * A supervisor that dies unasked takes the reports of its commands with it: they are ended and given up. Those of one that
   * died before it may still be about to end.
   */
  async #lose(supervisor: SupervisorProcess, { code, signal }: ProcessEnd): Promise<void> {
    if (this.#stopping) return;
    const { log } = this.#context;
    this.#supervisor = undefined;
    const lost = [...this.#active].flatMap(([id, job]) => (job.supervisor === supervisor ? [id] : []));
    log.error({ code, signal, jobs: lost.length }, 'The supervisor died');
    await killMarked((mark) => mark.supervisor === supervisor.identity, this.#context);
    const message = `The supervisor of the command died (${signal ?? `exit code ${code}`}).`;
    for (const distributorId of lost) this.#note({ type: 'ended', distributorId, message });
    this.#onLost(lost, message);
  }

  async #waitForEnd(supervisor: SupervisorProcess): Promise<void> {
    const { clock, config } = this.#context;
    const patience = config.worker_node.command_interrupt_timeout + SUPERVISOR_PATIENCE;
    const cancel = clock.after(patience * 1000, () => supervisor.kill());
    await supervisor.exited;
    cancel();
    await killMarked((mark) => mark.supervisor === supervisor.identity, this.#context);
  }
}
