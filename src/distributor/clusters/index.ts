import { SkepError } from '../../core/errors.ts';
import type { ClusterContext, ClusterDistributor } from './cluster.ts';
import { createDummy } from './dummy.ts';
import { createMultiprocess } from './multiprocess.ts';
import { createSequential } from './sequential.ts';
import { createSlurm } from './slurm/index.ts';

/** Cluster type → what runs its jobs. */
const CLUSTER_TYPES: Readonly<Record<string, (context: ClusterContext) => ClusterDistributor>> = {
  dummy: createDummy,
  multiprocess: createMultiprocess,
  sequential: createSequential,
  slurm: createSlurm,
};

/** @throws SkepError `cluster_unknown` naming the cluster and its type. */
export function createCluster(type: string, context: ClusterContext): ClusterDistributor {
  const create = Object.hasOwn(CLUSTER_TYPES, type) ? CLUSTER_TYPES[type] : undefined;
  if (create !== undefined) return create(context);
  const known = Object.keys(CLUSTER_TYPES).join(', ');
  throw new SkepError('cluster_unknown', `Cluster ${context.clusterName} is of type ${type}; known are ${known}.`);
}
