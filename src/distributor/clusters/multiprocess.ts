import { SkepError } from '../../core/errors.ts';
import type { ClusterContext, ClusterDistributor } from './cluster.ts';
import { LocalCluster } from './local/local-cluster.ts';

/** This machine, with as many cores as the connection parameter `parallelism` says, or as it has. */
export function createMultiprocess(context: ClusterContext): ClusterDistributor {
  const { parallelism } = context.connectionParameters;
  if (parallelism === undefined || parallelism === null) return new LocalCluster(context, undefined);
  if (typeof parallelism === 'number' && Number.isInteger(parallelism) && parallelism > 0) {
    return new LocalCluster(context, parallelism);
  }
  const value = JSON.stringify(parallelism);
  throw new SkepError('config_invalid', `parallelism of cluster ${context.clusterName} is ${value}, no whole number.`);
}
