/** What changed for a distributor that remembers which instances it has in one status. Source: http-fsm §11.5. */
import type { TaskInstanceStatus } from '../../core/status.ts';
import { idsOf } from '../db/bulk.ts';
import type { ReadUnit } from '../db/unit.ts';

export interface InstanceStatus {
  readonly id: number;
  readonly status: TaskInstanceStatus;
}

/**
 * Instances of the run among `known` that are in another status than `status` now, and those in `status` that are not
 * known. The difference is taken in memory: both sides are read by index, and no long list excludes rows one by one.
 */
export async function statusDifferences(
  { db }: ReadUnit,
  { workflowRunId, status, known }: { workflowRunId: number; status: string; known: readonly number[] },
): Promise<InstanceStatus[]> {
  const instances = db
    .selectFrom('task_instance')
    .select(['id', 'status'])
    .where('workflow_run_id', '=', workflowRunId);
  const listed = known.length === 0 ? [] : await instances.where('id', 'in', idsOf(known)).execute();
  const present = await instances.where('status', '=', status as TaskInstanceStatus).execute();
  const knownIds = new Set(known);
  return [...listed.filter((row) => row.status !== status), ...present.filter((row) => !knownIds.has(row.id))];
}
