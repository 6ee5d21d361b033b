import { resolve } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLog } from '../../../src/core/log.ts';
import { systemMachine } from '../../../src/core/machine.ts';
import { type LaunchedProcess, systemProcesses } from '../../../src/core/process.ts';
import type { ClusterDistributor, JobState, Submission } from '../../../src/distributor/clusters/cluster.ts';
import { killMarked } from '../../../src/distributor/clusters/local/kill-marked.ts';

/** Compiled, as it is installed on the nodes of a cluster. */
const WORKER = resolve(import.meta.dirname, '../../../dist/worker/main.cjs');

/**
 * A batch system of one machine: each job is a process of its own, the single-shot worker. Like Slurm it ends what a job
 * leaves behind, tells no reason for the end of one, and nobody that it has ended.
 */
export class BatchCluster implements ClusterDistributor {
  readonly clusterName: string;
  readonly #jobs = new Map<string, { readonly worker: LaunchedProcess; readonly over: Promise<void> }>();
  #submissions = 0;

  constructor(clusterName: string) {
    this.clusterName = clusterName;
  }

  async start(): Promise<void> {}

  async submit({ steps, workerArguments }: Submission): Promise<ReadonlyMap<number, string>> {
    const submission = String(++this.#submissions);
    const ids = new Map<number, string>();
    for (const { step } of steps) {
      const worker = await systemProcesses.launch({
        program: process.execPath,
        arguments: [WORKER, ...workerArguments],
        environment: { ...process.env, JOB_ID: submission, ARRAY_STEP_ID: String(step) },
        ownGroup: true,
      });
      const id = `${submission}_${step}`;
      this.#jobs.set(id, { worker, over: this.#watch(id, worker) });
      ids.set(step, id);
    }
    return ids;
  }

  async states(distributorIds: readonly string[]): Promise<ReadonlyMap<string, JobState>> {
    return new Map(distributorIds.map((id) => [id, { kind: this.#jobs.has(id) ? 'running' : 'gone' }]));
  }

  async terminate(distributorIds: readonly string[]): Promise<void> {
    for (const id of distributorIds) this.#jobs.get(id)?.worker.signal('SIGTERM');
  }

  async stop(): Promise<void> {
    const jobs = [...this.#jobs.values()];
    for (const { worker } of jobs) worker.signal('SIGTERM');
    await Promise.all(jobs.map(({ over }) => over));
  }

  async #watch(id: string, worker: LaunchedProcess): Promise<void> {
    const identity = systemProcesses.identify(worker.pid);
    await worker.exited;
    await killMarked(({ supervisor }) => supervisor === identity, {
      clock: systemClock,
      log: silentLog,
      machine: systemMachine,
    });
    this.#jobs.delete(id);
  }
}
