/** Taking queued task instances with the news of them, for a distributor that waits for nothing else. */
import type { TaskInstanceStatus } from '../../core/status.ts';
import type { Database } from '../db/database.ts';
import { type InstantiatedBatch, instantiate, instantiatedBatches } from './batches.ts';

/** More at once are left to requests of their own, so that no single write holds up all others. */
const LARGEST_TAKE = 1000;

export interface Taken {
  /** The instances of the batches. */
  readonly ids: ReadonlySet<number>;
  readonly batches: readonly InstantiatedBatch[];
}

/**
 * Takes the queued among `changed`, and gives the batches of all of them that are taken now: by this call, as they were
 * queued, or by a call whose answer was lost.
 */
export async function takeChanged(
  database: Database,
  changed: readonly { readonly id: number; readonly status: TaskInstanceStatus }[],
): Promise<Taken> {
  const idsIn = (status: TaskInstanceStatus) => changed.filter((row) => row.status === status).map(({ id }) => id);
  const [queued, instantiated] = [idsIn('Q'), idsIn('I')];
  const wanted = queued.length <= LARGEST_TAKE ? [...queued, ...instantiated] : instantiated;
  if (wanted.length === 0) return { ids: new Set(), batches: [] };
  const batches = await (wanted.length === instantiated.length
    ? database.read((unit) => instantiatedBatches(unit, wanted))
    : database.write(async (unit) => {
        await instantiate(unit, queued);
        return instantiatedBatches(unit, wanted);
      }));
  return { ids: new Set(batches.flatMap(({ instances }) => instances.map(({ id }) => id))), batches };
}
