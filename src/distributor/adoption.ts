/** Going on with what earlier distributors of the run have begun. */
import { routes } from '../api/routes.ts';
import { leaseIn } from '../core/lease.ts';
import { type Batch, batchOf } from './batches.ts';
import type { AdoptedJob, Submission } from './clusters/cluster.ts';
import type { DistributorParts } from './parts.ts';

/**
 * Looks after everything that was submitted for the run and has not ended.
 * @returns instances that were taken and of which nobody said that they were submitted.
 */
export async function adoptOpenInstances(
  { requester, workflowRunId, instances, cluster, log }: DistributorParts,
  resourcesOf: (id: number) => Promise<Submission['resources']>,
): Promise<number[]> {
  const params = { workflow_run_id: workflowRunId };
  const { batches } = await requester.call(routes.getOpenInstances, { params });
  const taken: number[] = [];
  const jobs: AdoptedJob[] = [];
  for (const { batch: tuple, instances: states } of batches) {
    const [, , , resourcesId, ids] = tuple;
    const resources = await resourcesOf(resourcesId);
    const batch: Batch = { ...batchOf(tuple, 'submitted'), lease: leaseIn(resources) };
    for (const [place, { status, distributor_id: distributorId }] of states.entries()) {
      const taskInstanceId = ids[place] as number;
      if (distributorId === null) {
        if (status === 'I') taken.push(taskInstanceId);
        continue;
      }
      instances.set(taskInstanceId, status);
      const instance = instances.get(taskInstanceId);
      if (instance === undefined) continue;
      instance.batch = batch;
      instances.submitted(instance, distributorId);
      jobs.push({ distributorId, taskInstanceId, resources });
    }
  }
  await cluster.adopt?.(jobs);
  log.info({ jobs: jobs.length, taken: taken.length }, 'Went on with what an earlier distributor of the run began');
  return taken;
}
