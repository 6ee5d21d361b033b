import type { AnswerOf } from '../api/route.ts';
import type { routes } from '../api/routes.ts';

export type BatchTuple = AnswerOf<typeof routes.instantiateTaskInstances>['task_instance_batches'][number];

/**
 * `gathering`: more of it may come with a request that is on its way; `ready`: complete; `launching`: being submitted; `submitted`:
 * on the cluster, and never to be submitted again.
 */
type BatchState = 'gathering' | 'ready' | 'launching' | 'submitted';

/** Instances that the swarm queued together: they share array, batch number and resources. */
export interface Batch {
  readonly arrayId: number;
  readonly arrayName: string;
  readonly batchNumber: number;
  readonly resourcesId: number;
  /** Seconds of lease that its resources ask for; undefined: that of the configuration. */
  lease: number | undefined;
  /** Instance id → step id; undefined: the server did not say it. */
  readonly steps: Map<number, number | undefined>;
  state: BatchState;
  /** How often it could not be launched, and how often of these it was not just the cluster that took nothing. */
  tries: number;
  failures: number;
  /** The cluster may have taken it although it gave no answer. */
  isUncertain: boolean;
  /** An earlier distributor of the run took it, and may have submitted it. */
  mayExist: boolean;
  /** Monotonic milliseconds before which it is not tried again. */
  notBefore: number;
}

/** The batch that an answer tells of, with the instances that it names. */
export function batchOf(
  [arrayId, arrayName, batchNumber, resourcesId, ids, steps]: BatchTuple,
  state: BatchState,
): Batch {
  return {
    ...{ arrayId, arrayName, batchNumber, resourcesId, state },
    lease: undefined,
    steps: new Map(ids.map((id, index) => [id, steps?.[index]])),
    tries: 0,
    failures: 0,
    isUncertain: false,
    mayExist: false,
    notBefore: 0,
  };
}

/** The batches that are not launched yet. */
export class Batches {
  readonly #open = new Set<Batch>();

  /** Adds what one answer holds of a batch and gives the batch; `state` is that of one that is new. */
  add(tuple: BatchTuple, state: 'gathering' | 'ready'): Batch {
    const [arrayId, , batchNumber, , ids, steps] = tuple;
    const batch = this.#growing({ arrayId, batchNumber }) ?? batchOf(tuple, state);
    for (const [index, id] of ids.entries()) batch.steps.set(id, steps?.[index]);
    this.#open.add(batch);
    return batch;
  }

  /** Every request for instances was answered: whatever was gathered is complete. */
  complete(): void {
    for (const batch of this.#open) if (batch.state === 'gathering') batch.state = 'ready';
  }

  ready(): Batch[] {
    return [...this.#open].filter(({ state }) => state === 'ready');
  }

  remove(batch: Batch): void {
    this.#open.delete(batch);
  }

  /** What is being launched takes no more: late ones of the same batch are launched after it. */
  #growing({ arrayId, batchNumber }: Pick<Batch, 'arrayId' | 'batchNumber'>): Batch | undefined {
    for (const batch of this.#open) {
      const grows = batch.state === 'gathering' || batch.state === 'ready';
      if (grows && batch.arrayId === arrayId && batch.batchNumber === batchNumber) return batch;
    }
    return undefined;
  }
}
