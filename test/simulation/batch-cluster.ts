/**
 * A batch cluster as it really is: jobs that wait, run on nodes and go. It never says of a job that it is certainly gone while
 * anything of it lives. When it loses sight of a node it calls the jobs there gone, cannot end them, and says that it may be
 * wrong. All else about it may be late or go wrong.
 */
import { leaseIn } from '../../src/core/lease.ts';
import type { ExitInfo, JobState, Submission } from '../../src/distributor/clusters/cluster.ts';
import { SimulatedMachine } from './machine.ts';
import { SimulatedProcess } from './process.ts';
import { singleShot, start } from './programs.ts';
import type { SeededRandom } from './random.ts';
import type { World } from './world.ts';

const NODES = 3;
/** Milliseconds between asking a job to end and killing it. */
const KILL_WAIT = 5000;
/** Milliseconds until a job that found no node is tried again. */
const RETRY_WAIT = 1000;
const NODE_FAIL: ExitInfo = { status: 'U', message: 'The node of the job failed.', isUncertain: true };

export interface Job {
  readonly id: string;
  readonly workflowId: number;
  readonly workflowRunId: number;
  readonly taskInstanceId: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  /** Milliseconds. */
  readonly timeLimit: number;
  /** Seconds for which its worker may go on unheard. */
  readonly lease: number;
  state: JobState;
  worker: SimulatedProcess | undefined;
  /** Why it is being ended, where the cluster's accounting tells. */
  exit: ExitInfo | undefined;
}

