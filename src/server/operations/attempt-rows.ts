import type { TaskInstanceStatus } from '../../core/status.ts';

/**
 * What every description of an attempt needs, of `task_instance as instance` with `task_resources as resources`, and of `queue`
 * and `cluster` where there are any.
 */
export const ATTEMPT_COLUMNS = [
  'instance.id',
  'instance.workflow_run_id',
  'instance.status',
  'instance.distributor_id',
  'instance.nodename',
  'instance.submitted_date',
  'instance.status_date',
  'instance.wallclock',
  'instance.cpu',
  'instance.maxrss',
  'resources.requested_resources',
  'queue.name as queue',
  'cluster.name as cluster',
] as const;

/** Of these columns, those that are told as they are. */
export interface AttemptRow {
  readonly id: number;
  readonly workflow_run_id: number;
  readonly status: TaskInstanceStatus;
  readonly distributor_id: string | null;
  readonly nodename: string | null;
  readonly submitted_date: number | null;
  readonly status_date: number;
  readonly wallclock: string | null;
  readonly cpu: string | null;
  readonly maxrss: string | null;
  readonly queue: string | null;
  readonly cluster: string | null;
}
