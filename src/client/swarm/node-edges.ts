import type { Clock } from '../../core/clock.ts';
import type { TaskWithNodes } from './answers.ts';
import { inSlices } from './in-slices.ts';
import type { SwarmState } from './state.ts';
import type { SwarmTask } from './task.ts';

/** Where the nodes downstream begin in the row of a task. */
const FIRST_DEPENDENT = 2;

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

  /** Takes the row of a task: its id, its node, then the nodes downstream. */
  add(task: SwarmTask, row: TaskWithNodes): void {
    const [, nodeId] = row;
    if (nodeId === undefined) return;
    this.#indexOfNode.set(nodeId, task.index);
    if (row.length === FIRST_DEPENDENT) return;
    this.#tasks.push(task);
    this.#push(row.length - FIRST_DEPENDENT);
    for (let at = FIRST_DEPENDENT; at < row.length; at++) this.#push(row[at] as number);
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
