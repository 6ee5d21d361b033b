import type { ReadUnit } from '../db/unit.ts';

/** Attempts with what every description of them says; which ones, and what more, whoever asks adds. */
export function attemptRows({ db }: ReadUnit) {
  return db
    .selectFrom('task_instance as instance')
    .innerJoin('task_resources as resources', 'resources.id', 'instance.task_resources_id')
    .leftJoin('queue', 'queue.id', 'resources.queue_id')
    .leftJoin('cluster', 'cluster.id', 'queue.cluster_id')
    .select(['instance.id', 'instance.workflow_run_id', 'instance.status', 'instance.distributor_id'])
    .select(['instance.nodename', 'instance.submitted_date', 'instance.status_date', 'instance.wallclock'])
    .select(['instance.cpu', 'instance.maxrss', 'resources.requested_resources'])
    .select(['queue.name as queue', 'cluster.name as cluster']);
}

export type AttemptRow = Awaited<ReturnType<ReturnType<typeof attemptRows>['executeTakeFirstOrThrow']>>;
