import { idsOf } from '../../db/bulk.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { type Direction, selectNeighbours } from '../dag-walk.ts';

export interface RecordNeighbour {
  readonly taskId: number;
  readonly arrayId: number | null;
}

/** The tasks one edge away from each of these, by ascending id. */
export async function neighboursOf(
  unit: ReadUnit,
  taskIds: readonly number[],
  direction: Direction,
): Promise<Map<number, RecordNeighbour[]>> {
  const rows = await selectNeighbours(unit, direction)
    .select(['task.id as of', 'next.array_id as arrayId'])
    .where('task.id', 'in', idsOf(taskIds))
    .execute();
  const found = new Map<number, RecordNeighbour[]>();
  for (const { of, id, arrayId } of rows) {
    const known = found.get(of);
    if (known === undefined) found.set(of, [{ taskId: id, arrayId }]);
    else known.push({ taskId: id, arrayId });
  }
  return found;
}
