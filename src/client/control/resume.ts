/** Making way for a new run of a workflow that is known by its id alone, step by step. Source: client §12.2, §12.7. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { makeWay, waitForWay } from '../run/resume.ts';

/** How long to wait until a workflow can be resumed. Times are in seconds. */
export interface WaitForResumeOptions {
  /** Seconds. Default 300. */
  readonly resumeTimeout?: number | undefined;
  /** Gives up task instances that were ordered to die and do not. Only for those that are known to be dead. Default: false. */
  readonly forceCleanup?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** How the live run of a workflow is told to make way, and how long to wait for that. Times are in seconds. */
export interface WorkflowResumeOptions extends WaitForResumeOptions {
  /** Kills tasks that the live run left running (cold); otherwise they may finish (hot). Default: true. */
  readonly resetRunningJobs?: boolean | undefined;
}

/** How the tasks of a workflow are reset for a resume. */
export interface ResetTasksOptions extends WaitForResumeOptions {
  /** Also tasks that are running. Default: true. */
  readonly resetIfRunning?: boolean | undefined;
}

/** Seconds. */
const DEFAULT_TIMEOUT = 300;

/**
 * Tells the live run of a workflow, if there is one, to stop, and waits until another can start.
 * @throws SkepError workflow_not_resumable when that takes longer than the timeout.
 */
export async function setWorkflowResume(
  requester: Requester,
  workflowId: number,
  options: WorkflowResumeOptions = {},
): Promise<void> {
  await makeWay(requester, { ...waiting(workflowId, options), cold: options.resetRunningJobs ?? true });
}

/** Waits until another run of a workflow can start. @throws SkepError workflow_not_resumable */
export async function waitForWorkflowResume(
  requester: Requester,
  workflowId: number,
  options: WaitForResumeOptions = {},
): Promise<void> {
  await waitForWay(requester, waiting(workflowId, options));
}

/** Gives up the task instances of a workflow that were ordered to die. @returns how many there were. */
export async function forceCleanupKillSelf(requester: Requester, workflowId: number): Promise<number> {
  const { num_cleaned_up: count } = await requester.call(routes.forceCleanup, { params: { workflow_id: workflowId } });
  return count;
}

/** Waits until another run can start, then lets the unfinished tasks run again. @throws SkepError workflow_not_resumable */
export async function resetTaskStatuses(
  requester: Requester,
  workflowId: number,
  options: ResetTasksOptions = {},
): Promise<void> {
  await waitForWorkflowResume(requester, workflowId, options);
  await requester.call(routes.setResumeState, {
    params: { workflow_id: workflowId },
    body: { reset_if_running: options.resetIfRunning ?? true },
  });
}

function waiting(
  workflowId: number,
  { resumeTimeout, forceCleanup = false, clock = systemClock }: WaitForResumeOptions,
) {
  return { workflowId, timeout: resumeTimeout ?? DEFAULT_TIMEOUT, forceCleanup, clock };
}
