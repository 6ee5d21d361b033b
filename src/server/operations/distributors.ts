/** Which distributor has a run: at most one, so that nothing is submitted twice. */
import type { ProcessLauncher } from '../../core/process.ts';
import type { TaskInstanceStatus, WorkflowRunStatus } from '../../core/status.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { deadlineAfter } from './instance-writes.ts';
import { isProcessGone } from './process-gone.ts';

export interface Claim {
  readonly workflowRunId: number;
  readonly runStatus: WorkflowRunStatus;
  /** Names the process of the distributor for good. */
  readonly process: string;
  /** Seconds until the claim ends, unless it is repeated. */
  readonly increment: number;
  /** Not for the client of the run. */
  readonly fromOutside: boolean;
}

export interface ClaimResult {
  readonly granted: boolean;
  readonly takenOver: boolean;
  /** Null: a distributor that makes no claims. */
  readonly holder: string | null;
  readonly secondsLeft: number;
}

/** Statuses in which a run has a distributor at work. */
const DISTRIBUTED: readonly WorkflowRunStatus[] = ['I', 'O', 'R'];

/** Gives the run to a distributor, or keeps it for the one whose claim has not ended and whose process may live. */
export async function claimRun(unit: WriteUnit, claim: Claim, processes: ProcessLauncher): Promise<ClaimResult> {
  const { workflowRunId, runStatus, process, increment, fromOutside } = claim;
  const known = await distributorOf(unit, workflowRunId);
  // A run that came so far without a claim has a distributor that makes none.
  if (fromOutside && known === undefined && DISTRIBUTED.includes(runStatus)) return refusal(null, 0);
  const isAnothers = known !== undefined && known.process !== process;
  if (isAnothers && isHeld(known, unit, processes)) return refusal(known.process, (known.expires - unit.now) / 1000);
  const expires = deadlineAfter(unit.now, increment);
  await unit.db
    .insertInto('skep_distributor')
    .values({ workflow_run_id: workflowRunId, process, expires })
    .onConflict((conflict) => conflict.column('workflow_run_id').doUpdateSet({ process, expires }))
    .execute();
  return { granted: true, takenOver: isAnothers, holder: process, secondsLeft: increment };
}

/** Ends the claim of a process now; that of another one stays. */
export async function releaseRun(unit: WriteUnit, workflowRunId: number, process: string): Promise<void> {
  await unit.db
    .updateTable('skep_distributor')
    .set({ expires: unit.now })
    .where('workflow_run_id', '=', workflowRunId)
    .where('process', '=', process)
    .execute();
}

/** The process that has the run; undefined: none that made a claim. */
export async function holderOf(
  unit: ReadUnit,
  workflowRunId: number,
  processes: ProcessLauncher,
): Promise<string | undefined> {
  const known = await distributorOf(unit, workflowRunId);
  return known !== undefined && isHeld(known, unit, processes) ? known.process : undefined;
}

function distributorOf({ db }: ReadUnit, workflowRunId: number) {
  return db
    .selectFrom('skep_distributor')
    .select(['process', 'expires'])
    .where('workflow_run_id', '=', workflowRunId)
    .executeTakeFirst();
}

function isHeld(
  { process, expires }: { process: string; expires: number },
  { now }: ReadUnit,
  processes: ProcessLauncher,
): boolean {
  return expires > now && !isProcessGone(process, processes);
}

const refusal = (holder: string | null, secondsLeft: number): ClaimResult => ({
  ...{ granted: false, takenOver: false },
  ...{ holder, secondsLeft },
});

/** Names of the clusters that the tasks of a workflow ask for. */
export async function clustersOf({ db }: ReadUnit, workflowId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('task_resources')
    .innerJoin('queue', 'queue.id', 'task_resources.queue_id')
    .innerJoin('cluster', 'cluster.id', 'queue.cluster_id')
    .select('cluster.name as name')
    .distinct()
    .where('task_resources.id', 'in', (query) =>
      query.selectFrom('task').select('task_resources_id').distinct().where('workflow_id', '=', workflowId),
    )
    .orderBy('cluster.name')
    .execute();
  return rows.map(({ name }) => name);
}

interface OpenInstance {
  readonly id: number;
  readonly status: TaskInstanceStatus;
  readonly step: number;
  readonly distributorId: string | null;
}

export interface OpenBatch {
  readonly arrayId: number;
  readonly arrayName: string;
  readonly batch: number;
  readonly taskResourcesId: number;
  readonly instances: readonly OpenInstance[];
}

/** Instances of a run that a distributor has taken and that have not ended, by batch, ids ascending. */
export async function openInstances({ db }: ReadUnit, workflowRunId: number): Promise<OpenBatch[]> {
  const rows = await db
    .selectFrom('task_instance')
    .innerJoin('array', 'array.id', 'task_instance.array_id')
    .select([
      'task_instance.id as id',
      'task_instance.status as status',
      'task_instance.array_step_id as step',
      'task_instance.distributor_id as distributorId',
      'task_instance.array_id as arrayId',
      'array.name as arrayName',
      'task_instance.array_batch_num as batch',
      'task_instance.task_resources_id as taskResourcesId',
    ])
    .where('task_instance.workflow_run_id', '=', workflowRunId)
    .where('task_instance.status', 'in', TAKEN)
    .orderBy('task_instance.id')
    .execute();
  const batches = Map.groupBy(rows, (row) => `${row.arrayId}/${row.batch}/${row.taskResourcesId}`);
  return [...batches.values()].map((group) => ({ ...(group[0] as (typeof rows)[number]), instances: group }));
}

const TAKEN = ['I', 'O', 'R', 'T', 'K', 'X'] as const satisfies readonly TaskInstanceStatus[];
