/** What the end of a command means for its task instance. Source: distributor-worker §8.6, §11.5. */
import { constants } from 'node:os';
import type { SupervisorJob } from '../api/supervisor.ts';
import type { ProcessEnd } from '../core/process.ts';
import type { TaskInstanceStatus } from '../core/status.ts';
import { BYTES_PER_GIB, type CommandEnd } from './command.ts';

export interface AttemptResult {
  readonly status: TaskInstanceStatus;
  /** Undefined: nothing went wrong. */
  readonly description: string | undefined;
  /** With Z: what it did not have enough of. */
  readonly ranOut?: 'memory' | 'runtime';
  /** With U: the task has no part in it, and its try is given back. */
  readonly sparesTry?: boolean;
}

/**
 * The result to be reported; undefined when the server has already given the instance up. `batchSystem`: of a worker that
 * one has started, which keeps the limits itself; `limit` in seconds, as the task asked for.
 */
export function resultOf(
  end: CommandEnd,
  { runtime, memory }: Pick<SupervisorJob, 'runtime' | 'memory'>,
  batchSystem?: { readonly limit: number | undefined },
): AttemptResult | undefined {
  const how = describeEnd(end);
  switch (end.stopped) {
    case 'abandoned':
      return undefined;
    case 'ordered':
      return { status: 'F', description: `The command was killed as ordered (it ended with ${how}).` };
    case 'silent':
      return { status: 'U', description: `The command was killed because its reports did not arrive (${how}).` };
    case 'shutdown':
      if (batchSystem !== undefined) return endedByBatchSystem(end, how, batchSystem.limit);
      return { status: 'U', description: `The command was stopped with its distributor (it ended with ${how}).` };
    case 'lease':
      return {
        status: 'U',
        description: `The command was ended because the server did not answer for too long (${how}).`,
      };
    case 'runtime':
      return outOfTime(end, runtime);
    case 'memory':
      return {
        status: 'Z',
        ranOut: 'memory',
        description: `The command was killed: it used ${gibibytes(end)} GiB and had asked for ${memory} GiB.`,
      };
    default:
      return ownResult(end, how);
  }
}

/** It does not say why. It rounds limits up: before the limit that was asked for, it was not the task's time that was up. */
function endedByBatchSystem(end: CommandEnd, how: string, limit: number | undefined): AttemptResult {
  if (limit !== undefined && end.wallclock >= limit) return outOfTime(end, limit);
  return {
    status: 'U',
    sparesTry: true,
    description: `The batch system ended the job, as it does for a more urgent one (the command ended with ${how}).`,
  };
}

function outOfTime(end: CommandEnd, asked: number | null): AttemptResult {
  const description = `The command was killed: it ran for ${seconds(end.wallclock)} s and had asked for ${asked} s.`;
  return { status: 'Z', ranOut: 'runtime', description };
}

/** The command ended by itself, or somebody else ended it. */
function ownResult(end: CommandEnd, how: string): AttemptResult {
  if (end.code === 0) return { status: 'D', description: undefined };
  if (end.outOfMemory) {
    const used = `it used ${gibibytes(end)} GiB when last looked at`;
    return { status: 'Z', ranOut: 'memory', description: `The system killed the command for want of memory; ${used}.` };
  }
  return { status: 'E', description: `The command ended with ${how}.\n${end.stderrTail}`.trimEnd() };
}

/** Exit status, or the signal with the status that a shell would give for it. */
function describeEnd({ code, signal }: ProcessEnd): string {
  if (signal === null) return `exit code ${code}`;
  return `signal ${signal} (exit code ${128 + constants.signals[signal]})`;
}

const seconds = (value: number) => value.toFixed(1);
const gibibytes = ({ usage }: CommandEnd) => (usage.maxrss === null ? '?' : (usage.maxrss / BYTES_PER_GIB).toFixed(2));
