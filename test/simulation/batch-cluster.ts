/**
 * A batch cluster as it really is: jobs that wait, run on nodes and go. It never says of a job that it is gone while anything
 * of it lives; all else about it may be late or go wrong.
 */
import type { ExitInfo, JobState, Submission } from '../../src/distributor/clusters/cluster.ts';
import { SimulatedMachine } from './machine.ts';
import { SimulatedProcess } from './process.ts';
import { singleShot, start } from './programs.ts';
import type { SeededRandom } from './random.ts';
import type { World } from './world.ts';

const NODES = 3;
/** Milliseconds between asking a job to end and killing it. */
const KILL_WAIT = 5000;

export interface Job {
  readonly id: string;
  readonly workflowId: number;
  readonly workflowRunId: number;
  readonly taskInstanceId: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  /** Milliseconds. */
  readonly timeLimit: number;
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

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
    const clock = () => ({ skew: random.integer(-60_000, 60_000), drift: 0 });
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
    const machine = this.#random.pick(this.nodes);
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
    this.#world.time.after(KILL_WAIT, () => this.#killAll(job));
  }

  #killAll(job: Job): void {
    if (job.state.kind !== 'gone') for (const process of this.#membersOf(job)) process.kill();
  }

  /** The worker is dead: whatever it left behind dies with the job's cgroup, and only then the job is gone. */
  #clear(job: Job): void {
    this.#killAll(job);
    job.state = { kind: 'gone', ...(job.exit && { exit: job.exit }) };
    this.#world.history.add(`job ${job.id} is gone`);
  }

  #membersOf({ worker }: Job): SimulatedProcess[] {
    if (worker === undefined) return [];
    return worker.machine.living.filter((process) => process === worker || process.parent === worker);
  }
}
