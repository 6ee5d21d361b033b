import { SkepError } from '../../core/errors.ts';
import type { ClusterContext, ClusterDistributor } from './cluster.ts';
import { createDummy } from './dummy.ts';
import { createMultiprocess } from './multiprocess.ts';
import { loadPlugIn, plugInPaths } from './plug-in.ts';
import { createSequential } from './sequential.ts';
import { createSlurm } from './slurm/index.ts';

/** Cluster type → what runs its jobs. */
const CLUSTER_TYPES: Readonly<Record<string, (context: ClusterContext) => ClusterDistributor>> = {
  dummy: createDummy,
  multiprocess: createMultiprocess,
  sequential: createSequential,
  slurm: createSlurm,
};

/**
 * Makes the cluster of a type that is bundled, or that `distributor.cluster_types` brings.
 * @throws SkepError `cluster_unknown` naming the cluster and its type, `config_invalid` naming the module.
 */
export async function createCluster(type: string, context: ClusterContext): Promise<ClusterDistributor> {
  const create = Object.hasOwn(CLUSTER_TYPES, type) ? CLUSTER_TYPES[type] : undefined;
  if (create !== undefined) return create(context);
  const paths = plugInPaths(context.config.distributor.cluster_types);
  const path = paths.get(type);
  if (path !== undefined) return (await loadPlugIn(path)).createCluster(context);
  const known = [...Object.keys(CLUSTER_TYPES), ...paths.keys()].join(', ');
  throw new SkepError(
    'cluster_unknown',
    `Cluster ${context.clusterName} is of type ${type}; known are ${known}. The setting distributor.cluster_types adds others.`,
  );
}
