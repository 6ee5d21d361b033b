/** Giving tasks other resources before they run again. */
import { SkepError } from '../../../core/errors.ts';
import { idsOf } from '../../db/bulk.ts';
import type { ReadUnit, WriteUnit } from '../../db/unit.ts';
import { noteChangedResources, originsOf } from '../changed-resources.ts';
import { findQueue } from '../clusters.ts';
import { readResources } from '../resources-text.ts';
import type { TaskCondition } from '../start-anew.ts';

/** What is undefined stays as it is. */
export interface NewResources {
  /** GiB. */
  readonly memory?: number | undefined;
  readonly cores?: number | undefined;
  /** Seconds. */
  readonly runtime?: number | undefined;
  /** A queue of the cluster that a task is for. */
  readonly queue?: string | undefined;
}

const QUANTITIES = ['memory', 'cores', 'runtime'] as const;

/** Cluster types whose queues take any request. */
const BOUNDLESS_TYPES: readonly string[] = ['dummy', 'sequential', 'multiprocess'];

/**
 * @throws SkepError `queue_unknown` and `resources_invalid` for what one of the tasks cannot have; for a request that its
 * queue does not take, the swarm would ask for the next best in silence.
 */
export async function refuseImpossible(
  unit: ReadUnit,
  resources: NewResources,
  taskIds: Iterable<number>,
): Promise<void> {
  for (const present of await presentResources(unit, ({ eb }) => eb('task.id', 'in', idsOf(taskIds)))) {
    await targetOf(unit, present, resources);
  }
}

/**
 * Makes the rows that tasks get in place of those that they have, or finds those that an earlier part of the same change
 * made.
 * @returns pairs of ids; of rows that stay, the same twice.
 */
export async function replaceResources(
  unit: WriteUnit,
  { changeId, resources, which }: { changeId: number; resources: NewResources; which: TaskCondition },
): Promise<{ from: number; to: number }[]> {
  const present = await presentResources(unit, which);
  const made = await unit.db
    .selectFrom('skep_changed_resources')
    .select(['changed_from as from', 'task_resources_id as to'])
    .where('change_id', '=', changeId)
    .where('changed_from', 'in', idsOf(present.map(({ id }) => id)))
    .execute();
  const pairs = new Map(made.map(({ from, to }) => [from, to]));
  const origins = await originsOf(
    unit,
    present.map(({ id }) => id),
  );
  for (const row of present) {
    if (pairs.has(row.id)) continue;
    const target = await targetOf(unit, row, resources);
    if (target === undefined) {
      pairs.set(row.id, row.id);
      continue;
    }
    const { id } = await unit.db.insertInto('task_resources').values(target).returning('id').executeTakeFirstOrThrow();
    const { original } = origins.get(row.id) ?? { original: row.id };
    await noteChangedResources(unit, { id, changedFrom: row.id, original, changeId });
    pairs.set(row.id, id);
  }
  return Array.from(pairs, ([from, to]) => ({ from, to }));
}

type PresentResources = Awaited<ReturnType<typeof presentResources>>[number];

/** The rows of resources that tasks have, each once. */
function presentResources({ db }: ReadUnit, which: TaskCondition) {
  return db
    .selectFrom('task_resources')
    .leftJoin('queue', 'queue.id', 'task_resources.queue_id')
    .leftJoin('cluster', 'cluster.id', 'queue.cluster_id')
    .leftJoin('cluster_type', 'cluster_type.id', 'cluster.cluster_type_id')
    .select(['task_resources.id', 'task_resources.queue_id as queueId', 'requested_resources as requested'])
    .select(['queue.name as queue', 'queue.parameters', 'cluster.id as clusterId', 'cluster.name as cluster'])
    .select('cluster_type.name as clusterType')
    .where('task_resources.id', 'in', ({ selectFrom }) =>
      selectFrom('task').select('task_resources_id').distinct().where(which),
    )
    .orderBy('task_resources.id')
    .execute();
}

/** The row to make in place of `present`; undefined if it says the same already. */
async function targetOf(unit: ReadUnit, present: PresentResources, { queue: queueName, ...given }: NewResources) {
  const before = readResources(present.requested);
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const after: Record<string, unknown> = { ...before, ...named };
  const isMoved = queueName !== undefined && queueName !== present.queue;
  const queue = isMoved
    ? await queueOf(unit, present, queueName)
    : { id: present.queueId, name: present.queue, parameters: present.parameters };
  // What was not named was accepted by its queue before, or made to fit.
  if (present.clusterType !== null && !BOUNDLESS_TYPES.includes(present.clusterType)) {
    refuseBeyond(queue, after, isMoved ? QUANTITIES : QUANTITIES.filter((name) => named[name] !== undefined));
  }
  if (!isMoved && Object.keys(named).every((name) => named[name] === before[name])) return undefined;
  return { queue_id: queue.id, task_resources_type_id: 'A', requested_resources: JSON.stringify(after) };
}

async function queueOf(unit: ReadUnit, { clusterId, cluster }: PresentResources, name: string) {
  const found = clusterId === null ? undefined : await findQueue(unit, clusterId, name);
  if (found !== undefined) return found;
  const place =
    cluster === null ? 'belongs to no cluster that the tasks are for' : `does not exist on cluster ${cluster}`;
  throw new SkepError('queue_unknown', `Queue ${JSON.stringify(name)}: it ${place}.`);
}

interface Queue {
  readonly name: string | null;
  readonly parameters: string | null;
}

/** Queues write their limits as `(least, most)`. */
function refuseBeyond(queue: Queue, asked: Record<string, unknown>, names: readonly string[]): void {
  const offered = readResources(queue.parameters);
  for (const name of names) {
    const [least, most] = Array.isArray(offered[name]) ? offered[name] : [];
    const value = asked[name];
    if (typeof value !== 'number' || typeof least !== 'number' || typeof most !== 'number') continue;
    if (value >= least && value <= most) continue;
    const sentence = `Queue ${queue.name} offers ${name} from ${least} to ${most}, not ${value}.`;
    throw new SkepError('resources_invalid', sentence);
  }
}
