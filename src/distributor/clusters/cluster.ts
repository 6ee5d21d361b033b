/** What the distributor wants of a cluster, whatever its technology. Source: distributor-worker §9.2. */

import type { Requester } from '../../api/requester.ts';
import type { KillReason } from '../../api/supervisor.ts';
import type { Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import type { Logger } from '../../core/log.ts';
import type { Machine } from '../../core/machine.ts';
import type { ProcessLauncher } from '../../core/process.ts';
import type { Random } from '../../core/random.ts';

/** The jobs of one run on one cluster: what the distributor wants of it. */
export interface ClusterDistributor {
  readonly clusterName: string;
  /**
   * Gets ready for submissions; what earlier runs of the workflow left on the cluster is gone when it resolves. Where the
   * cluster may be wrong about a job that may not go on, that takes as long as its lease and the end of its command.
   */
  start(): Promise<void>;
  /** Nothing is submitted afterwards. */
  stop(mode: StopMode): Promise<void>;
  /**
   * Looks after jobs that an earlier distributor of the run has submitted. Where jobs do not outlive their distributor, they
   * are gone, and {@link onLost} tells so. Absent: this cluster's jobs are over as soon as they are submitted.
   */
  adopt?(jobs: readonly AdoptedJob[]): Promise<void>;
  /**
   * Submits task instances that run alike and gives the cluster's id of each, by step. After ClusterUnreachable it is repeated:
   * what the cluster has taken before must not be submitted again then, and has the same ids.
   * @throws SubmissionRefused when it never can be, ClusterBusy and ClusterUnreachable when it may be tried again.
   */
  submit(batch: Submission): Promise<ReadonlyMap<number, string>>;
  /**
   * What became of jobs. An id that is absent got no answer, which says nothing about the job.
   * @throws ClusterUnreachable when none got an answer.
   */
  states(distributorIds: readonly string[]): Promise<ReadonlyMap<string, JobState>>;
  /** Begins to end jobs; {@link states} tells when they are gone. Unknown ids are no error. */
  terminate(distributorIds: readonly string[], reason: KillReason): Promise<void>;
  /**
   * Hears of jobs that have ended, where the cluster notices by itself: with a message they are certainly gone and will never
   * report; without one, {@link states} tells how they ended, and most of them have reported.
   */
  onLost?(listener: (distributorIds: readonly string[], message?: string) => void): void;
}

/**
 * `kill`: nothing that was submitted lives afterwards. `leave`: what runs goes on without us, what waits does not.
 * `hand_over`: everything stays for the next distributor of the run, as far as jobs outlive their distributor.
 */
export type StopMode = 'kill' | 'leave' | 'hand_over';

/** A job that an earlier distributor of the run has submitted. */
export interface AdoptedJob {
  readonly distributorId: string;
  readonly taskInstanceId: number;
  /** As requested, with the queue's name as `queue`. */
  readonly resources: Readonly<Record<string, unknown>>;
}

/** Task instances of one array that ask for the same, to be submitted together. */
export interface Submission {
  readonly arrayId: number;
  readonly batchNumber: number;
  /** For people: `<array name>-<batch number>`. */
  readonly name: string;
  /** As requested, with the queue's name as `queue`. */
  readonly resources: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
  /** An earlier distributor of the run may have submitted some of it, or all, and told nobody. */
  readonly mayExist: boolean;
  /** Arguments of the worker program that runs one step of this batch. */
  readonly workerArguments: readonly string[];
  /** Where the attempts stand in a trace; absent: in none. */
  readonly traceparent?: string | undefined;
}

/** A task instance and its place in its batch. */
export interface Step {
  readonly step: number;
  readonly taskInstanceId: number;
}

/** What a cluster says of one job. */
export type JobState =
  | { readonly kind: 'pending' | 'running' }
  /** `exit`: how it ended, where the cluster knows. */
  | { readonly kind: 'gone'; readonly exit?: ExitInfo };

/** How a job ended, where its cluster knows. */
export interface ExitInfo {
  /** What the server accepts for an instance in triage. */
  readonly status: 'U' | 'Z' | 'F';
  readonly message: string;
  /** The cluster may be wrong, as about a node that it cannot reach: believed only when the lease of the attempt is over. */
  readonly isUncertain?: boolean;
  /** With `Z`: what it ran out of, where the cluster knows. Only that is asked for in a greater amount. */
  readonly ranOut?: 'memory' | 'runtime';
  /** The cluster lost it and the task has no part in that: it costs no try. */
  readonly sparesTry?: boolean;
  /** What the cluster counted: seconds, and bytes of memory. */
  readonly usage?: { readonly wallclock: number; readonly cpu: number | null; readonly maxrss: number | null };
}

/** What a cluster is made with. */
export interface ClusterContext {
  readonly clusterName: string;
  readonly connectionParameters: Readonly<Record<string, unknown>>;
  readonly workflowRunId: number;
  /** Undefined when whoever started the distributor did not say it. */
  readonly workflowId: number | undefined;
  /** An earlier distributor had the run, and may have left what it started. */
  readonly isTakeover: boolean;
  /** The whole environment of what the cluster starts. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly requester: Requester;
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly processes: ProcessLauncher;
  readonly log: Logger;
  /** Default: the machine that we are on. */
  readonly machine?: Machine | undefined;
}
