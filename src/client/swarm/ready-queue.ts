import { Heap } from './heap.ts';
import { ReadyBucket } from './ready-bucket.ts';
import type { SwarmTask } from './task.ts';

/**
 * Places of tasks that are not adjusted start here. Below 2^31, so that every place is a small integer in the engine; a
 * billion enqueued tasks are beyond any run.
 */
const BEHIND_ADJUSTED = 1_000_000_000;

/**
 * The tasks that may be queued: adjusted ones first, then by the moment they became ready. They lie in buckets by array
 * and resources, so that a batch costs the tasks it holds and not the tasks that wait. Source: swarm §5.5, §9 and §14 C2.
 */
export class ReadyQueue {
  readonly #arrays = new Map<number, ReadyArray>();
  #enqueued = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Appends a task, or with `front` puts it behind the other adjusted tasks. A task that is in the queue is moved. */
  add(task: SwarmTask, front = false): void {
    this.remove(task);
    this.#enqueued += 1;
    task.readyOrder = front ? this.#enqueued : BEHIND_ADJUSTED + this.#enqueued;
    this.#size += 1;
    this.#arrayOf(task.arrayId).add(task, front);
  }

  remove(task: SwarmTask): void {
    if (task.readyOrder === 0) return;
    task.readyOrder = 0;
    this.#size -= 1;
  }

  /** Takes the first task of all. */
  take(): SwarmTask | undefined {
    let firstArray: number | undefined;
    let firstOrder = Number.POSITIVE_INFINITY;
    for (const arrayId of this.#arrays.keys()) {
      const order = this.firstOrderOf(arrayId) ?? firstOrder;
      if (order < firstOrder) [firstArray, firstOrder] = [arrayId, order];
    }
    return firstArray === undefined ? undefined : this.takeAlike(firstArray, 1)[0];
  }

  /** Takes the first task of an array and up to `count − 1` that ask for the same resources. */
  takeAlike(arrayId: number, count: number): SwarmTask[] {
    const bucket = this.#arrays.get(arrayId)?.firstBucket();
    const taken: SwarmTask[] = [];
    while (taken.length < count) {
      const task = bucket?.shift();
      if (task === undefined) break;
      this.remove(task);
      taken.push(task);
    }
    return taken;
  }

  /** Place of the first task of an array; undefined when none of its tasks is ready. */
  firstOrderOf(arrayId: number): number | undefined {
    return this.#arrays.get(arrayId)?.firstBucket()?.first()?.readyOrder;
  }

  /** Arrays that have had ready tasks. */
  arrayIds(): Iterable<number> {
    return this.#arrays.keys();
  }

  #arrayOf(arrayId: number): ReadyArray {
    let array = this.#arrays.get(arrayId);
    if (array === undefined) {
      array = new ReadyArray();
      this.#arrays.set(arrayId, array);
    }
    return array;
  }
}

/** The buckets of one array, by the place of their first task. */
class ReadyArray {
  readonly #buckets = new Map<string, ListedBucket>();
  readonly #heap = new Heap<ListedBucket>();

  add(task: SwarmTask, front: boolean): void {
    const { key } = task.currentTaskResources;
    let listed = this.#buckets.get(key);
    if (listed === undefined) {
      listed = { key, bucket: new ReadyBucket(), order: 0 };
      this.#buckets.set(key, listed);
    }
    listed.bucket.add(task, front);
    if (listed.bucket.first() === task) this.#list(listed, task.readyOrder);
  }

  /** The bucket with the first task; a bucket whose listed task has left is listed anew on the way. */
  firstBucket(): ReadyBucket | undefined {
    for (;;) {
      const entry = this.#heap.peek();
      if (entry === undefined) return undefined;
      const listed = entry.item;
      const first = listed.bucket.first();
      if (entry.order === listed.order && first?.readyOrder === entry.order) return listed.bucket;
      this.#heap.pop();
      if (entry.order !== listed.order) continue;
      if (first !== undefined) this.#list(listed, first.readyOrder);
      else this.#buckets.delete(listed.key);
    }
  }

  #list(listed: ListedBucket, order: number): void {
    listed.order = order;
    this.#heap.push(order, listed);
  }
}

interface ListedBucket {
  readonly key: string;
  readonly bucket: ReadyBucket;
  /** The place under which the heap lists the bucket; entries under other places are outdated. */
  order: number;
}
