/** Clusters and queues. Source: http-fsm §7.10, §7.11. */
import { SkepError } from '../../core/errors.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';

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

export interface ClusterDescription {
  readonly name: string;
  readonly type: string;
  readonly connectionParameters: Readonly<Record<string, unknown>>;
  readonly queues: readonly { readonly name: string; readonly parameters: Readonly<Record<string, unknown>> }[];
}

/**
 * Adds a cluster with its queues, or gives one that exists these parameters. Queues that are not named stay: old tasks
 * ask for them.
 * @throws SkepError `invalid_usage` when there is a cluster of this name and another type.
 */
export async function putCluster(
  unit: WriteUnit,
  { name, type, connectionParameters, queues }: ClusterDescription,
): Promise<{ id: number; created: boolean }> {
  const found = await findCluster(unit, name);
  if (found !== undefined && found.type !== type) {
    throw new SkepError('invalid_usage', `Cluster ${name} exists and is of type ${found.type}, not ${type}.`);
  }
  const connection_parameters = JSON.stringify(connectionParameters);
  const id = found?.id ?? (await addCluster(unit, { name, type }));
  await unit.db.updateTable('cluster').set({ connection_parameters }).where('id', '=', id).execute();
  for (const queue of queues) {
    const parameters = JSON.stringify(queue.parameters);
    const known = await findQueue(unit, id, queue.name);
    if (known === undefined) {
      await unit.db.insertInto('queue').values({ name: queue.name, cluster_id: id, parameters }).execute();
    } else await unit.db.updateTable('queue').set({ parameters }).where('id', '=', known.id).execute();
  }
  return { id, created: found === undefined };
}

async function addCluster({ db }: WriteUnit, { name, type }: Pick<ClusterDescription, 'name' | 'type'>) {
  const known = await db.selectFrom('cluster_type').select('id').where('name', '=', type).executeTakeFirst();
  const cluster_type_id =
    known?.id ??
    (await db.insertInto('cluster_type').values({ name: type }).returning('id').executeTakeFirstOrThrow()).id;
  const { id } = await db
    .insertInto('cluster')
    .values({ name, cluster_type_id })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** All clusters by name, with their queues. */
export async function allClusters({ db }: ReadUnit) {
  const clusters = await db
    .selectFrom('cluster')
    .innerJoin('cluster_type', 'cluster_type.id', 'cluster.cluster_type_id')
    .select(['cluster.id', 'cluster.name', 'cluster_type.name as cluster_type', 'cluster.connection_parameters'])
    .orderBy('cluster.name')
    .execute();
  const queues = await db.selectFrom('queue').select(['cluster_id', 'name', 'parameters']).orderBy('name').execute();
  const byCluster = Map.groupBy(queues, ({ cluster_id }) => cluster_id);
  return clusters.map(({ id, ...cluster }) => ({
    ...cluster,
    queues: (byCluster.get(id) ?? []).map(({ name, parameters }) => ({ name, parameters })),
  }));
}
