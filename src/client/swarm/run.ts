import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { orAborted } from '../../core/abort.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { isSkepError, messageOf, SkepError } from '../../core/errors.ts';
import { type Logger, silentLog } from '../../core/log.ts';
import type { WorkflowRunStatus } from '../../core/status.ts';
import { SwarmBuilder } from './builder.ts';
import { resolveConfig, type WorkflowRunConfig } from './config.ts';
import { WorkflowRunOrchestrator } from './orchestrator.ts';
import { type OrchestratorResult, type Progress, RunError } from './result.ts';
import type { BoundWorkflow } from './source.ts';

export { type OrchestratorResult, type Progress, RunError } from './result.ts';

export interface RunOptions {
  readonly workflowRunId: number;
  readonly requester: Requester;
  /** Whether the distributor of the run lives; asked at least each second. */
  readonly distributorAlive: () => boolean;
  /** Status of the run as the caller left it. Default B. */
  readonly status?: WorkflowRunStatus | undefined;
  readonly config?: WorkflowRunConfig | undefined;
  readonly heartbeat: Pick<Config['heartbeat'], 'workflow_run_interval' | 'report_by_buffer'>;
  /** Seconds that the run may take, not counting the build. Default 36,000. */
  readonly timeout?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Logger | undefined;
  /** Aborted: the run is set to S and ends with run_interrupted. Its tasks end when its distributor is stopped. */
  readonly signal?: AbortSignal | undefined;
  /** Called whenever the loop comes round: after each piece of news, and each second. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Attempts to report that building failed. */
const LAST_WORDS_ATTEMPTS = 4;

/**
 * Drives one run of a bound workflow to its end. A run that ends at the first failure, as `failFast` asks, gives a result
 * with status E like any other. Source: swarm §12.
 * @throws RunError run_timeout, distributor_dead, run_interrupted and other errors of ours, with the result so far.
 */
export function runWorkflow(options: RunOptions & { readonly workflow: BoundWorkflow }): Promise<OrchestratorResult> {
  return run(options, (builder) => builder.buildFromWorkflow(options.workflow));
}

/** Drives one run of a workflow that only the server knows: those of its tasks that are not done. */
export function resumeWorkflowRun(options: RunOptions & { readonly workflowId: number }): Promise<OrchestratorResult> {
  return run(options, (builder) => builder.buildFromWorkflowId(options.workflowId));
}

async function run(options: RunOptions, build: (builder: SwarmBuilder) => Promise<void>): Promise<OrchestratorResult> {
  const { workflowRunId, requester, signal, onProgress, clock = systemClock } = options;
  const log = (options.log ?? silentLog).child({ workflow_run_id: workflowRunId });
  const config = resolveConfig(options.config ?? {}, options.heartbeat, options.timeout);
  requester.context.workflow_run_id = workflowRunId;
  const { heartbeatInterval, heartbeatReportByBuffer } = config;
  const initialStatus = options.status ?? 'B';
  const intervals = { heartbeatInterval, heartbeatReportByBuffer, initialStatus };
  const builder = new SwarmBuilder(requester, workflowRunId, { ...intervals, clock, log, signal });
  const { state, gateway } = await built(builder, build, options, log);
  requester.context.workflow_id = state.workflowId;
  const orchestrator = new WorkflowRunOrchestrator({ state, gateway, config, clock, log, signal, onProgress });
  try {
    return await orchestrator.run(options.distributorAlive);
  } catch (error) {
    if (error instanceof RunError && isSkepError(error, 'run_failed_fast')) return error.result;
    throw error;
  }
}

/** Builds; a run that cannot be built is reported as failed (or stopped) before the error is thrown. */
async function built(
  builder: SwarmBuilder,
  build: (builder: SwarmBuilder) => Promise<void>,
  { requester, workflowRunId, signal }: RunOptions,
  log: Logger,
) {
  try {
    await orAborted(build(builder), signal);
    if (builder.state === null) throw new SkepError('swarm_not_built', 'The build made no state.');
    return { state: builder.state, gateway: builder.gateway };
  } catch (cause) {
    const sentence = `Workflow run ${workflowRunId} was interrupted while it was being built.`;
    const error = signal?.aborted ? new SkepError('run_interrupted', sentence, { cause }) : cause;
    await reportFailure(requester, workflowRunId, signal?.aborted ? 'S' : 'E', log);
    throw error;
  }
}

async function reportFailure(
  requester: Requester,
  workflowRunId: number,
  status: WorkflowRunStatus,
  log: Logger,
): Promise<void> {
  try {
    const input = { params: { workflow_run_id: workflowRunId }, body: { status } };
    await requester.call(routes.updateWorkflowRunStatus, input, { attempts: LAST_WORDS_ATTEMPTS });
  } catch (error) {
    log.warn({ status, error: messageOf(error) }, 'the status of the run could not be reported');
  }
}
