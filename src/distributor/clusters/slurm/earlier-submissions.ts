/** What earlier distributors of a run have submitted, and may have told nobody. */
import type { Clock } from '../../../core/clock.ts';
import type { Submission } from '../cluster.ts';
import { ClusterUnreachable } from '../errors.ts';
import { jobRequest, type SubmittedArray } from './job-request.ts';
import type { JobWatch } from './job-watch.ts';
import { readKey } from './submission-key.ts';

interface Surroundings {
  readonly watch: JobWatch;
  readonly clock: Clock;
  readonly database: string;
  readonly workflowRunId: number;
}

export class EarlierSubmissions {
  readonly #parts: Surroundings;
  readonly #settling: number;
  /** Monotonic milliseconds of our first look. */
  #since: number | undefined;

  /** `settling`: milliseconds after which a submission that was cut off can be seen, or never will be. */
  constructor(parts: Surroundings, settling: number) {
    this.#parts = parts;
    this.#settling = settling;
  }

  /**
   * The elements that run steps of a batch. `limit`: the highest index of an array, plus one.
   * @throws ClusterUnreachable also while some are missing and could still turn up.
   */
  async find(batch: Submission, limit: number): Promise<SubmittedArray[]> {
    const { watch, clock } = this.#parts;
    const { jobs, began } = await watch.look();
    this.#since ??= began;
    const wanted = new Set(batch.steps.map(({ step }) => step));
    const found = [...jobs.values()].flatMap(({ id, comment }) => {
      const offset = this.#offsetIn(comment, batch, limit);
      const step = offset === undefined ? Number.NaN : Number(id.split('_')[1]) + offset;
      return wanted.has(step) ? [{ id, step, offset: offset as number, comment }] : [];
    });
    const steps = new Set(found.map(({ step }) => step));
    if (steps.size < wanted.size && clock.monotonic() - this.#since < this.#settling) {
      throw new ClusterUnreachable('It is not certain yet that an earlier distributor of the run did not submit it.');
    }
    return [...Map.groupBy(found, ({ comment }) => comment)].map(([key, elements]) => {
      const [{ offset }] = elements as [(typeof elements)[0]];
      const request = jobRequest(batch, { steps: elements.map(({ step }) => step), offset, comment: key });
      return { key, request, ids: new Map(elements.map(({ step, id }) => [step, id])) };
    });
  }

  /** What the indexes of an array are short of; undefined: it runs nothing of the batch. */
  #offsetIn(comment: string, { arrayId, batchNumber }: Submission, limit: number): number | undefined {
    const { database, workflowRunId } = this.#parts;
    const key = readKey(comment);
    const isOfRun = key?.database === database && key.workflowRunId === workflowRunId;
    if (!isOfRun || key.arrayId !== arrayId || key.batchNumber !== batchNumber) return undefined;
    return Math.floor(key.firstStep / limit) * limit;
  }
}
