import { Heap } from '../heap.ts';
import type { SwarmState } from '../state.ts';
import type { SwarmTask } from '../task.ts';

/** Tasks of one array that ask for equal resources, to be queued by one request. */
export interface Batch {
  readonly arrayId: number;
  readonly tasks: readonly SwarmTask[];
}

/** Most tasks of one batch. The reference's limit, and below the 1000 at which servers split one. */
export const MAX_BATCH_SIZE = 500;

/**
 * Batches that may be under way at once. They are of different arrays, because a server numbers the batches of an array
 * one after the other; a few hide the way to the server, more would only wait inside it.
 */
const BATCHES_PER_ROUND = 4;

/**
 * Takes ready tasks out of the queue as long as the limits of the workflow and of their arrays allow, in rounds of
 * batches of different arrays. Capacities are read once; each task takes one of both. What is not asked for stays in the
 * queue. Source: swarm §9.
 */
export function* takeRounds(state: SwarmState): Generator<Batch[]> {
  let capacity = state.getAvailableCapacity();
  const arrays = new Heap<ReadyArray>();
  for (const arrayId of state.readyToRun.arrayIds()) {
    list(arrays, state, { arrayId, capacity: state.getArrayCapacity(arrayId) });
  }
  for (;;) {
    const round: Batch[] = [];
    const served: ReadyArray[] = [];
    while (round.length < BATCHES_PER_ROUND && capacity > 0) {
      const array = arrays.pop()?.item;
      if (array === undefined) break;
      const tasks = state.readyToRun.takeAlike(array.arrayId, Math.min(MAX_BATCH_SIZE, capacity, array.capacity));
      if (tasks.length === 0) continue;
      round.push({ arrayId: array.arrayId, tasks });
      capacity -= tasks.length;
      served.push({ arrayId: array.arrayId, capacity: array.capacity - tasks.length });
    }
    if (round.length === 0) return;
    for (const array of served) list(arrays, state, array);
    yield round;
  }
}

interface ReadyArray {
  readonly arrayId: number;
  readonly capacity: number;
}

/** Lists an array by the place of its first ready task, if it has one and may start it. */
function list(arrays: Heap<ReadyArray>, state: SwarmState, array: ReadyArray): void {
  const order = state.readyToRun.firstOrderOf(array.arrayId);
  if (array.capacity > 0 && order !== undefined) arrays.push(order, array);
}
