import { ClusterUnreachable } from '../../src/distributor/clusters/errors.ts';
import type {
  AccountedJob,
  ControllerJob,
  JobRequest,
  SlurmController,
} from '../../src/distributor/clusters/slurm/controller.ts';

type Fate = 'answered' | 'answer lost' | 'request lost' | 'late';

/**
 * A controller that behaves like Slurm where it matters: it may take an array without saying so, hands ids out again
 * after a crash, forgets what ended long ago, and tells accounting later. Nothing happens but what a test says.
 */
export class MemorySlurm implements SlurmController {
  readonly queue = new Map<string, ControllerJob>();
  readonly accounting = new Map<string, AccountedJob>();
  readonly submissions: JobRequest[] = [];
  readonly cancelled: string[] = [];
  /** Of the submissions to come, in order; then all are answered. */
  readonly fates: Fate[] = [];
  maxArraySize = 1001;
  isReachable = true;
  looks = 0;
  /** What {@link cancel} does with a living job; default: it is gone from the queue. */
  onCancel: (id: string) => void = (id) => this.queue.delete(id);
  #nextId = 1;
  #late: JobRequest[] = [];

  async submit(request: JobRequest): Promise<string> {
    this.#beReachable();
    this.submissions.push(request);
    const fate = this.fates.shift() ?? 'answered';
    if (fate === 'late') this.#late.push(request);
    if (fate === 'answered' || fate === 'answer lost') {
      const id = this.#take(request);
      if (fate === 'answered') return id;
    }
    throw new ClusterUnreachable('Socket timed out on send/recv operation');
  }

  async jobs(): Promise<ControllerJob[]> {
    this.looks++;
    this.#beReachable();
    return [...this.queue.values()];
  }

  async accounts(arrayIds: readonly string[]): Promise<AccountedJob[]> {
    return [...this.accounting.values()].filter(({ id }) => arrayIds.includes(id.split('_')[0] as string));
  }

  async cancel(ids: readonly string[]): Promise<void> {
    this.#beReachable();
    for (const id of ids) {
      this.cancelled.push(id);
      if (this.queue.has(id)) this.onCancel(id);
    }
  }

  async limits() {
    this.#beReachable();
    return { maxArraySize: this.maxArraySize, killWait: 5 };
  }

  async partitions() {
    return [];
  }

  set(id: string, state: string, reason = 'None'): void {
    this.queue.set(id, { ...(this.queue.get(id) ?? { id, comment: '' }), state, reason });
  }

  /** Accounting learns how a job ended. */
  account(id: string, fields: Partial<AccountedJob>): void {
    const known = { comment: this.queue.get(id)?.comment ?? '', nodes: 'n1', elapsed: 7, cpu: 1, maxrss: null };
    this.accounting.set(id, { id, state: 'COMPLETED', exitCode: 0, signal: 0, ...known, ...fields });
  }

  /** What was on its way arrives. @returns ids of the arrays */
  arrive(): string[] {
    const arrays = this.#late.map((request) => this.#take(request));
    this.#late = [];
    return arrays;
  }

  /** All that it has not written down is lost, also which ids are taken. */
  crash(): void {
    this.queue.clear();
    this.#nextId = 1;
  }

  #take({ indexes, comment }: JobRequest): string {
    const array = String(this.#nextId++);
    for (const index of indexes) {
      const id = `${array}_${index}`;
      this.queue.set(id, { id, state: 'PENDING', reason: 'Priority', comment });
    }
    return array;
  }

  #beReachable(): void {
    if (!this.isReachable) throw new ClusterUnreachable('Unable to contact slurm controller (connect failure)');
  }
}
