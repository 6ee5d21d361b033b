/** The five words by which views speak of the statuses of tasks. Source: http-views §1.5. */
import type { TaskStatus } from './status.ts';

export const TASK_LABELS = ['PENDING', 'SCHEDULED', 'RUNNING', 'DONE', 'FATAL'] as const;
export type TaskLabel = (typeof TASK_LABELS)[number];

export const LABEL_OF_TASK: Readonly<Record<TaskStatus, TaskLabel>> = {
  A: 'PENDING',
  G: 'PENDING',
  Q: 'PENDING',
  I: 'PENDING',
  E: 'PENDING',
  O: 'SCHEDULED',
  R: 'RUNNING',
  D: 'DONE',
  F: 'FATAL',
};

/** A letter that nobody knows counts as pending. */
export function labelOfTask(status: string): TaskLabel {
  return LABEL_OF_TASK[status as TaskStatus] ?? 'PENDING';
}
