import { ACTIVE_TASK_STATUSES, type TaskStatus } from '../../core/status.ts';

/** Tasks of one status. */
interface StatusCount {
  /** How many there are. */
  size: number;
  /** Whether they count against the limits. */
  readonly isActive: boolean;
  /** Whether they wait to be queued (or to become ready). */
  readonly isWaiting: boolean;
}

/** How many tasks have each status, also those that this version does not know. One look-up tells all about a status. */
export class StatusCounts {
  readonly #counts = new Map<TaskStatus, StatusCount>();

  of(status: TaskStatus): StatusCount {
    let count = this.#counts.get(status);
    if (count === undefined) {
      const isActive = (ACTIVE_TASK_STATUSES as readonly TaskStatus[]).includes(status);
      count = { size: 0, isActive, isWaiting: isWaiting(status) };
      this.#counts.set(status, count);
    }
    return count;
  }
}

/** Whether a task of this status waits to be queued (or to become ready). */
export function isWaiting(status: TaskStatus): boolean {
  return status === 'G' || status === 'A';
}
