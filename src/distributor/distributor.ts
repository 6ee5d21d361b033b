/** One distributor from its start to its end. Source: distributor-worker §3. */

import { databaseNameOf } from '../api/connect.ts';
import { routes } from '../api/routes.ts';
import { orAborted } from '../core/abort.ts';
import { SkepError } from '../core/errors.ts';
import { parseLiteral } from '../core/python-literal.ts';
import { type Spool, spoolFor } from '../core/spool.ts';
import { changeSource } from './changes.ts';
import type { ClusterContext, ClusterDistributor } from './clusters/cluster.ts';
import { createCluster } from './clusters/index.ts';
import { Instances } from './instances.ts';
import { DistributorService } from './service.ts';

/** Without the workflow's id, orphans are found only where their supervisor is dead. */
export interface DistributorOptions extends Omit<ClusterContext, 'connectionParameters'> {
  /** Aborted when the distributor is to end. */
  readonly signal: AbortSignal;
  /** Called with `ALIVE` when it is ready and with `SHUTDOWN` when it has ended in order. */
  readonly announce: (word: 'ALIVE' | 'SHUTDOWN') => void;
  /** Where workers leave the reports that found no server. Default: in this user's data directory. */
  readonly spool?: Spool | undefined;
  /** Makes the cluster of a type. Default: one of the bundled types. */
  readonly createCluster?: typeof createCluster;
}

/**
 * Resolves when the run is over or the signal was aborted, and the cluster has stopped.
 * @throws SkepError when it cannot start, or when the server does not know the run.
 */
export async function runDistributor(options: DistributorOptions): Promise<void> {
  const { announce, signal } = options;
  const cluster = await orAborted(connectCluster(options), signal);
  let mode: 'kill' | 'leave' = 'kill';
  try {
    const service = await unlessAborted(startService(options, cluster), signal);
    if (service !== undefined) {
      announce('ALIVE');
      try {
        await service.run();
      } finally {
        mode = await service.close();
      }
    }
  } finally {
    await cluster.stop(mode);
  }
  options.log.info({ mode, stopped: signal.aborted }, 'The distributor ends');
  announce('SHUTDOWN');
}

async function startService(options: DistributorOptions, cluster: ClusterDistributor): Promise<DistributorService> {
  await wishForStatus(options, 'I');
  await cluster.start();
  await wishForStatus(options, 'O');
  const spool = options.spool ?? spoolFor(options.config, await databaseNameOf(options.requester, options.config.http));
  const parts = { ...options, cluster, spool, instances: new Instances() };
  return new DistributorService(parts, await changeSource(parts));
}

/** Undefined when the signal was aborted first: the server may have died with whoever gave it, and answer nothing more. */
function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  return orAborted<Value | undefined>(work, signal).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
}

async function connectCluster(options: DistributorOptions) {
  const { clusterName, requester, createCluster: create = createCluster } = options;
  const { cluster } = await requester.call(routes.getCluster, { params: { cluster_name: clusterName } });
  if (cluster === null) throw new SkepError('cluster_unknown', `Cluster ${clusterName} does not exist.`);
  const [, , type, parameters] = cluster;
  return create(type, { ...options, connectionParameters: readParameters(parameters, clusterName) });
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
