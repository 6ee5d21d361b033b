import type { AdoptedJob, ExitInfo, Step } from '../cluster.ts';
import type { ControllerJob } from './controller.ts';
import { hasEnded } from './job-exit.ts';
import { memoryOf, type SubmittedArray } from './job-request.ts';
import type { Look } from './job-watch.ts';

export interface TrackedJob {
  readonly id: string;
  /** Undefined: an earlier distributor submitted it, and it was over before we looked. */
  readonly key: string | undefined;
  readonly taskInstanceId: number;
  /** Bytes that it asked for. */
  readonly memory: number;
  /** Monotonic milliseconds of the first look that called it ended or did not show it. */
  endedSince?: number;
  /** Whether its end was told. */
  told?: boolean;
  /** Monotonic milliseconds at which Slurm was told to end it. */
  cancelledAt?: number;
  /** As what it ends when we have ended it. */
  doom?: ExitInfo;
}

/** Milliseconds for which a job has to be over before its end is told: its worker's report may be on its way to us. */
const GRACE = 5000;
const CANCELLED: ExitInfo = { status: 'U', message: 'The job was cancelled by its distributor.' };
/** Milliseconds after which an ended job is forgotten; by then it was told, and asked for if anybody wanted to know. */
const MEMORY = 3_600_000;

/** The jobs that this distributor has submitted. */
export class TrackedJobs {
  readonly #byId = new Map<string, TrackedJob>();
  /** Key of a submission → id of its array, while any of its jobs is remembered. */
  readonly #arrays = new Map<string, { readonly id: string; jobs: number }>();

  /** Whether the end of any job is still to be told. */
  get areAwaited(): boolean {
    return [...this.#byId.values()].some(({ told }) => told !== true);
  }

  get(id: string): TrackedJob | undefined {
    return this.#byId.get(id);
  }

  add({ key, request, ids }: SubmittedArray, steps: readonly Step[]): void {
    const instances = new Map(steps.map(({ step, taskInstanceId }) => [step, taskInstanceId]));
    for (const [step, id] of ids) {
      const taskInstanceId = instances.get(step) as number;
      this.#track({ id, key, taskInstanceId, memory: request.memory * 2 ** 20 });
    }
  }

  /** Jobs that an earlier distributor of the run has submitted. */
  adopt(jobs: readonly AdoptedJob[], look: Look): void {
    for (const { distributorId: id, taskInstanceId, resources } of jobs) {
      const key = look.jobs.get(id)?.comment || undefined;
      this.#track({ id, key, taskInstanceId, memory: memoryOf(resources) * 2 ** 20 });
    }
  }

  /** A job id is handed out again after a crash of the controller: the comment tells. Some clusters do not keep it. */
  isOurs({ id, comment }: Pick<ControllerJob, 'id' | 'comment'>): boolean {
    const key = this.#byId.get(id)?.key;
    return key === undefined || comment === '' || comment === key;
  }

  /** The job of this id as a look shows it, if it is the one that we mean. */
  seenIn({ jobs }: Look, id: string): ControllerJob | undefined {
    const seen = jobs.get(id);
    return seen !== undefined && this.isOurs(seen) ? seen : undefined;
  }

  /** Notes which jobs a look calls ended, or does not show. */
  see(look: Look): void {
    for (const job of this.#byId.values()) {
      const seen = this.seenIn(look, job.id);
      if (seen !== undefined && !hasEnded(seen.state)) delete job.endedSince;
      else job.endedSince ??= look.began;
    }
  }

  /** Ids of those whose end is to be told now, each once. Those that were told long ago are forgotten. */
  untold({ began }: Look): string[] {
    const ended = [...this.#byId.values()].filter(({ endedSince = began }) => began - endedSince >= GRACE);
    const untold = ended.filter(({ told }) => told !== true);
    for (const job of untold) job.told = true;
    for (const job of ended) if (began - (job.endedSince ?? began) >= MEMORY) this.#forget(job);
    return untold.map(({ id }) => id);
  }

  /** Those that have not ended, with what the look says of them. */
  living(look: Look): ControllerJob[] {
    return [...this.#byId.keys()].flatMap((id) => {
      const seen = this.seenIn(look, id);
      return seen !== undefined && !hasEnded(seen.state) ? [seen] : [];
    });
  }

  /** Arrays of a submission that was made twice, because its first answer came to nobody: only one of them counts. */
  doubles({ jobs }: Look): string[] {
    return [...jobs.values()]
      .filter(({ id, comment, state }) => {
        const array = this.#arrays.get(comment);
        return array !== undefined && array.id !== id.split('_')[0] && !hasEnded(state);
      })
      .map(({ id }) => id);
  }

  cancelled(ids: readonly string[], now: number): void {
    for (const id of ids) {
      const job = this.#byId.get(id);
      if (job === undefined) continue;
      job.cancelledAt ??= now;
      job.doom ??= CANCELLED;
    }
  }

  #track(job: TrackedJob): void {
    const { id, key } = job;
    const isKnown = this.#byId.has(id);
    this.#byId.set(id, job);
    if (key === undefined || isKnown) return;
    const array = this.#arrays.get(key);
    if (array === undefined) this.#arrays.set(key, { id: id.split('_')[0] as string, jobs: 1 });
    else array.jobs++;
  }

  #forget({ id, key }: TrackedJob): void {
    this.#byId.delete(id);
    if (key === undefined) return;
    const array = this.#arrays.get(key);
    if (array !== undefined && --array.jobs === 0) this.#arrays.delete(key);
  }
}
