/** Running a bound workflow, or one that only the server knows. Source: client §12, §14. */
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { TRACE_VARIABLE } from '../../api/tracing/span-context.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { type Config, SETTINGS } from '../../core/config.ts';
import { SkepError } from '../../core/errors.ts';
import { type Logger, silentLog } from '../../core/log.ts';
import { type ProcessLauncher, systemProcesses } from '../../core/process.ts';
import type { TaskStatus, WorkflowRunStatus, WorkflowStatus } from '../../core/status.ts';
import { type Caller, stoppable } from '../binding/caller.ts';
import { adoptChangedResources } from '../binding/changed-resources.ts';
import { workflowStatus } from '../queries/workflow-status.ts';
import { type OrchestratorResult, type Progress, RunError } from '../swarm/result.ts';
import { resumeWorkflowRun, runWorkflow, type RunOptions as SwarmOptions } from '../swarm/run.ts';
import type { Workflow } from '../workflow.ts';
import { makeWay } from './resume.ts';
import { inPhase, type RunTrace } from './run-trace.ts';
import { conductRun, distributorEnvironment, type ServerAccess } from './workflow-run.ts';

/** What every run can be told, new or resumed. Times are in seconds. */
export interface CommonRunOptions extends ServerAccess {
  readonly requester: Requester;
  /** Ends the run as soon as one task has failed for good. Default: false. */
  readonly failFast?: boolean | undefined;
  /** Ends the run after this time; submitted tasks go on. Default 36000. */
  readonly secondsUntilTimeout?: number | undefined;
  /** Kills tasks that a former run left running, and starts them again (cold resume). Default: true. */
  readonly resetRunningJobs?: boolean | undefined;
  /** Gives up task instances that were ordered to die and do not. Default: false. */
  readonly forceCleanup?: boolean | undefined;
  /** Longest wait for the distributor to be ready. Default 180. */
  readonly distributorStartupTimeout?: number | undefined;
  /** Longest wait for the distributor to end before it is killed. Default 60. */
  readonly distributorStopTimeout?: number | undefined;
  /** Program and first arguments of another distributor, before `start`. Default: the one of this package. */
  readonly distributorCommand?: readonly string[] | undefined;
  /**
   * Starts no distributor, and waits for one that somebody starts elsewhere (`skep distributor start`). Called when there is
   * none. Default: starts one.
   */
  readonly onDistributorWanted?: ((workflowRunId: number) => void) | undefined;
  /** Longest wait for another run of the workflow to end. Default 300. */
  readonly resumeTimeout?: number | undefined;
  /** How often everybody reports. Default: the defaults of the configuration. */
  readonly heartbeat?: Config['heartbeat'] | undefined;
  /** Environment to hand on to the distributor and to take the user's name from. Default: that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Stops the run: status S, and its tasks are ended. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly log?: Logger | undefined;
  /** Makes spans of the run, below `span`. Default: nobody does. */
  readonly trace?: RunTrace | undefined;
  readonly clock?: Clock | undefined;
  readonly processes?: ProcessLauncher | undefined;
}

/** What the run of a described workflow can be told. Times are in seconds. */
export interface RunOptions extends CommonRunOptions {
  /** Goes on with a workflow that ran before. Default: false, which refuses to. */
  readonly resume?: boolean | undefined;
  /** Called when the server knows the workflow, before its tasks are bound. */
  readonly onBound?: ((bound: { readonly workflowId: number }) => void) | undefined;
}

/** What the resume of a workflow that only the server knows can be told. Times are in seconds. */
export interface ResumeFromIdOptions extends CommonRunOptions {
  readonly workflowId: number;
  readonly clusterName: string;
  /** Asks for more of what tasks ran out of in their last attempt. Default: true. */
  readonly increaseResources?: boolean | undefined;
}

/** How a run ended. */
export interface WorkflowResult extends OrchestratorResult {
  readonly workflowId: number;
  readonly workflowRunId: number;
  /** D: every task is done. E: some failed. T: told to stop by another client. */
  readonly status: WorkflowRunStatus;
}

/** What binding found out about the workflow. */
export interface Found {
  readonly status: WorkflowStatus;
  readonly isNew: boolean;
  /** This very object has run before: what was found then says nothing any more, and the server decides. */
  readonly isRepeated: boolean;
}

const DEFAULT_RESUME_TIMEOUT = 300;

/** Runs a workflow that is bound but for its tasks. @throws see {@link Workflow.run} */
export async function runBoundWorkflow(workflow: Workflow, found: Found, options: RunOptions): Promise<WorkflowResult> {
  const { requester, resume = false, resetRunningJobs = true, log = silentLog, signal } = options;
  const { workflowId } = workflow;
  options.onBound?.({ workflowId });
  if (!found.isRepeated) checkMayRun(workflow, found, resume);
  if (resume && found.isNew && !found.isRepeated) {
    log.warn({ workflow_id: workflowId }, 'there is nothing to resume: the workflow is new');
  } else if (resume) {
    await makeWayFor(stoppable(requester, signal), workflowId, options);
  }
  await inPhase('bind tasks', options, { 'skep.tasks': workflow.tasks.length, 'skep.workflow_id': workflowId }, () =>
    workflow.bindTasks({ resetIfRunning: resetRunningJobs, ...(signal && { signal }) }),
  );
  if (resume) await adoptChangedResources(stoppable(requester, signal), requester, workflow);
  const result = await conduct(options, workflowId, workflow.clusterName, (shared) =>
    runWorkflow({ ...shared, workflow, status: 'B' }),
  ).catch((error: unknown) => {
    if (error instanceof RunError) finishTasks(workflow, error.result);
    throw error;
  });
  finishTasks(workflow, result);
  return result;
}

