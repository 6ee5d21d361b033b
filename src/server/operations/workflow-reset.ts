/** Starting a workflow from the beginning. Source: http-views §4.5, data-model §7.6. */
import { TERMINATING_STATUSES } from '../../core/status.ts';
import type { WriteUnit } from '../db/unit.ts';
import { moveRun, selectRuns } from './run-moves.ts';
import { endAttempts, startTasksAnew, type TaskCondition } from './start-anew.ts';

/**
 * Makes all tasks of a workflow, or all but the done ones, run again, and the workflow wait for a run whatever its status
 * is. Runs that were told to stop and have been silent past their deadline are ended first. An unknown workflow has
 * nothing to reset.
 */
export async function resetWorkflow(
  unit: WriteUnit,
  { workflowId, keepsDone }: { workflowId: number; keepsDone: boolean },
): Promise<void> {
  const silent = await selectRuns(unit.db)
    .where('workflow_run.workflow_id', '=', workflowId)
    .where('workflow_run.status', 'in', TERMINATING_STATUSES)
    .where('workflow_run.heartbeat_date', '<=', unit.now)
    .execute();
  for (const run of silent) await moveRun(unit, run, 'T');
  const which: TaskCondition = ({ eb }) => {
    const all = eb('task.workflow_id', '=', workflowId);
    return keepsDone ? all.and('task.status', '!=', 'D') : all;
  };
  await endAttempts(unit, workflowId, which, 'The workflow was reset');
  await startTasksAnew(unit, workflowId, which);
  await unit.db
    .updateTable('workflow')
    .set({ status: 'G', status_date: unit.now, revision: await unit.revision() })
    .where('id', '=', workflowId)
    .execute();
  unit.changed(`workflow:${workflowId}`);
}
