/** One distributor from its start to its end. Source: distributor-worker §3. */

import { databaseNameOf } from '../api/connect.ts';
import { routes } from '../api/routes.ts';
import { parseTraceparent, TRACE_VARIABLE } from '../api/tracing/span-context.ts';
import type { Tracer } from '../api/tracing/tracer.ts';
import { orAborted } from '../core/abort.ts';
import { SkepError } from '../core/errors.ts';
import { parseLiteral } from '../core/python-literal.ts';
import { type Spool, spoolFor } from '../core/spool.ts';
import { changeSource } from './changes.ts';
import { Claim, releaseRun } from './claim.ts';
import type { ClusterContext, ClusterDistributor, StopMode } from './clusters/cluster.ts';
import { createCluster } from './clusters/index.ts';
import { Instances } from './instances.ts';
import type { DistributorTrace } from './parts.ts';
import { DistributorService } from './service.ts';

/** Without the workflow's id, orphans are found only where their supervisor is dead. */
export interface DistributorOptions
  extends Omit<ClusterContext, 'connectionParameters' | 'isTakeover' | 'environment'>,
    Partial<Pick<ClusterContext, 'environment'>> {
  /** Aborted when the distributor is to end. */
  readonly signal: AbortSignal;
  /** Called with `ALIVE` when it is ready and with `SHUTDOWN` when it has ended in order. */
  readonly announce: (word: 'ALIVE' | 'SHUTDOWN') => void;
  /**
   * The run goes on without it: when it is told to end, it leaves what it has submitted to the next distributor. Default:
   * false, its end is that of the run.
   */
  readonly handsOver?: boolean | undefined;
  /** Where workers leave the reports that found no server. Default: in this user's data directory. */
  readonly spool?: Spool | undefined;
  /** Makes spans of what it does, below the place in a trace that its environment names. Default: nobody does. */
  readonly tracer?: Tracer | undefined;
  /** Makes the cluster of a type. Default: one of the bundled types, or a plug-in. */
  readonly createCluster?: (type: string, context: ClusterContext) => ClusterDistributor | Promise<ClusterDistributor>;
}

type TracedOptions = DistributorOptions & { readonly trace: DistributorTrace | undefined };

/** How a distributor has ended. */
export interface DistributorEnd {
  /** Letter of the run, as last heard; undefined: it was told to end before it was ready. */
  readonly runStatus: string | undefined;
}

/**
 * Resolves when the run is over or the signal was aborted, and the cluster has stopped.
 * @throws SkepError when it cannot start, when the server does not know the run, or when another distributor has it.
 */
export async function runDistributor(given: DistributorOptions): Promise<DistributorEnd> {
  const { tracer, workflowRunId, workflowId, clusterName, environment = process.env } = given;
  if (tracer === undefined) return runUntraced(given, undefined);
  const parent = parseTraceparent(environment[TRACE_VARIABLE]);
  const attributes = {
    'skep.workflow_run_id': workflowRunId,
    'skep.workflow_id': workflowId,
    'skep.cluster': clusterName,
  };
  return tracer.within('distribute', { parent, attributes }, (span) => {
    given.requester.trace = tracer.requestsBelow(span.context);
    const below = { ...environment, [TRACE_VARIABLE]: span.traceparent };
    return runUntraced({ ...given, environment: below }, { tracer, span });
  });
}

async function runUntraced(given: DistributorOptions, trace: DistributorTrace | undefined): Promise<DistributorEnd> {
  const lost = new AbortController();
  const options = { ...given, trace, signal: AbortSignal.any([given.signal, lost.signal]) };
  const { announce, log, handsOver = false } = options;
  try {
    const end = await distribute(options, lost);
    if (lost.signal.aborted) throw lost.signal.reason;
    log.info({ ...end, stopped: given.signal.aborted }, 'The distributor ends');
    announce('SHUTDOWN');
    return end;
  } finally {
    if (handsOver) await releaseRun(options); // Else the run ends with us.
  }
}

/** `lost` is aborted when another distributor has the run. */
async function distribute(options: TracedOptions, lost: AbortController): Promise<DistributorEnd> {
  const { announce, signal, handsOver = false } = options;
  const found = await unlessAborted(connect(options), signal);
  if (found === undefined) return { runStatus: undefined };
  const { cluster, claim } = found;
  if (claim !== undefined) claim.onLost = (error) => lost.abort(error);
  let mode: StopMode = handsOver ? 'hand_over' : 'kill';
  let runStatus: string | undefined;
  try {
    const service = await unlessAborted(startService(options, cluster, claim), signal);
    if (service !== undefined) {
      announce('ALIVE');
      try {
        await service.run();
      } finally {
        mode = await service.close({ handsOver });
        runStatus = service.runStatus;
      }
    }
  } finally {
    // Whoever has lost the run may not touch its jobs any more.
    await cluster.stop(lost.signal.aborted ? 'hand_over' : mode);
  }
  return { runStatus };
}

/** Claims the run, and makes what submits to its cluster. */
async function connect(
  options: DistributorOptions,
): Promise<{ cluster: ClusterDistributor; claim: Claim | undefined }> {
  const { type, connectionParameters } = await findCluster(options);
  const { handsOver = false, createCluster: create = createCluster, environment = process.env } = options;
  const claim = await Claim.take(options, { fromOutside: handsOver });
  const isTakeover = claim?.isTakeover ?? false;
  const cluster = await create(type, { ...options, connectionParameters, isTakeover, environment });
  return { cluster, claim };
}

async function startService(
  options: TracedOptions,
  cluster: ClusterDistributor,
  claim: Claim | undefined,
): Promise<DistributorService> {
  await wishForStatus(options, 'I');
  await cluster.start();
  const spool = options.spool ?? spoolFor(options.config, await databaseNameOf(options.requester, options.config.http));
  const parts = { ...options, cluster, claim, spool, instances: new Instances() };
  const service = new DistributorService(parts, await changeSource(parts));
  if (claim?.isTakeover) await service.adopt();
  await wishForStatus(options, 'O');
  return service;
}

/** Undefined when the signal was aborted first: the server may have died with whoever gave it, and answer nothing more. */
function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  return orAborted<Value | undefined>(work, signal).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
}

async function findCluster({ clusterName, requester }: DistributorOptions) {
  const { cluster } = await requester.call(routes.getCluster, { params: { cluster_name: clusterName } });
  if (cluster === null) throw new SkepError('cluster_unknown', `Cluster ${clusterName} does not exist.`);
  const [, , type, parameters] = cluster;
  return { type, connectionParameters: readParameters(parameters, clusterName) };
}

/** JSON, or the Python literal that some databases hold. */
function readParameters(text: string | null, clusterName: string): Readonly<Record<string, unknown>> {
  const parameters = text === null || text.trim() === '' ? null : parseLiteral(text);
  if (parameters === null) return {};
  if (typeof parameters === 'object' && !Array.isArray(parameters)) return parameters;
  throw new SkepError('config_invalid', `The connection parameters of cluster ${clusterName} are no object: ${text}.`);
}

/** The answer does not matter: a run that was told to stop meanwhile shows it in its changes. */
async function wishForStatus({ requester, workflowRunId }: DistributorOptions, status: 'I' | 'O'): Promise<void> {
  await requester.call(routes.updateWorkflowRunStatus, {
    params: { workflow_run_id: workflowRunId },
    body: { status },
  });
}
