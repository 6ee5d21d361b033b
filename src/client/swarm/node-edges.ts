import type { Clock } from '../../core/clock.ts';
import { inSlices } from './in-slices.ts';
import type { SwarmState } from './state.ts';
import type { SwarmTask } from './task.ts';

/** Room for so many numbers to begin with. */
const FIRST_ROOM = 1024;

/**
 * Edges as the server names them, by nodes, until all tasks are known. They lie in one list of numbers, because a list of
 * its own for each task is what a build would spend most of its memory on.
 */
export class NodeEdges {
  readonly #indexOfNode = new Map<number, number>();
  readonly #tasks: SwarmTask[] = [];
  /** For each of `#tasks` how many nodes depend on it, and then those nodes. */
  #numbers = new Float64Array(FIRST_ROOM);
  #size = 0;

  /** `[node id, downstream node id, …]` of a task; nothing when its node is not known. */
  add(task: SwarmTask, [nodeId, ...dependents]: readonly number[]): void {
    if (nodeId === undefined) return;
    this.#indexOfNode.set(nodeId, task.index);
    if (dependents.length === 0) return;
    this.#tasks.push(task);
    this.#push(dependents.length);
    for (const dependent of dependents) this.#push(dependent);
  }

  /** Links the tasks. Nodes whose tasks were not loaded are done, or not of this workflow. */
  async linkTo(state: SwarmState, clock: Clock): Promise<void> {
    let at = 0;
    await inSlices(this.#tasks, clock, (task) => {
      const end = at + 1 + (this.#numbers[at] as number);
      const dependents: number[] = [];
      for (at += 1; at < end; at++) {
        const index = this.#indexOfNode.get(this.#numbers[at] as number);
        if (index !== undefined) dependents.push(index);
      }
      state.link(task, dependents);
    });
    state.trim();
  }

  #push(value: number): void {
    if (this.#size === this.#numbers.length) {
      const larger = new Float64Array(2 * this.#size);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#size] = value;
    this.#size += 1;
  }
}
