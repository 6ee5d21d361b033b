/** How long silence is borne: intervals between signs of life, times how many of them may be missed. */
import type { Config } from './config.ts';

type Heartbeat = Config['heartbeat'];

/** Seconds for which the silence of a run's client, or of its distributor, is borne. */
export function runIncrement(heartbeat: Pick<Heartbeat, 'workflow_run_interval' | 'report_by_buffer'>): number {
  return heartbeat.workflow_run_interval * heartbeat.report_by_buffer;
}

/** Seconds after which a task instance that has not reported is overdue. Source: distributor-worker §2. */
export function instanceIncrement(heartbeat: Pick<Heartbeat, 'task_instance_interval' | 'report_by_buffer'>): number {
  return heartbeat.task_instance_interval * heartbeat.report_by_buffer;
}
