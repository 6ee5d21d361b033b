import type { Requester } from '../api/requester.ts';
import { routes } from '../api/routes.ts';
import { SkepError } from '../core/errors.ts';

/** Asks whether the cluster exists. @throws SkepError cluster_unknown. Source: distributor-worker §8.2. */
export async function checkCluster(requester: Requester, clusterName: string): Promise<void> {
  const { cluster } = await requester.call(routes.getCluster, { params: { cluster_name: clusterName } });
  if (cluster === null) throw new SkepError('cluster_unknown', `Cluster ${clusterName} does not exist.`);
}
