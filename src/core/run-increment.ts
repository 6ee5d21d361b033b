import type { Config } from './config.ts';

/** Seconds for which the silence of a run's client, or of its distributor, is borne. */
export function runIncrement(
  heartbeat: Pick<Config['heartbeat'], 'workflow_run_interval' | 'report_by_buffer'>,
): number {
  return heartbeat.workflow_run_interval * heartbeat.report_by_buffer;
}
