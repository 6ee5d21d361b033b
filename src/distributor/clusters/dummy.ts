import { capabilitiesOf } from '../../api/capabilities.ts';
import { routes } from '../../api/routes.ts';
import { instanceIncrement } from '../../core/report-increments.ts';
import { forEachLimited } from '../concurrency.ts';
import type { ClusterContext, ClusterDistributor, JobState, Submission } from './cluster.ts';

/** Requests of one submission that are on their way at once, against a server without bulk reports. */
const REQUESTS = 10;

export const createDummy = (context: ClusterContext): ClusterDistributor => new DummyCluster(context);

/** Says of every job that it ran and succeeded, and runs nothing. Source: distributor-worker §10. */
class DummyCluster implements ClusterDistributor {
  readonly #context: ClusterContext;

  constructor(context: ClusterContext) {
    this.#context = context;
  }

  get clusterName(): string {
    return this.#context.clusterName;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async submit({ steps }: Submission): Promise<ReadonlyMap<number, string>> {
    const { random, requester } = this.#context;
    const ids = new Map(steps.map(({ step }) => [step, String(2 * Math.floor(random.fraction() * 1e9))]));
    const jobs = steps.map(({ step, taskInstanceId }) => ({ taskInstanceId, distributorId: ids.get(step) ?? '' }));
    if (await capabilitiesOf(requester)) await this.#reportTogether(jobs);
    else await forEachLimited(jobs, REQUESTS, (job) => this.#reportOne(job));
    return ids;
  }

  async states(distributorIds: readonly string[]): Promise<ReadonlyMap<string, JobState>> {
    const exit = { status: 'U', message: 'The dummy cluster runs nothing.' } as const;
    return new Map(distributorIds.map((id) => [id, { kind: 'gone', exit }]));
  }

  async terminate(): Promise<void> {}

  async #reportTogether(jobs: readonly DummyJob[]): Promise<void> {
    const { requester } = this.#context;
    const instances = jobs.map((job) => ({ task_instance_id: job.taskInstanceId, distributor_id: job.distributorId }));
    await requester.call(routes.startTaskInstances, { body: { ...this.#start(), task_instances: instances } });
    const task_instances = instances.map((instance) => ({ ...instance, status: 'D' }));
    await requester.call(routes.endTaskInstances, { body: { task_instances } });
  }

  async #reportOne({ taskInstanceId, distributorId: distributor_id }: DummyJob): Promise<void> {
    const { requester } = this.#context;
    const params = { task_instance_id: taskInstanceId };
    await requester.call(routes.logRunning, { params, body: { ...this.#start(), distributor_id } });
    await requester.call(routes.logDone, { params, body: { distributor_id } });
  }

  #start() {
    const next_report_increment = instanceIncrement(this.#context.config.heartbeat);
    return { nodename: 'dummy', process_group_id: 0, next_report_increment };
  }
}

interface DummyJob {
  readonly taskInstanceId: number;
  readonly distributorId: string;
}
