/** Stopping the live run of a workflow and making its tasks ready for the next. Source: http-fsm §8.4–8.6, §9.6. */
import { SkepError } from '../../core/errors.ts';
import type { ProcessLauncher } from '../../core/process.ts';
import { ALIVE_WORKFLOW_RUN_STATUSES, STOPPABLE_WORKFLOW_RUN_STATUSES, type TaskStatus } from '../../core/status.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { isProcessGone } from './process-gone.ts';
import { countKilled, endRun } from './reap.ts';
import { moveRun, selectRuns } from './run-moves.ts';
import { startTasksAnew } from './start-anew.ts';
import { giveUpKilled } from './termination.ts';
import { aliveRunOf } from './workflow-runs.ts';

/**
 * Tells the live run of a workflow to stop; no live run, no effect. A run whose client is known to be dead is ended at
 * once: nobody would answer the signal, and the resume would wait for a deadline to pass.
 */
export async function requestResume(
  unit: WriteUnit,
  { workflowId, cold, processes }: { workflowId: number; cold: boolean; processes: ProcessLauncher },
): Promise<void> {
  const runs = await selectRuns(unit.db)
    .where('workflow_run.workflow_id', '=', workflowId)
    .where('workflow_run.status', 'in', ALIVE_WORKFLOW_RUN_STATUSES)
    .execute();
  for (const run of runs) {
    const stoppable = STOPPABLE_WORKFLOW_RUN_STATUSES.includes(run.status);
    const signalled = stoppable ? await moveRun(unit, run, cold ? 'C' : 'H') : run;
    if (isProcessGone(run.clientProcess, processes)) await endRun(unit, signalled, 'client_gone');
  }
}

export interface Resumability {
  readonly resumable: boolean;
  /** Instances that were ordered to die and have not confirmed it. */
  readonly pendingKillSelf: number;
}

/** Says whether a new run could link; undefined for an unknown workflow. */
export async function resumabilityOf(unit: ReadUnit, workflowId: number): Promise<Resumability | undefined> {
  const workflow = await unit.db
    .selectFrom('workflow')
    .select('created_date')
    .where('id', '=', workflowId)
    .executeTakeFirst();
  if (workflow === undefined) return undefined;
  const resumable = workflow.created_date !== null && (await aliveRunOf(unit, workflowId)) === undefined;
  return { resumable, pendingKillSelf: await countKilled(unit, await runIdsOf(unit, workflowId)) };
}

async function runIdsOf({ db }: ReadUnit, workflowId: number): Promise<number[]> {
  const runs = await db.selectFrom('workflow_run').select('id').where('workflow_id', '=', workflowId).execute();
  return runs.map(({ id }) => id);
}

export interface Cleanup {
  readonly instances: number;
  readonly runs: number;
}

/** Gives up all instances of a workflow that were ordered to die, and ends the runs that waited for them. */
export async function forceCleanup(unit: WriteUnit, workflowId: number): Promise<Cleanup> {
  const instances = await giveUpKilled(unit, {
    workflowRunIds: await runIdsOf(unit, workflowId),
    silentOnly: false,
    reason: 'Forced clean-up: the attempt did not confirm that it ended',
  });
  const waiting = await selectRuns(unit.db)
    .where('workflow_run.workflow_id', '=', workflowId)
    .where('workflow_run.status', 'in', ['C', 'H'])
    .execute();
  let runs = 0;
  for (const run of waiting) if ((await moveRun(unit, run, 'T')).status === 'T') runs++;
  return { instances, runs };
}

/**
 * Makes every unfinished task start anew with all its attempts; `resetRunning` says whether running ones too.
 * @throws SkepError `workflow_not_resumable` while a run of the workflow is alive or its tasks are not bound. An unknown
 * workflow has no tasks to reset.
 */
export async function resetTasks(
  unit: WriteUnit,
  { workflowId, resetRunning }: { workflowId: number; resetRunning: boolean },
): Promise<void> {
  if ((await resumabilityOf(unit, workflowId))?.resumable === false) {
    throw new SkepError('workflow_not_resumable', `Workflow ${workflowId} has a live run, or its tasks are not bound.`);
  }
  const kept: TaskStatus[] = resetRunning ? ['D'] : ['D', 'R'];
  await startTasksAnew(unit, workflowId, ({ eb, and }) =>
    and([eb('task.workflow_id', '=', workflowId), eb('task.status', 'not in', kept)]),
  );
}
