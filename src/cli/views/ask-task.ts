/** What the short and the long form of telling of a task have in common. */
import type { Requester } from '../../api/requester.ts';
import type { AnswerOf } from '../../api/route.ts';
import { routes } from '../../api/routes.ts';
import { requireExtensions } from '../../client/control/extensions.ts';
import { labelOf, TASK_INSTANCE_STATUSES } from '../../core/status.ts';
import type { CommandContext } from '../context.ts';
import { harmless, oneLine, paintFor } from '../output/terminal.ts';

/** All that is known of a task. */
export type TaskDetail = AnswerOf<typeof routes.getTask>;
export type Attempt = TaskDetail['attempts'][number];

/** @throws SkepError not_found, or extension_missing: `what` the server then cannot do. */
export async function askTask(requester: Requester, taskId: number, what: string): Promise<TaskDetail> {
  await requireExtensions(requester, what);
  return requester.call(routes.getTask, { params: { task_id: taskId } });
}

/** Which task it is, and why it stands as it does. */
export function writeExplanation(
  { task, workflow_id: workflow, explanation }: TaskDetail,
  { output }: CommandContext,
): void {
  output.write(`${paintFor(output)('bold', oneLine(task.name))} (task ${task.task_id} of workflow ${workflow})\n`);
  for (const sentence of explanation.sentences) output.write(`${harmless(sentence).trim().replace(/^/gm, '  ')}\n`);
}

/** How an attempt stands, and what it ran out of. */
export function attemptStatus({ status, ran_out: lack }: Attempt): string {
  const label = labelOf(TASK_INSTANCE_STATUSES, status);
  return lack === null ? label : `${label} (${lack})`;
}
