/** Ending the task instances of a run that was told to stop. Source: http-fsm §11.4, http-views §8.4. */
import { ACTIVE_TASK_STATUSES, ALIVE_WORKFLOW_RUN_STATUSES, type TaskInstanceStatus } from '../../core/status.ts';
import { idsOf } from '../db/bulk.ts';
import type { WriteUnit } from '../db/unit.ts';
import { decideInstance, type InstanceMove } from '../transitions/instance.ts';
import { type InstanceRow, readInstances } from './instance-rows.ts';
import { writeInstances } from './instance-writes.ts';
import type { RunRow } from './run-moves.ts';

export interface Termination {
  readonly workflowRunId: number;
  /** A hot stop lets what runs finish; a cold one kills it. */
  readonly sparesRunning: boolean;
  /** Who ends them and why: the beginning of the error log entries. */
  readonly reason: string;
  /**
   * Also ends instances that were launched and never heard of. While the distributor of the run lives, they are its
   * business: it asks the cluster first.
   */
  readonly includesUnheard?: boolean;
}

/**
 * What the swarm of a run that was told to stop asks for. Of a run that has ended it is a late copy, which no longer knows that
 * a hot resume was to spare what runs: it changes nothing.
 * @returns as {@link terminateInstances}
 */
export async function terminateOnRequest(unit: WriteUnit, { id, status }: RunRow): Promise<number> {
  if (!ALIVE_WORKFLOW_RUN_STATUSES.includes(status)) return 0;
  const reason = `Workflow run ${id} was told to stop`;
  return terminateInstances(unit, { workflowRunId: id, sparesRunning: status === 'H', reason });
}

/**
 * Ends the instances of a run that wait (they and their tasks fail) and orders the launched and running ones to die.
 * @returns how many instances changed; 0 when repeated.
 */
export async function terminateInstances(unit: WriteUnit, termination: Termination): Promise<number> {
  const { workflowRunId, sparesRunning, includesUnheard = false, reason } = termination;
  const affected: TaskInstanceStatus[] = ['Q', 'I', 'O'];
  if (!sparesRunning) affected.push('R', 'T');
  if (includesUnheard) affected.push('X');
  const rows = await readInstances(unit.db, (query) =>
    query.where('task_instance.workflow_run_id', '=', workflowRunId).where('task_instance.status', 'in', affected),
  );
  const writes = rows.map((row) => {
    const move = terminationOf(row);
    return { row, move, error: `${reason}: ${row.status} → ${move.instance}.` };
  });
  return (await writeInstances(unit, writes)).size;
}

/** What waits or was never heard of has nobody who could confirm its death, so it is dead; the rest is ordered to die. */
function terminationOf({ status, taskStatus, superseded }: InstanceRow): InstanceMove {
  if (['O', 'R', 'T'].includes(status)) return { instance: 'K', task: undefined };
  const ownsTask = !superseded && ACTIVE_TASK_STATUSES.includes(taskStatus);
  return { instance: 'F', task: ownsTask ? 'F' : undefined };
}

/**
 * Gives up instances of which nobody will report that they died: they, and the tasks that are still theirs, fail.
 * `silentOnly` leaves those that have a sign of life to give yet.
 * @returns how many were given up.
 */
export async function giveUpKilled(
  unit: WriteUnit,
  { workflowRunIds, silentOnly, reason }: { workflowRunIds: readonly number[]; silentOnly: boolean; reason: string },
): Promise<number> {
  const rows = await readInstances(unit.db, (query) =>
    query
      .where('task_instance.workflow_run_id', 'in', idsOf(workflowRunIds))
      .where('task_instance.status', '=', 'K')
      .$if(silentOnly, (killed) => killed.where('task_instance.report_by_date', '<=', unit.now)),
  );
  const writes = rows.map((row) => ({ row, move: decideInstance(row, 'F'), error: `${reason}: K → F.` }));
  return (await writeInstances(unit, writes)).size;
}
