import { TASK_STATUSES, type TaskStatus } from '../../core/status.ts';
import type { SwarmTask } from './task.ts';

/** The statuses that a swarm meets; `E` exists inside one transaction of the server only. */
const SWARM_TASK_STATUSES: readonly TaskStatus[] = (Object.keys(TASK_STATUSES) as TaskStatus[]).filter(
  (status) => status !== 'E',
);

/** What the view reads: tasks by id, and how many of them have a status. */
interface CountedTasks {
  readonly tasks: ReadonlyMap<number, SwarmTask>;
  countOf(status: TaskStatus): number;
}

/**
 * Status → tasks as a live view: sizes come from the counters, members are looked for when they are asked for, so that
 * the million moves of a run cost no set operations.
 */
export function createStatusMap(state: CountedTasks): ReadonlyMap<TaskStatus, ReadonlySet<SwarmTask>> {
  return new Map(SWARM_TASK_STATUSES.map((status) => [status, new TasksOfStatus(state, status)]));
}

class TasksOfStatus implements ReadonlySet<SwarmTask> {
  readonly #state: CountedTasks;
  readonly #status: TaskStatus;

  constructor(state: CountedTasks, status: TaskStatus) {
    this.#state = state;
    this.#status = status;
  }

  get size(): number {
    return this.#state.countOf(this.#status);
  }

  has(task: SwarmTask): boolean {
    return task.status === this.#status && this.#state.tasks.get(task.taskId) === task;
  }

  *values(): SetIterator<SwarmTask> {
    if (this.size === 0) return;
    for (const task of this.#state.tasks.values()) if (task.status === this.#status) yield task;
  }

  keys(): SetIterator<SwarmTask> {
    return this.values();
  }

  *entries(): SetIterator<[SwarmTask, SwarmTask]> {
    for (const task of this.values()) yield [task, task];
  }

  [Symbol.iterator](): SetIterator<SwarmTask> {
    return this.values();
  }

  forEach(action: (value: SwarmTask, key: SwarmTask, set: ReadonlySet<SwarmTask>) => void, self?: unknown): void {
    for (const task of this.values()) action.call(self, task, task, this);
  }
}
