/**
 * What earlier runs of a workflow left running on this machine. Before the new run starts anything, each of these commands
 * is either known to be looked after and meant to go on (a hot resume), or gone.
 */
import type { Requester } from '../../../api/requester.ts';
import { routes } from '../../../api/routes.ts';
import type { AttemptMark } from '../../../core/attempt-mark.ts';
import type { Clock } from '../../../core/clock.ts';
import { isSkepError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/log.ts';
import { type Machine, systemMachine } from '../../../core/machine.ts';
import { lives, type ProcessLauncher } from '../../../core/process.ts';
import { mayGoOn } from '../run-instances.ts';
import { killMarked, killSupervisors } from './kill-marked.ts';

export interface OrphanSearch {
  readonly database: string;
  readonly workflowRunId: number;
  /** Undefined: not known. Then only commands without a living supervisor are ended, of whatever workflow. */
  readonly workflowId: number | undefined;
  readonly requester: Requester;
  readonly clock: Clock;
  readonly processes: ProcessLauncher;
  readonly log: Logger;
  readonly machine?: Machine | undefined;
}

/** @returns whether some of the workflow go on, so that it is worth looking again. */
export async function clearOrphans(search: OrphanSearch): Promise<boolean> {
  const { log, workflowId } = search;
  if (process.platform !== 'linux') {
    log.info('This system has no /proc: commands that a dead distributor left behind are not looked for');
    return false;
  }
  const supervisorsGoOn = workflowId !== undefined && (await endSupervisors(workflowId, search));
  const commands = await commandsOf(search);
  const orphans = commands.filter(({ goesOn }) => !goesOn);
  if (orphans.length > 0) {
    const doomed = new Set(orphans.map(({ mark }) => mark.taskInstanceId));
    log.warn({ task_instance_ids: [...doomed] }, 'Ending commands of an earlier run');
    const inSearch = earlierRuns(search);
    await killMarked((mark) => inSearch(mark) && doomed.has(mark.taskInstanceId), search);
    for (const orphan of orphans) await reportOrphan(orphan, search);
  }
  if (workflowId === undefined) return false;
  await giveUpKilled(workflowId, search);
  return supervisorsGoOn || commands.length > orphans.length;
}

/** What an earlier distributor of this very run has left: its supervisor may not have noticed its end yet. */
export async function clearOwnRun(search: OrphanSearch): Promise<void> {
  const { database, workflowRunId } = search;
  const isOwn = (mark: { readonly database: string; readonly workflowRunId: number }) =>
    mark.database === database && mark.workflowRunId === workflowRunId;
  if (process.platform !== 'linux') return;
  await killSupervisors(isOwn, search);
  await killMarked(isOwn, search);
}

/**
 * Supervisors of earlier runs of which no attempt may go on. One that has not noticed the end of its distributor (it was
 * stopped, or had no processor) would start, once it wakes, the commands that it was allowed to start before.
 * @returns whether some others go on.
 */
async function endSupervisors(workflowId: number, search: OrphanSearch): Promise<boolean> {
  const { database, workflowRunId, machine = systemMachine, log } = search;
  const earlier = machine.supervisors(
    (mark) => mark.database === database && mark.workflowId === workflowId && mark.workflowRunId !== workflowRunId,
  );
  let someGoOn = false;
  for (const [runId, supervisors] of Map.groupBy(earlier, ({ mark }) => mark.workflowRunId)) {
    if (await mayGoOn(runId, search.requester)) {
      someGoOn = true;
      continue;
    }
    log.warn({ pids: supervisors.map(({ pid }) => pid) }, 'Ending supervisors of an earlier run');
    await killSupervisors((mark) => mark.database === database && mark.workflowRunId === runId, search);
  }
  return someGoOn;
}

/** A command of an earlier run that lives; without a supervisor, or when its attempt is over, it does not go on. */
interface EarlierCommand {
  readonly mark: AttemptMark;
  readonly status: string;
  readonly supervised: boolean;
  readonly goesOn: boolean;
}

function earlierRuns({ database, workflowId, workflowRunId }: OrphanSearch): (mark: AttemptMark) => boolean {
  return (mark) =>
    mark.database === database &&
    mark.workflowRunId !== workflowRunId &&
    (workflowId === undefined || mark.workflowId === workflowId);
}

async function commandsOf(search: OrphanSearch): Promise<EarlierCommand[]> {
  const { machine = systemMachine } = search;
  const marks = new Map(machine.marked(earlierRuns(search)).map(({ mark }) => [mark.taskInstanceId, mark]));
  const commands: EarlierCommand[] = [];
  for (const [runId, ofRun] of Map.groupBy(marks.values(), ({ workflowRunId }) => workflowRunId)) {
    const statuses = await statusesOf(runId, ofRun, search);
    for (const mark of ofRun) {
      const status = statuses.get(mark.taskInstanceId) ?? 'R';
      const supervised = lives(mark.supervisor, search.processes);
      const goesOn = supervised && (search.workflowId === undefined || ['R', 'T'].includes(status));
      commands.push({ mark, status, supervised, goesOn });
    }
  }
  return commands;
}

/** The server lists those of the instances that are not in R any more: an absent one still is. */
async function statusesOf(
  workflowRunId: number,
  marks: readonly AttemptMark[],
  { requester }: OrphanSearch,
): Promise<Map<number, string>> {
  const task_instance_ids = marks.map(({ taskInstanceId }) => taskInstanceId);
  try {
    const { status_updates } = await requester.call(routes.syncStatus, {
      params: { workflow_run_id: workflowRunId },
      body: { task_instance_ids, status: 'R' },
    });
    return new Map(Object.entries(status_updates).flatMap(([status, ids]) => ids.map((id) => [id, status] as const)));
  } catch (error) {
    if (!isSkepError(error, 'not_found')) throw error;
    return new Map(task_instance_ids.map((id) => [id, 'F'])); // The server does not know the run any more.
  }
}

/** Nobody else will tell the server of a command that had no supervisor. */
async function reportOrphan({ mark, status, supervised }: EarlierCommand, { requester }: OrphanSearch): Promise<void> {
  if (supervised || !['O', 'R', 'T'].includes(status)) return;
  await requester.call(routes.logKnownError, {
    params: { task_instance_id: mark.taskInstanceId },
    body: { error_state: 'U', error_message: 'The supervisor of the command died; the command was ended.' },
  });
}

/** Instances that were ordered to die and whose run is over: nothing of them lives here, so nobody has to wait. */
async function giveUpKilled(workflowId: number, { requester }: OrphanSearch): Promise<void> {
  const params = { workflow_id: workflowId };
  const { pending_kill_self: pending } = await requester.call(routes.isResumable, { params });
  if (pending > 0) await requester.call(routes.forceCleanup, { params });
}
