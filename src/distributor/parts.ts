import type { Caller } from '../api/requester.ts';
import type { Span, Tracer } from '../api/tracing/tracer.ts';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import type { Logger } from '../core/log.ts';
import type { Spool } from '../core/spool.ts';
import type { Claim } from './claim.ts';
import type { ClusterDistributor } from './clusters/cluster.ts';
import type { Instances } from './instances.ts';

/** What every kind of the distributor's work needs. */
export interface DistributorParts {
  readonly workflowRunId: number;
  readonly requester: Caller;
  readonly cluster: ClusterDistributor;
  readonly instances: Instances;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where workers leave the reports that found no server. Default: nobody does. */
  readonly spool?: Spool | undefined;
  /** The right to the run; undefined against a server that keeps no claims. */
  readonly claim?: Claim | undefined;
  /** Aborted when the distributor is to end: nothing is waited for any more. */
  readonly signal: AbortSignal;
  /** Makes spans of submissions. Default: nobody does. */
  readonly trace?: DistributorTrace | undefined;
}

export interface DistributorTrace {
  readonly tracer: Tracer;
  /** Of the distributor. */
  readonly span: Span;
}

/** Instances in one request. Source: distributor-worker §2. */
export const CHUNK = 500;
