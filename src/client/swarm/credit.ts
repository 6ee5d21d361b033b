/** Which upstreams of a task are done: each done task counts once with each of its dependents. Source: swarm §5.4, §14 D9. */
import type { SwarmTask } from './task.ts';

/** Counts done tasks with their dependents, unless they are counted already; gives back the dependents that became ready. */
export function creditDependents(done: Iterable<SwarmTask>): SwarmTask[] {
  const ready: SwarmTask[] = [];
  for (const task of done) {
    if (task.isCredited) continue;
    task.isCredited = true;
    task.forEachDependent((dependent) => {
      dependent.numUpstreamsDone += 1;
      if (dependent.allUpstreamsDone && dependent.status === 'G') ready.push(dependent);
    });
  }
  return ready;
}

/** Counts tasks no longer that are done no longer; gives back those of their dependents that have not begun. */
export function debitDependents(reset: Iterable<SwarmTask>): SwarmTask[] {
  const waiting: SwarmTask[] = [];
  for (const task of reset) {
    if (!task.isCredited) continue;
    task.isCredited = false;
    task.forEachDependent((dependent) => {
      dependent.numUpstreamsDone -= 1;
      if (dependent.status === 'G') waiting.push(dependent);
    });
  }
  return waiting;
}
