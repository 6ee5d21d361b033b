/** Which tasks a run would start, and why. Pure. */
import type { Task } from '../../client/task.ts';
import type { KnownTask } from './known-tasks.ts';

/** Why a task would run, or would not, and whether it would. The order is that of reports. */
export const REASONS = {
  done: { runs: false, text: 'done: not run again' },
  failed: { runs: true, text: 'failed before' },
  stopped: { runs: true, text: 'was stopped while it ran' },
  active: { runs: true, text: 'runs now: the live run is ended first' },
  unfinished: { runs: true, text: 'was begun before, and is not done' },
  upstream: { runs: true, text: 'its upstream runs first' },
  not_tried: { runs: true, text: 'was never tried' },
  new: { runs: true, text: 'new' },
} as const;

export type Reason = keyof typeof REASONS;

export interface PlannedTask {
  readonly task: Task;
  readonly reason: Reason;
  /** Id of the server; undefined: it does not know the task. */
  readonly taskId: number | undefined;
  /** For the reason `upstream`: the first that has to run. */
  readonly upstream: string | undefined;
  /** The server has another command of it. */
  readonly commandChanged: boolean;
}

/** `known`: the tasks that a server knows. `isLive`: a run of the workflow lives. */
export function planOf(
  tasks: readonly Task[],
  known: ReadonlyMap<Task, KnownTask>,
  { isLive }: { readonly isLive: boolean },
): PlannedTask[] {
  const isDone = (task: Task) => known.get(task)?.task_status === 'DONE';
  return tasks.map((task) => {
    const found = known.get(task);
    const upstream = isUntried(found) ? firstOf(task.upstreamTasks, (one) => !isDone(one))?.name : undefined;
    return {
      task,
      reason: reasonOf(found, upstream, isLive),
      taskId: found?.task_id,
      upstream,
      commandChanged: found !== undefined && found.task_command !== task.command,
    };
  });
}

function reasonOf(known: KnownTask | undefined, upstream: string | undefined, isLive: boolean): Reason {
  if (known === undefined) return 'new';
  switch (known.task_status) {
    case 'DONE':
      return 'done';
    case 'FATAL':
      return 'failed';
    case 'RUNNING':
    case 'SCHEDULED':
      return isLive ? 'active' : 'stopped';
    default:
      if (!isUntried(known)) return 'unfinished';
      return upstream === undefined ? 'not_tried' : 'upstream';
  }
}

function isUntried(known: KnownTask | undefined): boolean {
  return known?.task_status === 'PENDING' && known.task_num_attempts === 0;
}

function firstOf<Item>(items: Iterable<Item>, isIt: (item: Item) => boolean): Item | undefined {
  for (const item of items) if (isIt(item)) return item;
  return undefined;
}