/**
 * Goes on with a workflow that is known by its id alone; its tasks are read from the server.
 * @throws SkepError not_found, not_bound, workflow_empty, workflow_not_resumable, scale_invalid (scales that are functions exist only in the
 * program that made them), and what a run throws.
 */
export async function resumeWorkflowFromId(options: ResumeFromIdOptions): Promise<WorkflowResult> {
  const { requester, workflowId, clusterName, increaseResources = true, resetRunningJobs = true, signal } = options;
  const caller = stoppable(requester, signal);
  const params = { workflow_id: workflowId };
  await checkBound(caller, workflowId);
  if (increaseResources) await caller.call(routes.increaseResources, { params });
  await makeWayFor(caller, workflowId, options);
  const body = { reset_if_running: resetRunningJobs };
  const { err_msg: refusal } = await caller.call(routes.setResumeState, { params, body });
  if (refusal !== undefined) throw new SkepError('workflow_not_resumable', refusal);
  return conduct(options, workflowId, clusterName, (shared) =>
    resumeWorkflowRun({ ...shared, workflowId, status: 'B' }),
  );
}

/**
 * A client that died while it bound tasks leaves a workflow that no run may have, and whoever waited for its way to be free
 * would wait for ever: only the description of the workflow has what is missing.
 */
async function checkBound(caller: Caller, workflowId: number): Promise<void> {
  const [workflow] = await workflowStatus(caller, { workflowIds: [workflowId] });
  if (workflow === undefined) throw new SkepError('not_found', `Workflow ${workflowId} does not exist.`);
  if (workflow.CREATED_DATE !== null) return;
  const sentence = `The tasks of workflow ${workflowId} are not all bound: run the file that describes it, which binds the rest, with skep run FILE --resume.`;
  throw new SkepError('not_bound', sentence);
}

/** @throws SkepError workflow_complete, workflow_exists */
export function checkMayRun(
  { workflowId, workflowArgs }: Pick<Workflow, 'workflowId' | 'workflowArgs'>,
  { status, isNew }: Pick<Found, 'status' | 'isNew'>,
  resume: boolean,
): void {
  if (status === 'D') throw new SkepError('workflow_complete', `Workflow ${workflowId} is done already.`);
  if (isNew || resume) return;
  const sentence = `Workflow ${workflowId} with the args ${JSON.stringify(workflowArgs)} exists already.`;
  throw new SkepError('workflow_exists', sentence);
}

function makeWayFor(caller: Caller, workflowId: number, options: CommonRunOptions): Promise<void> {
  return makeWay(caller, {
    workflowId,
    cold: options.resetRunningJobs ?? true,
    timeout: options.resumeTimeout ?? DEFAULT_RESUME_TIMEOUT,
    forceCleanup: options.forceCleanup ?? false,
    clock: options.clock ?? systemClock,
    signal: options.signal,
  });
}

async function conduct(
  options: CommonRunOptions,
  workflowId: number,
  clusterName: string,
  schedule: (shared: SwarmOptions) => Promise<OrchestratorResult>,
): Promise<WorkflowResult> {
  const { requester, signal, log = silentLog, heartbeat = DEFAULT_HEARTBEAT, clock = systemClock } = options;
  return conductRun({
    ...{ requester, workflowId, clusterName, heartbeat, signal, log },
    onDistributorWanted: options.onDistributorWanted,
    environment: {
      ...distributorEnvironment(options.environment ?? process.env, options, heartbeat),
      ...(options.trace && { [TRACE_VARIABLE]: options.trace.span.traceparent }),
    },
    distributor: {
      command: options.distributorCommand,
      startupTimeout: options.distributorStartupTimeout,
      stopTimeout: options.distributorStopTimeout,
      processes: options.processes ?? systemProcesses,
      clock,
    },
    async schedule(workflowRunId, distributorAlive) {
      const ids = { 'skep.workflow_id': workflowId, 'skep.workflow_run_id': workflowRunId };
      options.trace?.span.set(ids);
      const result = await inPhase('swarm', options, ids, () =>
        schedule(swarmOptions(options, heartbeat, workflowRunId, distributorAlive)),
      );
      return { ...result, workflowId, workflowRunId, status: result.finalStatus };
    },
  });
}

const DEFAULT_HEARTBEAT: Config['heartbeat'] = {
  workflow_run_interval: SETTINGS.heartbeat.workflow_run_interval.default,
  task_instance_interval: SETTINGS.heartbeat.task_instance_interval.default,
  report_by_buffer: SETTINGS.heartbeat.report_by_buffer.default,
};

function swarmOptions(
  { requester, failFast, secondsUntilTimeout: timeout, clock, log, signal, onProgress }: CommonRunOptions,
  heartbeat: Config['heartbeat'],
  workflowRunId: number,
  distributorAlive: () => boolean,
): SwarmOptions {
  const config = { failFast };
  return { requester, workflowRunId, distributorAlive, heartbeat, config, timeout, clock, log, signal, onProgress };
}

function finishTasks(workflow: Workflow, { taskFinalStatuses }: OrchestratorResult): void {
  for (const task of workflow.tasks)
    task.finish((taskFinalStatuses.get(task.taskId) ?? task.initialStatus) as TaskStatus);
}
