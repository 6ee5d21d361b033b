/** Making way for a new run of a workflow. Source: client §12.2. */
import { routes } from '../../api/routes.ts';
import type { Clock } from '../../core/clock.ts';
import { SkepError } from '../../core/errors.ts';
import type { Caller } from '../binding/caller.ts';

export interface WayOptions {
  readonly workflowId: number;
  /** Seconds to wait for the other run to end. */
  readonly timeout: number;
  /** Gives up task instances that were ordered to die and do not. Only for those that are known to be dead. */
  readonly forceCleanup: boolean;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

export interface ResumeOptions extends WayOptions {
  /** Cold: tasks that still run are killed and start again. Otherwise hot: they may finish. */
  readonly cold: boolean;
}

/** Milliseconds between two questions: a dead run makes way at once, a live one needs as long as its tasks need to die. */
export const FIRST_WAIT = 100;
export const LONGEST_WAIT = 5000;

/**
 * Tells the live run of a workflow, if there is one, to stop, and waits until another can start.
 * @throws SkepError workflow_not_resumable when that takes longer than the timeout.
 */
export async function makeWay(caller: Caller, options: ResumeOptions): Promise<void> {
  const { workflowId, cold } = options;
  const params = { workflow_id: workflowId };
  await caller.call(routes.setResume, { params, body: { reset_running_jobs: cold } });
  await waitForWay(caller, options);
}

/**
 * Waits until another run of a workflow can start.
 * @throws SkepError workflow_not_resumable when that takes longer than the timeout.
 */
export async function waitForWay(caller: Caller, options: WayOptions): Promise<void> {
  const { workflowId, timeout, forceCleanup, clock, signal } = options;
  const params = { workflow_id: workflowId };
  const started = clock.monotonic();
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    const answer = await caller.call(routes.isResumable, { params });
    if (answer.workflow_is_resumable) return;
    const remaining = timeout * 1000 - (clock.monotonic() - started);
    if (remaining <= 0) throw notResumable(workflowId, timeout, answer.pending_kill_self);
    if (answer.pending_kill_self > 0 && forceCleanup && (await cleanUp(caller, workflowId))) continue;
    await clock.sleep(Math.min(wait, remaining), signal);
  }
}

/** True when it changed anything, so that asking again at once is worth it. */
async function cleanUp(caller: Caller, workflowId: number): Promise<boolean> {
  const answer = await caller.call(routes.forceCleanup, { params: { workflow_id: workflowId } });
  return answer.num_cleaned_up > 0 || answer.num_workflow_runs_finalized > 0;
}

function notResumable(workflowId: number, timeout: number, pending: number): SkepError {
  const reason = pending > 0 ? `${pending} task instances still have to die` : 'its other run still holds it';
  return new SkepError(
    'workflow_not_resumable',
    `Workflow ${workflowId} cannot be resumed after ${timeout} s: ${reason}.`,
  );
}
