import type { TaskInstanceStatus } from '../core/status.ts';
import type { Batch } from './batches.ts';

/** Statuses in which an instance is the distributor's business. Source: distributor-worker §4. */
export const TRACKED = ['Q', 'I', 'O', 'R', 'T', 'K', 'X'] as const satisfies readonly TaskInstanceStatus[];
export type TrackedStatus = (typeof TRACKED)[number];

export interface Instance {
  readonly id: number;
  readonly status: TrackedStatus;
  /** Undefined until it was instantiated here. */
  batch?: Batch;
  /** Undefined until it was submitted here. */
  distributorId?: string;
  /** Monotonic milliseconds since when it is in triage. */
  silentSince?: number;
}

function isTracked(status: string): status is TrackedStatus {
  return (TRACKED as readonly string[]).includes(status);
}

/** The instances of the run that have not ended, as the server last told. */
export class Instances {
  readonly #byId = new Map<number, Instance>();
  readonly #byStatus = new Map<TrackedStatus, Map<number, Instance>>(TRACKED.map((status) => [status, new Map()]));
  readonly #byDistributorId = new Map<string, Instance>();

  get(id: number): Instance | undefined {
    return this.#byId.get(id);
  }

  byDistributorId(distributorId: string): Instance | undefined {
    return this.#byDistributorId.get(distributorId);
  }

  /** Those in a status, by ascending id. */
  in(status: TrackedStatus): Instance[] {
    return [...this.#bucket(status).values()].sort((a, b) => a.id - b.id);
  }

  count(status: TrackedStatus): number {
    return this.#bucket(status).size;
  }

  /** Takes over a status; an instance that has ended is forgotten. */
  set(id: number, status: string): void {
    const instance = this.#byId.get(id);
    if (instance?.status === status) return;
    if (instance !== undefined) this.#bucket(instance.status).delete(id);
    if (!isTracked(status)) {
      this.#forget(instance);
      return;
    }
    const next: Instance = instance === undefined ? { id, status } : Object.assign(instance, { status });
    if (status !== 'T') delete next.silentSince;
    this.#byId.set(id, next);
    this.#bucket(status).set(id, next);
  }

  /** Notes the cluster's id of an instance. */
  submitted(instance: Instance, distributorId: string): void {
    instance.distributorId = distributorId;
    this.#byDistributorId.set(distributorId, instance);
  }

  #forget(instance: Instance | undefined): void {
    if (instance === undefined) return;
    this.#byId.delete(instance.id);
    if (instance.distributorId !== undefined) this.#byDistributorId.delete(instance.distributorId);
  }

  #bucket(status: TrackedStatus): Map<number, Instance> {
    return this.#byStatus.get(status) as Map<number, Instance>;
  }
}
