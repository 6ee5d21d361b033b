/** Finding the task instances of a run that should have reported and did not. Source: http-fsm §11.6. */
import type { Config } from '../../core/config.ts';
import { instanceIncrement } from '../../core/report-increments.ts';
import { ALIVE_WORKFLOW_RUN_STATUSES, type TaskInstanceStatus } from '../../core/status.ts';
import type { Database, ReadUnit } from '../db/database.ts';
import { decideInstance } from '../transitions/instance.ts';
import { type InstanceQuery, type InstanceRow, readInstances } from './instance-rows.ts';
import { type InstanceWrite, writeInstances } from './instance-writes.ts';

/**
 * Moves overdue instances of a run: running ones to T, launched ones to X. Their tasks stay as they are until the
 * distributor has asked the cluster. Instances that an ended run of the same workflow left behind (a hot resume lets them
 * go on) have no distributor any more: those that stay silent fail for an unknown reason, so that their task is tried
 * again. Nobody looks after the last two by asking, so they have to have been silent for as long as the server could hear
 * (since `listeningSince`, milliseconds since the epoch). Swarms ask for this all the time and nearly always in vain, so
 * the first look does not queue as a write.
 */
export async function triageOverdue(
  database: Database,
  workflowRunId: number,
  heartbeat: Config['heartbeat'],
  listeningSince: number,
): Promise<void> {
  const patience = launchPatience(heartbeat);
  const overdue = (unit: ReadUnit) => overdueWrites(unit, workflowRunId, { patience, listeningSince });
  if ((await database.read(overdue)).length === 0) return;
  await database.write(async (unit) => writeInstances(unit, await overdue(unit)));
}

/** Milliseconds that a launched instance may go without a status change before its silence counts: two heartbeats' time. */
function launchPatience(heartbeat: Config['heartbeat']): number {
  return 2 * instanceIncrement(heartbeat) * 1000;
}

async function overdueWrites(
  unit: ReadUnit,
  workflowRunId: number,
  { patience, listeningSince }: { readonly patience: number; readonly listeningSince: number },
): Promise<InstanceWrite[]> {
  const longAgo = Math.floor(unit.now - patience);
  const ofRun = (status: TaskInstanceStatus) => (query: InstanceQuery) =>
    query
      .where('task_instance.workflow_run_id', '=', workflowRunId)
      .where('task_instance.status', '=', status)
      .where('task_instance.report_by_date', '<=', unit.now);
  const running = await readInstances(unit.db, ofRun('R'));
  if (listeningSince > longAgo) return running.map(suspect('T'));
  const launched = await readInstances(unit.db, (query) =>
    ofRun('O')(query).where('task_instance.status_date', '<=', longAgo),
  );
  const leftBehind = await readLeftBehind(unit, workflowRunId, longAgo);
  return [...running.map(suspect('T')), ...launched.map(suspect('X')), ...leftBehind.map(fail)];
}

const suspect =
  (status: 'T' | 'X') =>
  (row: InstanceRow): InstanceWrite => ({ row, move: { instance: status, task: undefined } });

function fail(row: InstanceRow): InstanceWrite {
  const error = `No sign of life from the attempt, and its workflow run ${row.workflowRunId} has ended.`;
  return { row, move: decideInstance(row, 'U'), error };
}

function readLeftBehind({ db }: ReadUnit, workflowRunId: number, silentSince: number): Promise<InstanceRow[]> {
  const endedRuns = db
    .selectFrom('workflow_run')
    .select('id')
    .where('workflow_id', '=', (eb) =>
      eb.selectFrom('workflow_run').select('workflow_id').where('id', '=', workflowRunId),
    )
    .where('status', 'not in', ALIVE_WORKFLOW_RUN_STATUSES);
  return readInstances(db, (query) =>
    query
      .where('task_instance.workflow_run_id', 'in', endedRuns)
      .where('task_instance.status', 'in', ['O', 'R', 'T'])
      .where('task_instance.report_by_date', '<=', silentSince),
  );
}
