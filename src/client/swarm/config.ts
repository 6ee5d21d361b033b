import type { Config } from '../../core/config.ts';

/** What a user may set for one run. */
export interface WorkflowRunConfig {
  /** Seconds between two heartbeats. Default: `heartbeat.workflow_run_interval`. */
  readonly heartbeatInterval?: number | undefined;
  /** The run counts as lost after this many intervals. Default: `heartbeat.report_by_buffer`. */
  readonly heartbeatReportByBuffer?: number | undefined;
  /** End the run with status E as soon as one task has failed for good. Default false. */
  readonly failFast?: boolean | undefined;
  /** Seconds between two full syncs; negative: as often as can be. Default 600. */
  readonly wedgedWorkflowSyncInterval?: number | undefined;
  /** For tests: ends the run after so many completions. From 10⁹ on, the default, it is off. */
  readonly failAfterNExecutions?: number | undefined;
}

/** The settings of one orchestrator, all resolved. Source: swarm §3. */
export interface OrchestratorConfig {
  readonly heartbeatInterval: number;
  readonly heartbeatReportByBuffer: number;
  readonly wedgedWorkflowSyncInterval: number;
  readonly failFast: boolean;
  /** Seconds that the main loop may take. */
  readonly timeout: number;
  readonly failAfterNExecutions: number | undefined;
}

export const ORCHESTRATOR_DEFAULTS: OrchestratorConfig = {
  heartbeatInterval: 30,
  heartbeatReportByBuffer: 1.5,
  wedgedWorkflowSyncInterval: 600,
  failFast: false,
  timeout: 36_000,
  failAfterNExecutions: undefined,
};

/** From this value on, `failAfterNExecutions` means "never". */
const NEVER = 1_000_000_000;

export function resolveConfig(
  config: WorkflowRunConfig,
  heartbeat: Pick<Config['heartbeat'], 'workflow_run_interval' | 'report_by_buffer'>,
  timeout: number = ORCHESTRATOR_DEFAULTS.timeout,
): OrchestratorConfig {
  const { failAfterNExecutions = NEVER } = config;
  return {
    heartbeatInterval: config.heartbeatInterval ?? heartbeat.workflow_run_interval,
    heartbeatReportByBuffer: config.heartbeatReportByBuffer ?? heartbeat.report_by_buffer,
    wedgedWorkflowSyncInterval: config.wedgedWorkflowSyncInterval ?? ORCHESTRATOR_DEFAULTS.wedgedWorkflowSyncInterval,
    failFast: config.failFast ?? ORCHESTRATOR_DEFAULTS.failFast,
    timeout,
    failAfterNExecutions: failAfterNExecutions >= NEVER ? undefined : failAfterNExecutions,
  };
}
