/** What slurmrestd answers. The shapes of v0.0.38 were recorded; those of later versions are as published. */
import type { AccountedJob, ControllerJob, Partition } from '../controller.ts';
import { readRanges } from '../index-ranges.ts';
import { largestNodes, type NodeSize, withinNodes } from '../node-size.ts';
import type { RestAnswer } from './connection.ts';
import { fieldsOf, listOf, numberOf, textOf, wordsOfState } from './fields.ts';

type Fields = RestAnswer['fields'];

/** A record of the controller: one element, or all of an array that have none of their own. */
export interface QueueRecord extends Omit<ControllerJob, 'id'> {
  /** Id of the array, or of a job that is none. */
  readonly array: string;
  /** Undefined for a job that is no element. */
  readonly indexes: readonly number[] | undefined;
  /** Whether there are more elements than these: long lists are cut. */
  readonly isCut: boolean;
  /** Exit status as `wait` gives it. */
  readonly waitStatus: number | undefined;
}

/** Records of `/slurm/…/jobs` that are of `user`: there is no way to ask for less than all. */
export function readQueue({ jobs }: Fields, user: string): QueueRecord[] {
  return listOf(jobs).flatMap((job) => {
    const fields = fieldsOf(job);
    if (textOf(fields.user_name) !== user) return [];
    const array = numberOf(fields.array_job_id) || numberOf(fields.job_id) || 0;
    return [
      {
        array: String(array),
        ...elementsOf(fields),
        state: stateOf(fields.job_state),
        reason: textOf(fields.state_reason) || 'None',
        comment: textOf(fields.comment),
        waitStatus: numberOf(fields.exit_code) ?? waitStatusOf(fieldsOf(fields.exit_code)),
      },
    ];
  });
}

function elementsOf({ array_task_id, array_task_string }: Fields): Pick<QueueRecord, 'indexes' | 'isCut'> {
  const index = numberOf(array_task_id);
  if (index !== undefined) return { indexes: [index], isCut: false };
  const list = textOf(array_task_string);
  return list === '' ? { indexes: undefined, isCut: false } : readRanges(list);
}

/** The flags of newer versions stand behind the state; one that ends, waits to run again or starts is in that state. */
const FLAGS = ['COMPLETING', 'REQUEUE_HOLD', 'REQUEUE_FED', 'REQUEUED', 'SPECIAL_EXIT', 'RESV_DEL_HOLD', 'CONFIGURING'];

function stateOf(value: unknown): string {
  const words = wordsOfState(value);
  return FLAGS.find((flag) => words.includes(flag)) ?? words[0] ?? '';
}

/** Records of `/slurmdb/…/job/{id}`. */
export function readAccounts({ jobs }: Fields): AccountedJob[] {
  return listOf(jobs).flatMap((job) => {
    const fields = fieldsOf(job);
    const array = fieldsOf(fields.array);
    const time = fieldsOf(fields.time);
    const steps = listOf(fields.steps).map(fieldsOf);
    const state = stateOf(fieldsOf(fields.state).current);
    const account = {
      state,
      ...exitOf(fieldsOf(fields.exit_code), state),
      elapsed: numberOf(time.elapsed) ?? 0,
      cpu: Math.max(cpuOf(time), sum(steps.map((step) => cpuOf(fieldsOf(step.time))))) || null,
      // What was sampled as nothing was not there long enough to be sampled.
      maxrss: Math.max(0, ...steps.map(memoryOf)) || null,
      nodes: textOf(fields.nodes),
      comment: textOf(fieldsOf(fields.comment).job),
    };
    return idsOf(fields, array).map((id) => ({ ...account, id }));
  });
}

/** Elements that never ran share a record, which holds them as the bits of a number or, in newer versions, as a list. */
function idsOf({ job_id }: Fields, { job_id: array_id, task_id, task }: Fields): string[] {
  const array = numberOf(array_id) || undefined;
  if (array === undefined) return [String(numberOf(job_id))];
  const index = numberOf(task_id);
  if (index !== undefined) return [`${array}_${index}`];
  const list = textOf(task);
  const indexes = /^0x[\da-f]+$/i.test(list) ? bitsOf(BigInt(list)) : readRanges(list).indexes;
  return indexes.map((element) => `${array}_${element}`);
}

function bitsOf(mask: bigint): number[] {
  const digits = [...mask.toString(2)].reverse();
  return digits.flatMap((digit, index) => (digit === '1' ? [index] : []));
}

/** v0.0.38 calls every exit of its own a success with status 0, so that such a word counts only where it can be true. */
function exitOf({ status, return_code, signal }: Fields, state: string): Pick<AccountedJob, 'exitCode' | 'signal'> {
  const { signal_id, id } = fieldsOf(signal);
  const killedBy = numberOf(signal_id) ?? numberOf(id) ?? 0;
  const exitCode = numberOf(return_code) ?? null;
  const isWrong = state === 'FAILED' && killedBy === 0 && exitCode === 0 && wordsOfState(status).includes('SUCCESS');
  return { exitCode: isWrong ? null : exitCode, signal: killedBy };
}

function waitStatusOf({ return_code, signal }: Fields): number | undefined {
  const code = numberOf(return_code);
  return code === undefined ? undefined : code * 256 + (numberOf(fieldsOf(signal).id) ?? 0);
}

function cpuOf({ total }: Fields): number {
  const { seconds, microseconds } = fieldsOf(total);
  return (numberOf(seconds) ?? 0) + (numberOf(microseconds) ?? 0) / 1_000_000;
}

function memoryOf({ tres }: Fields): number {
  const most = listOf(fieldsOf(fieldsOf(tres).requested).max).map(fieldsOf);
  return numberOf(most.find(({ type }) => type === 'mem')?.count) ?? 0;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Records of `/slurm/…/partitions`. */
export function readPartitions({ partitions }: Fields, nodes: ReadonlyMap<string, NodeSize>): Partition[] {
  return listOf(partitions).flatMap((partition) => {
    const fields = fieldsOf(partition);
    const maximums = fieldsOf(fields.maximums);
    const states = wordsOfState(fields.state ?? fieldsOf(fields.partition).state);
    if (!states.includes('UP')) return [];
    const minutes = limitOf(fields.max_time_limit ?? maximums.time);
    const own = {
      name: textOf(fields.name),
      memory: limitOf(fields.maximum_memory_per_node ?? maximums.partition_memory_per_node),
      runtime: minutes === undefined ? undefined : minutes * 60,
    };
    return [withinNodes(own, nodes)];
  });
}

/** Slurm's own number for "no limit" in 32 bits, less one for "not set"; others are below 1 or have 64 bits. */
const UNLIMITED = 0xfffffffe;

function limitOf(value: unknown): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number > 0 && number < UNLIMITED ? number : undefined;
}

/** Records of `/slurm/…/nodes`. */
export function readNodes({ nodes }: Fields): Map<string, NodeSize> {
  return largestNodes(
    listOf(nodes).flatMap((node) => {
      const { partitions, cpus, real_memory } = fieldsOf(node);
      const size = { cores: numberOf(cpus) ?? 0, memory: numberOf(real_memory) ?? 0 };
      return listOf(partitions).map((partition) => [textOf(partition), size] as const);
    }),
  );
}
