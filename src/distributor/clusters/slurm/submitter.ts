/** Submitting batches as job arrays, each exactly once. */
import type { Clock } from '../../../core/clock.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Logger } from '../../../core/log.ts';
import type { Submission } from '../cluster.ts';
import { ClusterBusy, ClusterUnreachable, SubmissionRefused } from '../errors.ts';
import type { ControllerJob, JobRequest, SlurmController } from './controller.ts';
import { EarlierSubmissions } from './earlier-submissions.ts';
import { jobRequest, type SubmittedArray, uselessResources } from './job-request.ts';
import type { JobWatch } from './job-watch.ts';
import { writeKey } from './submission-key.ts';

/**
 * Milliseconds for which a submission without an answer has to be absent from an answering controller before it is made
 * again: one that hung works off what had arrived meanwhile within moments of waking up.
 */
const SETTLING = 10_000;

export interface SubmitterParts {
  readonly controller: SlurmController;
  readonly watch: JobWatch;
  readonly clock: Clock;
  readonly log: Logger;
  readonly workflowId: number;
  readonly workflowRunId: number;
  readonly database: string;
}

/** What is submitted in one call. */
interface Part {
  readonly key: string;
  readonly steps: readonly number[];
  /** Indexes are steps less this. */
  readonly offset: number;
}

export class Submitter {
  readonly #parts: SubmitterParts;
  /**
   * By batch: its parts as they were first submitted, until the cluster has all of them. Of a batch whose answer was lost
   * some steps may be over when it is submitted again; under a key of its own nobody would find the rest.
   */
  readonly #open = new Map<string, Part[]>();
  /** By the key of the submission: what the controller has taken. */
  readonly #accepted = new Map<string, string>();
  /** Keys of submissions that got no answer → monotonic milliseconds since when they are known to be absent. */
  readonly #unanswered = new Map<string, number | undefined>();
  readonly #earlier: EarlierSubmissions;
  readonly #warned = new Set<string>();
  #maxArraySize: Promise<number> | undefined;

  constructor(parts: SubmitterParts) {
    this.#parts = parts;
    this.#earlier = new EarlierSubmissions(parts, SETTLING);
  }

  /** Repeated after a failure, it submits what is missing. @throws as {@link SlurmController.submit} */
  async submit(batch: Submission): Promise<SubmittedArray[]> {
    const arrays: SubmittedArray[] = [];
    this.#warnOf(uselessResources(batch.resources));
    if (batch.mayExist) arrays.push(...(await this.#earlier.find(batch, await this.#arrayLimit())));
    const found = new Set(arrays.flatMap(({ ids }) => [...ids.keys()]));
    const missing = new Set(batch.steps.map(({ step }) => step).filter((step) => !found.has(step)));
    for (const { key, offset, steps: all } of await this.#openParts(batch, [...missing])) {
      const steps = all.filter((step) => missing.has(step));
      if (steps.length === 0) continue;
      const request = jobRequest(batch, { steps, offset, comment: key });
      const arrayId = this.#accepted.get(key) ?? (await this.#submitOnce(key, request));
      this.#accepted.set(key, arrayId);
      arrays.push({ key, request, ids: new Map(steps.map((step) => [step, `${arrayId}_${step - offset}`])) });
    }
    for (const { key } of arrays) this.#accepted.delete(key); // All of it is with the caller from here on.
    this.#open.delete(nameOf(batch));
    return arrays;
  }

  async #openParts(batch: Submission, steps: readonly number[]): Promise<readonly Part[]> {
    const known = this.#open.get(nameOf(batch)) ?? [];
    const covered = new Set(known.flatMap(({ steps }) => steps));
    const others = steps.filter((step) => !covered.has(step));
    const parts = others.length === 0 ? known : [...known, ...(await this.#partsOf(batch, others))];
    this.#open.set(nameOf(batch), parts);
    return parts;
  }

  /** Once for each name: every batch of a template asks for the same. */
  #warnOf(names: readonly string[]): void {
    for (const resource of names.filter((name) => !this.#warned.has(name))) {
      this.#warned.add(resource);
      this.#parts.log.warn({ resource }, 'Slurm has no use for this resource');
    }
  }

  /** Indexes begin at 0 in each part of a batch that is longer than an array may be. */
  async #partsOf(batch: Submission, steps: readonly number[]): Promise<Part[]> {
    const limit = await this.#arrayLimit();
    const sorted = steps.toSorted((one, other) => one - other);
    const isOne = (sorted.at(-1) ?? 0) < limit;
    const parts = Map.groupBy(sorted, (step) => (isOne ? 0 : Math.floor(step / limit)));
    return [...parts].map(([part, members]) => ({
      key: this.#keyOf(batch, members),
      steps: members,
      offset: part * limit,
    }));
  }

  #arrayLimit(): Promise<number> {
    this.#maxArraySize ??= this.#parts.controller.limits().then(
      ({ maxArraySize }) => maxArraySize,
      (error: unknown) => {
        this.#maxArraySize = undefined;
        throw new ClusterBusy(`The limits of the cluster are not known: ${messageOf(error)}`, { cause: error });
      },
    );
    return this.#maxArraySize;
  }

  #keyOf({ arrayId, batchNumber }: Submission, steps: readonly number[]): string {
    const { database, workflowId, workflowRunId } = this.#parts;
    const place = { arrayId, batchNumber, firstStep: steps[0] ?? 0, steps: steps.length };
    return writeKey({ database, workflowId, workflowRunId, ...place });
  }

  async #submitOnce(key: string, request: JobRequest): Promise<string> {
    if (this.#unanswered.has(key)) {
      const found = await this.#find(key);
      if (found !== undefined) return found;
    }
    try {
      return await this.#parts.controller.submit(request);
    } catch (error) {
      // The controller's own word that it took nothing; all else leaves it open.
      if (error instanceof SubmissionRefused || error instanceof ClusterBusy) throw error;
      this.#unanswered.set(key, undefined);
      throw error;
    }
  }

  /** Undefined: the controller answers, and has known nothing of it for long enough. @throws ClusterUnreachable */
  async #find(key: string): Promise<string | undefined> {
    const { watch, clock, log } = this.#parts;
    const { jobs, began } = await watch.look().catch((error: unknown) => {
      this.#unanswered.set(key, undefined); // A controller that hangs again may not have got to it yet.
      throw error;
    });
    const arrayId = arrayOf([...jobs.values()].find(({ comment }) => comment === key));
    if (arrayId !== undefined) {
      log.info({ array: arrayId }, 'A submission whose answer was lost was found on the cluster');
      this.#unanswered.delete(key);
      return arrayId;
    }
    const since = this.#unanswered.get(key) ?? began;
    this.#unanswered.set(key, since);
    if (clock.monotonic() - since < SETTLING) {
      throw new ClusterUnreachable('A submission got no answer, and it is not certain yet that it was not made.');
    }
    this.#unanswered.delete(key);
    return undefined;
  }
}

const nameOf = ({ arrayId, batchNumber }: Submission): string => `${arrayId}:${batchNumber}`;

const arrayOf = (job: ControllerJob | undefined): string | undefined => job?.id.split('_')[0];
