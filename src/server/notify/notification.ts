/** What receivers are told. */
import { WORKFLOW_STATUSES } from '../../core/status.ts';
import type { TaskLabel } from '../../core/task-label.ts';
import type { ReadUnit } from '../db/unit.ts';
import { countTasks, NO_TASKS } from '../operations/views/task-counts.ts';
import type { PendingNotification } from './outbox.ts';

/** How a workflow can end. */
export const EVENTS = ['done', 'failed', 'stopped'] as const;
export type Event = (typeof EVENTS)[number];

/** The JSON text that receivers get. */
export interface Notification {
  /** The same each time it is sent: who gets it twice can drop it. */
  readonly id: string;
  readonly event: Event;
  /** ISO 8601, in UTC. */
  readonly time: string;
  /** One line for people. */
  readonly text: string;
  readonly workflow_id: number;
  readonly workflow_name: string;
  /** Labels, such as RUNNING and DONE. */
  readonly status_before: string;
  readonly status: string;
  /** The run that ended, and its user; null when a person or a repair changed the status. */
  readonly workflow_run_id: number | null;
  readonly user: string | null;
  /** Counted when it is sent. */
  readonly tasks: Readonly<Record<TaskLabel | 'TOTAL', number>>;
}

/** A run that its own user interrupted leaves a failed workflow, but that user knows. */
export function eventOf({ status, runStatus }: PendingNotification): Event {
  if (status === 'D') return 'done';
  return status === 'H' || runStatus === 'S' ? 'stopped' : 'failed';
}

/** `databaseId` tells the notifications of one server from those of another. */
export async function describe(
  unit: ReadUnit,
  pending: PendingNotification,
  databaseId: string,
): Promise<Notification> {
  const { workflowId, workflowRunId } = pending;
  const workflow = await unit.db.selectFrom('workflow').select('name').where('id', '=', workflowId).executeTakeFirst();
  const run = await unit.db
    .selectFrom('workflow_run')
    .select('user')
    .where('id', '=', workflowRunId ?? 0)
    .executeTakeFirst();
  const { byLabel, total } = (await countTasks(unit, [workflowId])).get(workflowId) ?? NO_TASKS;
  const told = {
    id: `${databaseId}/${pending.id}`,
    event: eventOf(pending),
    time: new Date(pending.time).toISOString(),
    workflow_id: workflowId,
    workflow_name: workflow?.name ?? '',
    status_before: WORKFLOW_STATUSES[pending.before].label,
    status: WORKFLOW_STATUSES[pending.status].label,
    workflow_run_id: workflowRunId,
    user: run?.user ?? null,
    tasks: { TOTAL: total, ...byLabel },
  };
  return { ...told, text: sentenceOf(told) };
}

function sentenceOf({
  workflow_id: id,
  workflow_name: name,
  status,
  event,
  tasks,
}: Omit<Notification, 'text'>): string {
  const called = name === '' ? '' : ` (${name})`;
  const how = event === 'stopped' ? `was stopped and is ${status}` : `is ${status}`;
  const failed = tasks.FATAL === 0 ? '' : `, ${tasks.FATAL} failed`;
  return oneLine(`Workflow ${id}${called} ${how}: ${tasks.DONE} of ${tasks.TOTAL} tasks done${failed}.`);
}

/** Names are free text; a line break in the subject of a mail would begin another header. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are replaced.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}
