/** Pausing a workflow and letting it continue, from anywhere. */
import type { Requester } from '../../api/requester.ts';
import { type AnswerOf, routes } from '../../api/routes.ts';
import { requireExtensions } from './extensions.ts';

/** `limit`: how many tasks may be active at once while it is not paused. `changed`: false when it was so already. */
export type PauseResult = AnswerOf<typeof routes.pauseWorkflow>;

/**
 * Lets no further task of a workflow start; what runs goes on. Also for one that is not running, which then starts paused.
 * @throws SkepError not_found, extension_missing.
 */
export async function pauseWorkflow(requester: Requester, workflowId: number): Promise<PauseResult> {
  await requireExtensions(requester, 'pause a workflow (its limit can be set to 0: skep workflow concurrency)');
  return requester.call(routes.pauseWorkflow, { params: { workflow_id: workflowId } });
}

/**
 * Puts the limit in force again that a workflow had before its pause, or that was set meanwhile.
 * @throws SkepError not_found, extension_missing, and request_refused for one whose limit was set to 0.
 */
export async function continueWorkflow(requester: Requester, workflowId: number): Promise<PauseResult> {
  await requireExtensions(requester, 'continue a workflow (its limit can be set: skep workflow concurrency)');
  return requester.call(routes.continueWorkflow, { params: { workflow_id: workflowId } });
}
