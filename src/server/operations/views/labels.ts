/** Labels by which the command line speaks of statuses. Source: http-views §1.5. */
import { SkepError } from '../../../core/errors.ts';
import type { TaskInstanceStatus, TaskStatus } from '../../../core/status.ts';
import { LABEL_OF_TASK, type TaskLabel } from '../../../core/task-label.ts';

export { labelOfTask, TASK_LABELS, type TaskLabel } from '../../../core/task-label.ts';

const LABEL_OF_INSTANCE: Readonly<Record<TaskInstanceStatus, TaskLabel>> = {
  Q: 'PENDING',
  I: 'PENDING',
  O: 'PENDING',
  R: 'RUNNING',
  T: 'RUNNING',
  D: 'DONE',
  E: 'FATAL',
  Z: 'FATAL',
  W: 'FATAL',
  U: 'FATAL',
  K: 'FATAL',
  X: 'FATAL',
  F: 'FATAL',
};

/** Letters of the tasks that the labels mean. Throws SkepError `invalid_usage` naming a label that does not exist. */
export function taskLettersOf(labels: readonly string[]): TaskStatus[] {
  return lettersOf(LABEL_OF_TASK, labels);
}

/** Letters of the task instances that the labels mean. Throws SkepError `invalid_usage` as {@link taskLettersOf}. */
export function instanceLettersOf(labels: readonly string[]): TaskInstanceStatus[] {
  return lettersOf(LABEL_OF_INSTANCE, labels);
}

function lettersOf<Letter extends string>(
  labelOf: Readonly<Record<Letter, TaskLabel>>,
  labels: readonly string[],
): Letter[] {
  const known: readonly string[] = Object.values(labelOf);
  const unknown = labels.find((label) => !known.includes(label));
  if (unknown !== undefined) {
    const choice = [...new Set(known)].join(', ');
    throw new SkepError('invalid_usage', `Status ${JSON.stringify(unknown)} does not exist; there are ${choice}.`);
  }
  const letters = Object.keys(labelOf) as Letter[];
  return letters.filter((letter) => labels.includes(labelOf[letter]));
}
