import type { ClusterContext, ClusterDistributor } from './cluster.ts';
import { LocalCluster } from './local/local-cluster.ts';

/** This machine, one command after the other. */
export const createSequential = (context: ClusterContext): ClusterDistributor => new LocalCluster(context, 1);
