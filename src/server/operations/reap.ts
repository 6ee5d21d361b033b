/** Ending runs that will not end themselves. Source: http-views §8.4, data-model §7.2. */
import type { ProcessLauncher } from '../../core/process.ts';
import { ALIVE_WORKFLOW_RUN_STATUSES, TERMINATING_STATUSES, type WorkflowRunStatus } from '../../core/status.ts';
import { idsOf, textsOf } from '../db/bulk.ts';
import type { Database, ReadUnit, WriteUnit } from '../db/database.ts';
import { isProcessGone } from './process-gone.ts';
import { moveRun, type RunRow, readRun, selectRuns } from './run-moves.ts';
import { giveUpKilled, terminateInstances } from './termination.ts';

/** Why a run is ended: its deadline has passed, or its client process is certainly dead. */
export type ReapReason = 'silent' | 'client_gone';

export interface ReapedRun {
  readonly workflowRunId: number;
  readonly workflowId: number;
  readonly reason: ReapReason;
  readonly before: WorkflowRunStatus;
  /** The same as `before` while instances that were ordered to die have not confirmed it. */
  readonly after: WorkflowRunStatus;
  /** How many those are. */
  readonly killSelfRemaining: number;
}

export interface ReapOptions {
  readonly processes: ProcessLauncher;
  /**
   * Milliseconds since the epoch from when the server could hear heartbeats: a run counts as silent only if it also had a
   * whole interval since then, so that no run dies of an outage of the server.
   */
  readonly listeningSince: number;
}

export interface SparedRun {
  readonly workflowRunId: number;
  readonly workflowId: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface Reaping {
  readonly runs: readonly ReapedRun[];
  /** Overdue, but the server has not listened for a whole interval yet. */
  readonly spared: readonly SparedRun[];
}

/** Ends all runs that are silent past their deadline or whose client is dead, each in a unit of its own. */
export async function reapRuns(database: Database, options: ReapOptions): Promise<Reaping> {
  const { candidates, spared } = await database.read(async (unit) => {
    const alive = await selectRuns(unit.db).where('workflow_run.status', 'in', ALIVE_WORKFLOW_RUN_STATUSES).execute();
    const found = Map.groupBy(alive, (run) => reapReason(unit, run, options) !== undefined);
    const overdue = (found.get(false) ?? []).filter(({ heartbeatDate }) => heartbeatDate <= unit.now);
    return { candidates: found.get(true) ?? [], spared: overdue.map((run) => sparedRun(run, options)) };
  });
  const runs: ReapedRun[] = [];
  for (const { id } of candidates) {
    const result = await database.write(async (unit) => {
      const run = await readRun(unit, id); // It may have reported since.
      const reason = reapReason(unit, run, options);
      return reason === undefined ? undefined : endRun(unit, run, reason);
    });
    if (result !== undefined) runs.push(result);
  }
  return { runs, spared };
}

function reapReason({ now }: ReadUnit, run: RunRow, options: ReapOptions): ReapReason | undefined {
  if (!ALIVE_WORKFLOW_RUN_STATUSES.includes(run.status)) return undefined;
  if (isProcessGone(run.clientProcess, options.processes)) return 'client_gone';
  return Math.max(run.heartbeatDate, heardUntil(run, options)) <= now ? 'silent' : undefined;
}

/** Until when the server gives a run time to report since it began to listen. */
function heardUntil({ heartbeatIncrement }: RunRow, { listeningSince }: ReapOptions): number {
  return listeningSince + (heartbeatIncrement ?? 0) * 1000;
}

function sparedRun(run: RunRow, options: ReapOptions): SparedRun {
  return { workflowRunId: run.id, workflowId: run.workflowId, until: heardUntil(run, options) };
}

/** Runs with one of these statuses (any letters) that are silent past their deadline, by ascending id. */
export function lostRuns({ db, now }: ReadUnit, statuses: readonly string[]): Promise<RunRow[]> {
  return selectRuns(db)
    .where('workflow_run.status', 'in', textsOf(statuses) as never)
    .where('workflow_run.heartbeat_date', '<=', now)
    .execute();
}

/** What a reaper elsewhere may end. Peers know no other; the rest of the living is left to {@link reapRuns}. */
const REAPED_ON_REQUEST: readonly WorkflowRunStatus[] = ['L', 'R', 'C', 'H'];

/** Ends a run that is silent past its deadline. Undefined: there is no such run, or it has time left. */
export async function reapRun(
  unit: WriteUnit,
  runId: number,
): Promise<Pick<ReapedRun, 'after' | 'killSelfRemaining'> | undefined> {
  const run = await selectRuns(unit.db)
    .where('workflow_run.id', '=', runId)
    .where('workflow_run.heartbeat_date', '<=', unit.now)
    .executeTakeFirst();
  if (run === undefined) return undefined;
  if (!REAPED_ON_REQUEST.includes(run.status)) return { after: run.status, killSelfRemaining: 0 };
  return endRun(unit, run, 'silent');
}

/**
 * Ends one run: a linking one is aborted, one that was told to stop is terminated, every other one has failed (its
 * instances are left to a resume, which knows whether they may go on).
 */
export async function endRun(unit: WriteUnit, run: RunRow, reason: ReapReason): Promise<ReapedRun> {
  const remaining = TERMINATING_STATUSES.includes(run.status) ? await cleanUp(unit, run, reason) : 0;
  const ended = remaining > 0 ? run : await moveRun(unit, run, endOf(run.status));
  return {
    workflowRunId: run.id,
    workflowId: run.workflowId,
    reason,
    before: run.status,
    after: ended.status,
    killSelfRemaining: remaining,
  };
}

function endOf(status: WorkflowRunStatus): WorkflowRunStatus {
  if (status === 'L') return 'A';
  return TERMINATING_STATUSES.includes(status) ? 'T' : 'E';
}

/**
 * Ends the instances of a run that was told to stop.
 * @returns how many instances the end of the run has to wait for. With a dead client nobody waits: its distributor ended
 * with it, and a worker that is left over gets its order to die with its next report.
 */
async function cleanUp(unit: WriteUnit, run: RunRow, reason: ReapReason): Promise<number> {
  await terminateInstances(unit, {
    workflowRunId: run.id,
    sparesRunning: run.status === 'H',
    reason: reason === 'silent' ? 'Resume: the run stopped reporting' : 'Resume: the client of the run is dead',
    includesUnheard: true,
  });
  await giveUpKilled(unit, {
    workflowRunIds: [run.id],
    silentOnly: true,
    reason: 'Resume: neither the run nor the attempt reports any more',
  });
  return reason === 'client_gone' ? 0 : countKilled(unit, [run.id]);
}

/** How many instances of the runs were ordered to die and have not confirmed it. */
export async function countKilled({ db }: ReadUnit, workflowRunIds: readonly number[]): Promise<number> {
  const { killed } = await db
    .selectFrom('task_instance')
    .select(({ fn }) => fn.countAll<number>().as('killed'))
    .where('workflow_run_id', 'in', idsOf(workflowRunIds))
    .where('status', '=', 'K')
    .executeTakeFirstOrThrow();
  return killed;
}
