/** Ending the live run of a workflow from anywhere. */
import type { Requester } from '../../api/requester.ts';
import { type AnswerOf, routes } from '../../api/routes.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { SkepError } from '../../core/errors.ts';
import { labelOf, WORKFLOW_RUN_STATUSES } from '../../core/status.ts';
import { FIRST_WAIT, LONGEST_WAIT } from '../run/resume.ts';
import { requireExtensions } from './extensions.ts';

/** How a workflow is stopped, and how long to wait for its end. Times are in seconds. */
export interface StopWorkflowOptions {
  /** Lets the tasks that run finish. Default: false, which ends them. */
  readonly hot?: boolean | undefined;
  /** False: only tells it to stop. Default: true. */
  readonly wait?: boolean | undefined;
  /** Seconds to wait for its end. Default 180. */
  readonly timeout?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A run as the server knows it. */
type KnownRun = NonNullable<AnswerOf<typeof routes.getNewestRun>['run']>;

/** How a workflow that was told to stop has ended. */
export interface StopResult {
  /** Whether there was a live run to stop. */
  readonly wasLive: boolean;
  /** The run that was told to stop, else the last one; undefined for a workflow that was never run. */
  readonly run: KnownRun | undefined;
}

const DEFAULT_TIMEOUT = 180;

/**
 * Tells the live run of a workflow to stop, and waits until it is over.
 * @throws SkepError extension_missing, workflow_not_stopped when that takes longer than the timeout.
 */
export async function stopWorkflow(
  requester: Requester,
  workflowId: number,
  { hot = false, wait = true, timeout = DEFAULT_TIMEOUT, clock = systemClock, signal }: StopWorkflowOptions = {},
): Promise<StopResult> {
  await requireExtensions(requester, 'say whether a run is over');
  const params = { workflow_id: workflowId };
  const newestRun = async () => (await requester.call(routes.getNewestRun, { params })).run ?? undefined;
  const first = await newestRun();
  if (first === undefined || !first.alive) return { wasLive: false, run: first };
  const started = clock.monotonic();
  for (let pause = FIRST_WAIT; ; pause = Math.min(2 * pause, LONGEST_WAIT)) {
    // Told again each time: a run that was still linking could not be told yet.
    await requester.call(routes.setResume, { params, body: { reset_running_jobs: !hot } });
    const newest = await newestRun();
    // Another run owns the workflow by now, so this one is over; how it ended is what any run that made way ends with.
    const run = newest?.workflow_run_id === first.workflow_run_id ? newest : { ...first, status: 'T', alive: false };
    if (!run.alive || !wait) return { wasLive: true, run };
    const remaining = timeout * 1000 - (clock.monotonic() - started);
    if (remaining <= 0) throw notStopped(workflowId, run, timeout);
    await clock.sleep(Math.min(pause, remaining), signal);
  }
}

function notStopped(workflowId: number, { workflow_run_id: id, status }: KnownRun, timeout: number): SkepError {
  const label = labelOf(WORKFLOW_RUN_STATUSES, status);
  return new SkepError(
    'workflow_not_stopped',
    `Workflow ${workflowId} has not stopped after ${timeout} s: its run ${id} is ${label}.`,
  );
}
