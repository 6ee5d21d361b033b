/** What a new run does about attempts that earlier runs of its workflow left behind. */
import { ACTIVE_TASK_STATUSES, type TaskInstanceStatus } from '../../core/status.ts';
import type { WriteUnit } from '../db/unit.ts';
import type { InstanceMove } from '../transitions/instance.ts';
import { type InstanceRow, readInstances } from './instance-rows.ts';
import { writeInstances } from './instance-writes.ts';

/** Open instances: someone may still be at work on them. */
export const LEFT_BEHIND: readonly TaskInstanceStatus[] = ['Q', 'I', 'O', 'R', 'T', 'X'];

/**
 * A run that died leaves instances open. Where their task was reset for the new run, two attempts could soon be alive at
 * once: whoever still works on the old one is told to die with its next report. What waits, and what has been silent past
 * its deadline, has nobody to be told. Instances whose task goes on (a hot resume) stay as they are.
 */
export async function standDownEarlierInstances(
  unit: WriteUnit,
  { workflowId, workflowRunId }: { workflowId: number; workflowRunId: number },
): Promise<void> {
  const earlierRuns = unit.db
    .selectFrom('workflow_run')
    .select('id')
    .where('workflow_id', '=', workflowId)
    .where('id', '<', workflowRunId);
  const rows = await readInstances(unit.db, (query) =>
    query.where('task_instance.workflow_run_id', 'in', earlierRuns).where('task_instance.status', 'in', LEFT_BEHIND),
  );
  const writes = rows.filter(isAbandoned).map((row) => {
    const move = standDownOf(row, unit.now);
    const error = `Workflow run ${workflowRunId} starts the task anew: ${row.status} → ${move.instance}.`;
    return { row, move, error };
  });
  await writeInstances(unit, writes);
}

function isAbandoned({ superseded, taskStatus }: InstanceRow): boolean {
  return superseded || !ACTIVE_TASK_STATUSES.includes(taskStatus);
}

/** Who has shown a sign of life in time is told to die; of the rest nobody would confirm it. */
export function standDownOf({ status, reportBy }: InstanceRow, now: number): InstanceMove {
  const listens = ['O', 'R', 'T'].includes(status) && reportBy !== null && reportBy > now;
  return { instance: listens ? 'K' : 'F', task: undefined };
}
