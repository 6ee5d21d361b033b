/** Checks of the dependencies between the tasks of a workflow, linear in tasks and edges. Source: client §11.5. */
import { SkepError } from '../core/errors.ts';
import type { Task } from './task.ts';

/** A sentence names at most this many tasks of a cycle. */
const SHOWN_TASKS = 12;

/**
 * Checks that every dependency stays within the tasks.
 * @param tasks all tasks of a workflow, each at its position.
 * @throws SkepError dag_incomplete naming both tasks.
 */
export function checkDependencies(tasks: readonly Task[]): void {
  for (const task of tasks) {
    for (const upstream of task.upstreamTasks) {
      if (!isMember(tasks, upstream)) throw outside(task, upstream, 'depends on');
    }
    for (const downstream of task.downstreamTasks) {
      if (!isMember(tasks, downstream)) throw outside(task, downstream, 'is a dependency of');
    }
  }
}

/**
 * Checks that no task waits for itself, directly or through others.
 * @param tasks all tasks of a workflow, each at its position, dependencies checked.
 * @throws SkepError dag_cyclic naming the tasks of one cycle, each waited for by the next: "a → b → a".
 */
export function checkAcyclic(tasks: readonly Task[]): void {
  const cycle = cycleIn(tasks);
  if (cycle !== undefined) throw new SkepError('dag_cyclic', `These tasks wait for each other: ${shown(cycle)}.`);
}

/** The tasks of one cycle, if there is one, each waited for by the next: the first is the last, too. */
export function cycleIn(tasks: readonly Task[]): Task[] | undefined {
  const waitingFor = Int32Array.from(tasks, (task) => task.upstreamTasks.size);
  const free = tasks.filter((task) => task.upstreamTasks.size === 0);
  let done = 0;
  for (let task = free.pop(); task !== undefined; task = free.pop()) {
    done++;
    for (const { position } of task.downstreamTasks) {
      waitingFor[position] = (waitingFor[position] as number) - 1;
      if (waitingFor[position] === 0) free.push(tasks[position] as Task);
    }
  }
  if (done === tasks.length) return undefined;
  return findCycle(tasks, (task) => (waitingFor[task.position] as number) > 0);
}

/** Whoever waits, waits for another who waits: following those upstream must come back to where it has been. */
function findCycle(tasks: readonly Task[], isWaiting: (task: Task) => boolean): Task[] {
  const steps = new Map<Task, number>();
  const path: Task[] = [];
  let task = tasks.find(isWaiting) as Task;
  while (!steps.has(task)) {
    steps.set(task, path.length);
    path.push(task);
    for (const upstream of task.upstreamTasks) {
      if (!isWaiting(upstream)) continue;
      task = upstream;
      break;
    }
  }
  return [...path.slice(steps.get(task)), task].reverse();
}

function shown(cycle: readonly Task[]): string {
  const names = cycle.map(({ name }) => name);
  if (names.length > SHOWN_TASKS) {
    const hidden = names.length - SHOWN_TASKS;
    names.splice(SHOWN_TASKS / 2, hidden, `(${hidden} more)`);
  }
  return names.join(' → ');
}

function isMember(tasks: readonly Task[], task: Task): boolean {
  return task.workflow !== undefined && tasks[task.position] === task;
}

function outside(task: Task, other: Task, relation: string): SkepError {
  return new SkepError(
    'dag_incomplete',
    `Task ${task.name} ${relation} task ${other.name}, which is not in the workflow.`,
  );
}