export class BatchCluster {
  readonly nodes: readonly SimulatedMachine[];
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #jobs = new Map<string, Job>();
  /** Name of a submission → its number. */
  readonly #submissions = new Map<string, number>();
  /** Nodes that the cluster does not see. */
  readonly #lost = new Set<SimulatedMachine>();

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
    const clock = () => ({ skew: random.integer(-60_000, 60_000), drift: 0, rate: 1 + random.integer(-10, 10) / 1000 });
    this.nodes = Array.from({ length: NODES }, (_, index) => new SimulatedMachine(`node ${index}`, clock(), true));
  }

  /** Repeated under one name, a submission is the same one: its answer may have been lost. */
  submit(
    owner: Pick<Job, 'workflowId' | 'workflowRunId'>,
    { arrayId, batchNumber, steps, resources, workerArguments }: Submission,
  ): Map<number, string> {
    const name = `${owner.workflowRunId}/${arrayId}/${batchNumber}`;
    const number = this.#submissions.get(name) ?? this.#submissions.size + 1;
    this.#submissions.set(name, number);
    const ids = new Map(steps.map(({ step }) => [step, `${number}_${step}`]));
    for (const { step, taskInstanceId } of steps) {
      const id = `${number}_${step}`;
      if (this.#jobs.has(id)) continue;
      this.#jobs.set(id, {
        ...owner,
        id,
        taskInstanceId,
        environment: { JOB_ID: String(number), ARRAY_STEP_ID: String(step) },
        words: workerArguments,
        timeLimit: Number(resources.runtime) * 1000,
        lease: leaseIn(resources) ?? this.#world.scenario.config.worker_node.lease,
        state: { kind: 'pending' },
        worker: undefined,
        exit: undefined,
      });
      this.#world.time.after(this.#random.spread(10, 10_000), () => this.#start(id));
    }
    return ids;
  }

  stateOf(id: string): JobState {
    return this.#jobs.get(id)?.state ?? { kind: 'gone' };
  }

  /** For a while nobody in the cluster sees a node any more; what runs there goes on, mostly cut off from the server too. */
  loseNode(): void {
    const { history, network, time } = this.#world;
    const seen = this.nodes.filter((node) => !this.#lost.has(node));
    if (seen.length === 0) return;
    const node = this.#random.pick(seen);
    const milliseconds = this.#random.spread(20_000, 240_000);
    history.fault('node lost', `${node.name} is lost for ${Math.round(milliseconds)} ms`);
    this.#lost.add(node);
    const jobs = [...this.#jobs.values()].filter(({ worker, state }) => {
      return worker?.machine === node && worker.isAlive && state.kind === 'running';
    });
    for (const job of jobs) job.state = { kind: 'gone', exit: NODE_FAIL };
    if (this.#random.chance(0.85)) {
      for (const { worker } of jobs) if (worker !== undefined) network.cutOff(worker, milliseconds);
    }
    time.after(milliseconds, () => this.#lost.delete(node));
    // What runs there is ended when the node is back, or as late as by its limit.
    const isClearedUp = this.#random.chance(0.5);
    for (const job of jobs) {
      time.after(isClearedUp ? milliseconds : milliseconds + job.timeLimit, () => this.#killAll(job));
    }
  }

  /** Jobs of a workflow of which the cluster cannot tell whether they live. */
  lostJobsOf(workflowId: number): Job[] {
    return [...this.#jobs.values()].filter((job) => job.workflowId === workflowId && isLost(job));
  }

  /** Jobs of a workflow that are not gone. */
  jobsOf(workflowId: number): Job[] {
    return [...this.#jobs.values()].filter((job) => job.workflowId === workflowId && job.state.kind !== 'gone');
  }

  terminate(id: string): void {
    const job = this.#jobs.get(id);
    if (job !== undefined) this.#end(job, undefined);
  }

  /** The cgroup of a job has no memory left. */
  outOfMemory(command: SimulatedProcess): void {
    const job = [...this.#jobs.values()].find(({ worker }) => worker !== undefined && worker === command.parent);
    if (job === undefined) return;
    job.exit = { status: 'Z', message: 'The job ran out of memory.' };
    this.#killAll(job);
  }

  #start(id: string): void {
    const job = this.#jobs.get(id) as Job;
    if (job.state.kind !== 'pending') return;
    const seen = this.nodes.filter((node) => !this.#lost.has(node));
    if (seen.length === 0) {
      this.#world.time.after(RETRY_WAIT, () => this.#start(id));
      return;
    }
    const machine = this.#random.pick(seen);
    const { environment, words } = job;
    const worker = new SimulatedProcess(this.#world, { role: 'worker', machine, ownGroup: true, environment });
    job.worker = worker;
    job.state = { kind: 'running' };
    this.#world.history.add(`job ${id} begins: ${worker.name} for instance ${job.taskInstanceId}`);
    worker.onEnd(() => this.#world.time.after(this.#random.spread(1, 3000), () => this.#clear(job)));
    this.#world.time.after(job.timeLimit, () => {
      this.#end(job, { status: 'Z', message: 'The job reached its time limit.' });
    });
    start(this.#world, worker, singleShot(words));
  }

  #end(job: Job, exit: ExitInfo | undefined): void {
    if (job.state.kind === 'gone') return;
    job.exit ??= exit;
    if (job.worker === undefined) {
      this.#clear(job);
      return;
    }
    for (const process of this.#membersOf(job)) process.receive('SIGTERM');
    this.#world.time.after(KILL_WAIT, () => {
      if (job.state.kind !== 'gone') this.#killAll(job);
    });
  }

  #killAll(job: Job): void {
    for (const process of this.#membersOf(job)) process.kill();
  }

  /** The worker is dead: whatever it left behind dies with the job's cgroup, and only then the job is gone. */
  #clear(job: Job): void {
    this.#killAll(job);
    if (isLost(job)) return; // The accounting is not mended any more.
    job.state = { kind: 'gone', ...(job.exit && { exit: job.exit }) };
    this.#world.history.add(`job ${job.id} is gone`);
  }

  #membersOf({ worker }: Job): SimulatedProcess[] {
    if (worker === undefined) return [];
    return worker.machine.living.filter((process) => process === worker || process.parent === worker);
  }
}

function isLost({ state }: Job): boolean {
  return state.kind === 'gone' && state.exit?.isUncertain === true;
}
