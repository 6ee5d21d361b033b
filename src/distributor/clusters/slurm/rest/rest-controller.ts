import { forEachLimited } from '../../../concurrency.ts';
import { SubmissionRefused } from '../../errors.ts';
import { callEnvironment } from '../call-environment.ts';
import type {
  AccountedJob,
  ControllerJob,
  ControllerLimits,
  JobRequest,
  Partition,
  SlurmController,
} from '../controller.ts';
import { writeRanges } from '../index-ranges.ts';
import { submissionError } from '../refusals.ts';
import { type QueueRecord, readAccounts, readNodes, readPartitions, readQueue } from './answers.ts';
import { type RestConnection, wordsOf } from './connection.ts';
import { numberOf } from './fields.ts';
import { submissionBody } from './submission.ts';

/** What slurmrestd cannot tell, as Slurm has it where nobody sets it. A batch never has more steps. */
const DEFAULT_ARRAY_SIZE = 1001;
const DEFAULT_KILL_WAIT = 30;
/** Calls at once: each concerns one job, and the controller belongs to everybody on the cluster. */
const CALLS = 4;
/** Slurm cuts lists of indexes to about 64 characters when it shows them. */
const LONGEST_SHOWN = 50;

/** Slurm's numbers of errors that are none here. */
const UNKNOWN_JOB = 2017;
const ALREADY_DONE = 2021;
const NOTHING_FOUND = 9003;

const BAD_REQUEST = 400;
const SIGNAL_BITS = 0x7f;

export interface RestParts {
  readonly connection: RestConnection;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly maxArraySize: number | undefined;
}

/** Slurm by way of slurmrestd, where its commands are not. */
export class RestController implements SlurmController {
  readonly #parts: RestParts;
  /** By the comment of a submission: its indexes, where Slurm may show only the first of those that wait. */
  readonly #long = new Map<string, readonly number[]>();
  /** Ids. What waits and is cancelled leaves no trace, so that in a cut list nobody could miss it. */
  readonly #cancelled = new Set<string>();

  constructor(parts: RestParts) {
    this.#parts = parts;
  }

  async submit(request: JobRequest): Promise<string> {
    const { connection, environment } = this.#parts;
    const body = submissionBody(request, callEnvironment(environment), await connection.version());
    if (writeRanges(request.indexes).length > LONGEST_SHOWN) this.#long.set(request.comment, request.indexes);
    const answer = await connection.call({ method: 'POST', daemon: 'slurm', path: '/job/submit', body });
    const id = numberOf(answer.fields.job_id) ?? 0;
    if (id > 0) return String(id);
    if (answer.status === BAD_REQUEST) throw new SubmissionRefused(wordsOf(answer));
    throw submissionError(wordsOf(answer));
  }

  async jobs(): Promise<readonly ControllerJob[]> {
    const { connection } = this.#parts;
    const { fields } = await connection.ask({ method: 'GET', daemon: 'slurm', path: '/jobs' });
    const records = readQueue(fields, await connection.user());
    const single = new Set(records.flatMap((record) => (record.isCut ? [] : idsOf(record))));
    return records.flatMap((record) => {
      const { state, reason, comment } = record;
      const ids = record.isCut ? this.#idsOfCut(record, single) : idsOf(record);
      return ids.map((id) => ({ id, state, reason, comment }));
    });
  }

  async accounts(arrayIds: readonly string[]): Promise<readonly AccountedJob[]> {
    const answers: AccountedJob[] = [];
    await forEachLimited(arrayIds, CALLS, async (id) => {
      const call = { method: 'GET', daemon: 'slurmdb', path: `/job/${id}` } as const;
      const jobs = readAccounts((await this.#parts.connection.ask(call, [NOTHING_FOUND])).fields);
      const isComplete = jobs.every(({ exitCode }) => exitCode !== null);
      answers.push(...(isComplete ? jobs : await this.#withExitCodes(id, jobs)));
    });
    return answers;
  }

  async cancel(ids: readonly string[]): Promise<void> {
    await forEachLimited(ids, CALLS, async (id) => {
      const call = { method: 'DELETE', daemon: 'slurm', path: `/job/${id}` } as const;
      await this.#parts.connection.ask(call, [UNKNOWN_JOB, ALREADY_DONE]);
      this.#cancelled.add(id);
    });
  }

  /** What slurmrestd does not tell is Slurm's default. */
  async limits(): Promise<ControllerLimits> {
    await this.#parts.connection.version();
    return { maxArraySize: this.#parts.maxArraySize ?? DEFAULT_ARRAY_SIZE, killWait: DEFAULT_KILL_WAIT };
  }

  async partitions(): Promise<readonly Partition[]> {
    const { connection } = this.#parts;
    const nodes = readNodes((await connection.ask({ method: 'GET', daemon: 'slurm', path: '/nodes' })).fields);
    const { fields } = await connection.ask({ method: 'GET', daemon: 'slurm', path: '/partitions' });
    return readPartitions(fields, nodes);
  }

  /** Of a list that was cut, we know the rest if we have submitted it: all that stands nowhere else and was not cancelled. */
  #idsOfCut(record: QueueRecord, single: ReadonlySet<string>): string[] {
    const { array, comment } = record;
    const rest = (this.#long.get(comment) ?? [])
      .map((index) => `${array}_${index}`)
      .filter((id) => !single.has(id) && !this.#cancelled.has(id));
    return [...new Set([...idsOf(record), ...rest])];
  }

  /** The controller still knows for some minutes how the elements of an array ended, where accounting does not say it. */
  async #withExitCodes(array: string, jobs: readonly AccountedJob[]): Promise<AccountedJob[]> {
    const { connection } = this.#parts;
    const call = { method: 'GET', daemon: 'slurm', path: `/job/${array}` } as const;
    const { fields } = await connection.ask(call, [UNKNOWN_JOB]);
    const records = readQueue(fields, await connection.user());
    const statuses = new Map(records.flatMap((record) => idsOf(record).map((id) => [id, record])));
    return jobs.map((job) => {
      const record = statuses.get(job.id);
      const isSame = record?.waitStatus !== undefined && record.comment === job.comment;
      if (job.exitCode !== null || !isSame) return job;
      const status = record.waitStatus as number;
      return { ...job, exitCode: status >> 8, signal: status & SIGNAL_BITS };
    });
  }
}

const idsOf = ({ array, indexes }: QueueRecord): string[] =>
  indexes === undefined ? [array] : indexes.map((index) => `${array}_${index}`);
