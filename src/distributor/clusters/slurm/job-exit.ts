/** What the states of Slurm mean. Source: distributor-worker §11.4, §11.5. */
import type { ExitInfo } from '../cluster.ts';
import type { AccountedJob } from './controller.ts';

/** Ended for good. Every other state is that of a job that waits or runs. */
const ENDED = new Set([
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'REVOKED',
  'TIMEOUT',
]);

const WAITING = new Set([
  'PENDING',
  'CONFIGURING',
  'REQUEUED',
  'REQUEUE_FED',
  'REQUEUE_HOLD',
  'RESV_DEL_HOLD',
  'SPECIAL_EXIT',
]);

/** Started again or held against our wish: such a job would be an attempt that nobody counted. */
const UNWANTED = new Set(['REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'RESV_DEL_HOLD', 'SPECIAL_EXIT']);

/** Reasons to wait that do not go away by waiting. Those of groups and of running jobs do. */
const NEVER_RESOLVES =
  /^(BadConstraints|InvalidAccount|InvalidQOS|PartitionTimeLimit|PartitionNodeLimit|JobHeldAdmin|DependencyNeverSatisfied|(AssocMax|QOSMax)\w*Per(Job|Node)\w*)$/i;

/** The node would not start it; or it runs there, and a controller that has lost its state tried to start it once more. */
const LAUNCH_FAILED = /launch failed requeued held/i;

/** Exit codes of our worker. Source: distributor-worker §8.1. */
const VERSION_MISMATCH = 198;
const WORKER_FAILED = [1, 199];
const SIGKILL = 9;
/** Where a killed job had this share of its memory or more, memory is what killed it: samples miss the last second. */
const NEARLY_ALL = 0.95;

export const hasEnded = (state: string): boolean => ENDED.has(state);
export const isWaiting = (state: string): boolean => WAITING.has(state);

/** How a job that waits has to be given up; undefined: it may wait on. */
export function hopelessExit(state: string, reason: string): ExitInfo | undefined {
  if (UNWANTED.has(state)) return { ...NOT_BY_THE_TASK, message: `Slurm would start the job again (${state}).` };
  const message = `Slurm will never start the job: ${reason}.`;
  if (LAUNCH_FAILED.test(reason)) return { ...NOT_BY_THE_TASK, message };
  return NEVER_RESOLVES.test(reason) ? { status: 'U', message } : undefined;
}

/** What befell the job may be wrong, and has nothing to do with its task. */
const NOT_BY_THE_TASK = { status: 'U', isUncertain: true, sparesTry: true } as const;

/** How a job ended: its state, what accounting knows of it, and the bytes that it had asked for. */
export function exitOf(state: string, account: AccountedJob | undefined, memory: number | undefined): ExitInfo {
  const counted = account === undefined ? {} : { usage: usageOf(account) };
  return { ...meaningOf(state, account, memory), ...counted };
}

function meaningOf(state: string, account: AccountedJob | undefined, memory: number | undefined): ExitInfo {
  const elapsed = account === undefined ? '' : ` after ${account.elapsed} s`;
  const node = account?.nodes ? ` (${account.nodes})` : '';
  switch (state) {
    case 'OUT_OF_MEMORY':
      return outOfMemory(account, memory);
    case 'TIMEOUT':
      return { status: 'Z', ranOut: 'runtime', message: `Slurm ended the job at its time limit${elapsed}.` };
    case 'NODE_FAIL':
      // A node that was only cut off still runs the job, and Slurm cannot know.
      return { ...NOT_BY_THE_TASK, message: `Slurm lost the node of the job${node}.` };
    case 'BOOT_FAIL':
      return { status: 'U', message: `The node of the job did not start${node}.`, sparesTry: true };
    case 'PREEMPTED':
    case 'REVOKED':
      return { status: 'U', message: `Slurm gave the place of the job to another one${elapsed}.`, sparesTry: true };
    case 'CANCELLED':
      // By a person; or by a node that would not start it, as after a controller gave the number of a job that lives there again.
      return { status: 'U', message: `The job was cancelled${elapsed}.`, sparesTry: true };
    case 'DEADLINE':
      return { status: 'U', message: `The job could not end before its deadline${elapsed}.` };
    case 'COMPLETED':
      return { status: 'U', message: 'The worker ended in order, but the server has no report of it.' };
    default:
      return failed(account, memory);
  }
}

function failed(account: AccountedJob | undefined, memory: number | undefined): ExitInfo {
  if (account === undefined) return { status: 'U', message: 'The job failed, and accounting does not say how.' };
  const { exitCode, signal, maxrss } = account;
  if (signal === SIGKILL && memory !== undefined && maxrss !== null && maxrss >= NEARLY_ALL * memory) {
    return outOfMemory(account, memory);
  }
  if (exitCode === VERSION_MISMATCH && signal === 0) {
    return { status: 'F', message: 'The worker on the node is of another version than the distributor.' };
  }
  const how =
    signal === 0 ? (exitCode === null ? 'an unknown exit code' : `exit code ${exitCode}`) : `signal ${signal}`;
  const hint =
    exitCode !== null && WORKER_FAILED.includes(exitCode)
      ? '; standard_error in the compute resources names a file for its words'
      : '';
  return { status: 'U', message: `The worker failed with ${how} after ${account.elapsed} s${hint}.` };
}

function outOfMemory(account: AccountedJob | undefined, memory: number | undefined): ExitInfo {
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  const asked = memory === undefined ? '' : ` of ${mib(memory)}`;
  const used = account?.maxrss ? `; ${mib(account.maxrss)} were seen in use` : '';
  return { status: 'Z', ranOut: 'memory', message: `The job ran out of its memory${asked}${used}.` };
}

function usageOf({ elapsed, cpu, maxrss }: AccountedJob): NonNullable<ExitInfo['usage']> {
  return { wallclock: elapsed, cpu, maxrss };
}
