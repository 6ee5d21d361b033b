/** Reading workflow runs, and moving them together with their workflow. Source: data-model §5.1, §7.2, http-fsm §11.2. */
import type { Kysely } from 'kysely';
import { SkepError } from '../../core/errors.ts';
import type { WorkflowRunStatus, WorkflowStatus } from '../../core/status.ts';
import type { Schema } from '../db/schema.ts';
import type { WriteUnit } from '../db/unit.ts';
import { noteEnd } from '../notify/outbox.ts';
import { decideRun } from '../transitions/run.ts';
import { deadlineAfter } from './instance-writes.ts';

export interface RunRow {
  readonly id: number;
  readonly workflowId: number;
  readonly status: WorkflowRunStatus;
  readonly workflowStatus: WorkflowStatus;
  /** The time by which the next heartbeat is due. */
  readonly heartbeatDate: number;
  /** Seconds that the last heartbeat asked for; null for runs of which none is known. */
  readonly heartbeatIncrement: number | null;
  readonly clientProcess: string | null;
}

/** Runs with their workflow's status; add a condition. */
export function selectRuns(db: Kysely<Schema>) {
  return db
    .selectFrom('workflow_run')
    .innerJoin('workflow', 'workflow.id', 'workflow_run.workflow_id')
    .select([
      'workflow_run.id as id',
      'workflow_run.workflow_id as workflowId',
      'workflow_run.status as status',
      'workflow.status as workflowStatus',
      'workflow_run.heartbeat_date as heartbeatDate',
      'workflow_run.heartbeat_increment as heartbeatIncrement',
      'workflow_run.client_process as clientProcess',
    ])
    .orderBy('workflow_run.id');
}

/** @throws SkepError `not_found` naming the run. */
export async function readRun({ db }: { db: Kysely<Schema> }, id: number): Promise<RunRow> {
  const run = await selectRuns(db).where('workflow_run.id', '=', id).executeTakeFirst();
  if (run === undefined) throw new SkepError('not_found', `Workflow run ${id} does not exist.`);
  return run;
}

/** Statuses in which a move or a heartbeat moves the deadline. In C and H it must pass: its end is what ends a resume. */
const BEATING: readonly WorkflowRunStatus[] = ['L', 'B', 'I', 'O', 'R'];

/**
 * Gives a run the status `requested`, and its workflow the one that follows, if the state machines allow both. A move into
 * a status in which heartbeats are due grants one more increment of time.
 * @returns the run as it is now: unchanged when the move was refused.
 */
export async function moveRun(unit: WriteUnit, run: RunRow, requested: string): Promise<RunRow> {
  const decision = decideRun(run.status, run.workflowStatus, requested);
  if (decision.outcome !== 'moved') return run;
  const extended = BEATING.includes(decision.run) && run.heartbeatIncrement !== null;
  const heartbeatDate = extended ? deadlineAfter(unit.now, run.heartbeatIncrement ?? 0) : run.heartbeatDate;
  const changed = { status_date: unit.now, revision: await unit.revision() };
  const { numUpdatedRows } = await unit.db
    .updateTable('workflow_run')
    .set({ ...changed, status: decision.run, heartbeat_date: heartbeatDate })
    .where('id', '=', run.id)
    .where('status', '=', run.status)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return readRun(unit, run.id);
  if (decision.workflow !== undefined) {
    await unit.db
      .updateTable('workflow')
      .set({ ...changed, status: decision.workflow })
      .where('id', '=', run.workflowId)
      .where('status', '=', run.workflowStatus)
      .execute();
    await noteEnd(unit, {
      workflowId: run.workflowId,
      before: run.workflowStatus,
      after: decision.workflow,
      run: { id: run.id, status: decision.run },
    });
  }
  unit.changed(`workflow:${run.workflowId}`);
  unit.changed(`workflow_run:${run.id}`);
  return { ...run, status: decision.run, workflowStatus: decision.workflow ?? run.workflowStatus, heartbeatDate };
}

/**
 * A sign of life that also asks for a status. Every heartbeat of a run that nobody told to stop moves its deadline, also
 * one that names an outdated status: it proves that the swarm lives, and a run may wait long for its distributor.
 * @returns the status that the run has now.
 */
export async function recordHeartbeat(
  unit: WriteUnit,
  run: RunRow,
  { requested, increment }: { requested: string; increment: number },
): Promise<WorkflowRunStatus> {
  const { status } = await moveRun(unit, run, requested);
  if (BEATING.includes(status)) {
    await unit.db
      .updateTable('workflow_run')
      .set({ heartbeat_date: deadlineAfter(unit.now, increment), heartbeat_increment: increment })
      .where('id', '=', run.id)
      .execute();
  }
  return status;
}
