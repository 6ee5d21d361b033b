import { SkepError } from '../../core/errors.ts';
import type { SwarmTask } from './task.ts';

/** Room for so many edges to begin with. */
const FIRST_ROOM = 1024;

/**
 * Who depends on whom. The dependents of all tasks lie in one list of integers, those of each task in a row: a million
 * tasks with three edges each take 16 MB and nothing that the garbage collector has to look at.
 */
export class TaskGraph {
  /** By the index that each task has here. */
  readonly #tasks: SwarmTask[] = [];
  /** Index of a task → where its dependents begin in `#dependents`; they end where those of the next task begin. */
  #starts = new Uint32Array(FIRST_ROOM);
  #dependents = new Uint32Array(FIRST_ROOM);
  /** How many tasks have their row, and how many edges are in the rows. */
  #linked = 0;
  #edges = 0;

  /** Takes a task in and gives it its index. */
  add(task: SwarmTask): number {
    this.#tasks.push(task);
    return this.#tasks.length - 1;
  }

  /**
   * Sets the dependents of a task by their indices, and counts the task among their upstreams. To be called when all
   * tasks are in, once for each task that has any, by ascending index.
   * @throws SkepError internal for any other order.
   */
  link(index: number, dependents: Iterable<number>): void {
    if (index < this.#linked) {
      throw new SkepError('internal', `The dependents of task ${this.#taskAt(index).taskId} were set out of order.`);
    }
    this.#skipTo(index);
    for (const dependent of dependents) {
      if (this.#edges === this.#dependents.length) this.#dependents = resized(this.#dependents, 2 * this.#edges);
      this.#dependents[this.#edges] = dependent;
      this.#edges += 1;
      this.#taskAt(dependent).numUpstreams += 1;
    }
    this.#skipTo(index + 1);
  }

  /** Gives back the room that was kept for more. */
  trim(): void {
    this.#skipTo(this.#tasks.length);
    this.#starts = this.#starts.slice(0, this.#linked + 1);
    this.#dependents = this.#dependents.slice(0, this.#edges);
  }

  /** Calls `action` with each dependent of a task. */
  forEachDependent(index: number, action: (dependent: SwarmTask) => void): void {
    if (index >= this.#linked) return;
    const end = this.#starts[index + 1] as number;
    for (let at = this.#starts[index] as number; at < end; at++) action(this.#taskAt(this.#dependents[at] as number));
  }

  /** Begins and ends the rows of all tasks before `index`, so that its own begins here. */
  #skipTo(index: number): void {
    if (index >= this.#starts.length)
      this.#starts = resized(this.#starts, Math.max(2 * this.#starts.length, index + 1));
    while (this.#linked < index) {
      this.#linked += 1;
      this.#starts[this.#linked] = this.#edges;
    }
  }

  #taskAt(index: number): SwarmTask {
    return this.#tasks[index] as SwarmTask;
  }
}

function resized(list: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(list);
  return larger;
}
