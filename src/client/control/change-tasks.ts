/** Changing many tasks of a workflow at once. */
import { hostname } from 'node:os';
import type { Requester } from '../../api/requester.ts';
import { type AnswerOf, type BodyOf, routes } from '../../api/routes.ts';
import { type Random, systemRandom } from '../../core/random.ts';
import { userName } from '../../core/user-name.ts';
import { requireExtensions } from './extensions.ts';

type Body = BodyOf<typeof routes.changeTasks>;

/** What is to be changed. Conditions that are absent are none: without any, it is all tasks of the workflow. */
export interface TaskChange extends Pick<Body, 'action' | 'filter' | 'resources' | 'recursive'> {
  readonly workflowId: number;
  /** Default: the user of this process, as runs name him. */
  readonly user?: string | undefined;
}

/** Which tasks are concerned, and which of those that fit are left out and why. */
export type TaskChangeOutcome = AnswerOf<typeof routes.changeTasks>;

/**
 * Says what a change would do, and changes nothing.
 * @throws SkepError not_found, unauthorized for a user who never ran the workflow, request_refused with the server's reason
 * (such as that its run has to be stopped first), extension_missing.
 */
export async function previewTaskChange(requester: Requester, change: TaskChange): Promise<TaskChangeOutcome> {
  await requireExtensions(requester, 'change many tasks at once (a few can be: skep task update)');
  const { params, body } = inputOf(change);
  return requester.call(routes.changeTasks, { params, body: { ...body, preview: true } });
}

/** Seconds: a million tasks take half a minute, on a busy server longer. */
const LONGEST_CHANGE = 600;

/**
 * Carries a change out. `expected` is the number of tasks that a preview showed: if it is another by now, nothing is changed.
 * @throws SkepError as {@link previewTaskChange}
 */
export async function changeTasks(
  requester: Requester,
  change: TaskChange,
  { expected, random = systemRandom }: { readonly expected?: number | undefined; readonly random?: Random } = {},
): Promise<TaskChangeOutcome> {
  await requireExtensions(requester, 'change many tasks at once (a few can be: skep task update)');
  const { params, body } = inputOf(change);
  const confirmation = { preview: false, origin: hostname(), change_key: random.uuid() };
  return requester.call(
    routes.changeTasks,
    { params, body: { ...body, ...confirmation, ...(expected !== undefined && { expected }) } },
    { timeout: LONGEST_CHANGE },
  );
}

function inputOf({ workflowId, user = userName(process.env), ...body }: TaskChange) {
  return { params: { workflow_id: workflowId }, body: { ...body, user } };
}
