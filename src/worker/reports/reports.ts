import type { TaskInstanceStatus } from '../../core/status.ts';

/** What the server tells about an instance whose command is about to start. */
export interface Assignment {
  readonly taskInstanceId: number;
  /** R: the command may start. Any other: it must not. */
  readonly status: string;
  readonly workflowRunId: number;
  readonly taskId: number;
  readonly taskName: string;
  readonly command: string;
  readonly workflowId: number;
  readonly stdoutDirectory: string | null;
  readonly stderrDirectory: string | null;
  /** Seconds, where the resources of the task ask for a lease of their own. */
  readonly lease?: number | undefined;
  /** Seconds that the task asked for, where the server says it. */
  readonly runtime?: number | undefined;
}

export interface StartReport {
  readonly taskInstanceId: number;
  readonly distributorId: string | null;
}

export interface Heartbeat extends StartReport {
  readonly stdout: string | null;
  readonly stderr: string | null;
}

export interface EndReport extends Heartbeat {
  readonly status: TaskInstanceStatus;
  readonly description: string | undefined;
  /** With Z: what it did not have enough of. */
  readonly ranOut?: 'memory' | 'runtime';
  /** With U: the task has no part in it, and its try is given back. */
  readonly sparesTry?: boolean;
  readonly stdoutTail: string;
  readonly stderrTail: string;
  /** Seconds, seconds, bytes; null: not known. */
  readonly usage: { readonly wallclock: number; readonly cpu: number | null; readonly maxrss: number | null };
}

export interface HeartbeatAnswer {
  /** The status of each instance now; those that do not exist are absent. */
  readonly statuses: ReadonlyMap<number, string>;
  /** Those whose output somebody looks at. */
  readonly watched: readonly number[];
}

/**
 * What a worker tells the server. A report is repeated for as long as the server cannot be reached: only its answer, or
 * its refusal, ends the wait. Source: distributor-worker §8.3.
 */
export interface Reports {
  /** @throws SkepError when the server refuses the report, as for an instance that does not exist. */
  start(report: StartReport): Promise<Assignment>;
  /** One attempt only: the next beat is the retry. */
  heartbeat(beats: readonly Heartbeat[]): Promise<HeartbeatAnswer>;
  /**
   * The status of the instance now: another than the reported one when that was refused.
   * @throws SkepError when the server refuses the report.
   */
  end(report: EndReport): Promise<string>;
}
