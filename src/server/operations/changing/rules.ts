/** Which tasks a change may touch: the one table for its preview and for its carrying out. */
import { ACTIVE_TASK_STATUSES, type TaskStatus } from '../../../core/status.ts';

export type ChangeAction = 'reset' | 'mark_done' | 'retry';

/** Why a task stays as it is. */
export type LeftOutReason = 'at_work' | 'done' | 'waiting' | 'changed_meanwhile';

export interface Circumstances {
  readonly action: ChangeAction;
  /** Whether it gives the tasks new resources. */
  readonly givesResources: boolean;
  /** Whether a run of the workflow lives. */
  readonly isLive: boolean;
}

/**
 * Why tasks of this status stay as they are; undefined: they are changed. `isUntouched`: they had no attempt that counts.
 * While a run lives, its attempts are its own; what a run that is over has left open is ended with the change.
 */
export function reasonToLeave(
  status: TaskStatus,
  isUntouched: boolean,
  { action, givesResources, isLive }: Circumstances,
): LeftOutReason | undefined {
  if (status === 'D') return action === 'reset' ? undefined : 'done';
  if (isActive(status)) return isLive ? 'at_work' : undefined;
  if (status === 'F' || action === 'mark_done') return undefined;
  // Waiting ones: there is nothing to reset or to try again but what an earlier attempt took from them.
  if (action === 'retry') return givesResources ? undefined : 'waiting';
  return isUntouched ? 'waiting' : undefined;
}

/** E lasts as long as one transaction; who sees it sees an attempt that has not ended. */
export function isActive(status: TaskStatus): boolean {
  return status === 'E' || ACTIVE_TASK_STATUSES.includes(status);
}

/** What is said of `tasks` tasks that stay as they are. */
export function sentenceOf(reason: LeftOutReason, tasks: number, { action }: Circumstances): string {
  const [are, they, have] = tasks === 1 ? ['is', 'it', 'has'] : ['are', 'they', 'have'];
  switch (reason) {
    case 'at_work':
      return `${are} at work or about to begin: the live run ${tasks === 1 ? 'has it' : 'has them'}`;
    case 'done':
      return action === 'mark_done'
        ? `${are} done already`
        : `${are} done: reset ${they === 'it' ? 'it' : 'them'} to run again`;
    case 'waiting':
      return `wait${tasks === 1 ? 's' : ''} to run as ${they} ${are}`;
    case 'changed_meanwhile':
      return `${have} been changed by somebody else meanwhile`;
  }
}
