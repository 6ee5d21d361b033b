/** Clusters and queues. Source: http-fsm §7.10, §7.11. */
import type { ReadUnit } from '../db/unit.ts';

export interface ClusterRow {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  /** JSON text. */
  readonly connection_parameters: string | null;
}

export function findCluster(unit: ReadUnit, name: string): Promise<ClusterRow | undefined> {
  return unit.db
    .selectFrom('cluster')
    .innerJoin('cluster_type', 'cluster_type.id', 'cluster.cluster_type_id')
    .select(['cluster.id', 'cluster.name', 'cluster_type.name as type', 'cluster.connection_parameters'])
    .where('cluster.name', '=', name)
    .executeTakeFirst();
}

export interface QueueRow {
  readonly id: number;
  readonly name: string;
  /** Python-literal text. */
  readonly parameters: string;
}

export function findQueue(unit: ReadUnit, clusterId: number, name: string): Promise<QueueRow | undefined> {
  return unit.db
    .selectFrom('queue')
    .select(['id', 'name', 'parameters'])
    .where('cluster_id', '=', clusterId)
    .where('name', '=', name)
    .executeTakeFirst();
}
