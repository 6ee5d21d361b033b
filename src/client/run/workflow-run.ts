/** One run of a workflow on the server, from its creation to its end. Source: client §12.3, §12.4; swarm §13. */

import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { systemClock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { isSkepError, messageOf, SkepError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import { nameOfThisProcess, systemProcesses } from '../../core/process.ts';
import { runIncrement } from '../../core/report-increments.ts';
import type { WorkflowRunStatus } from '../../core/status.ts';
import { userName } from '../../core/user-name.ts';
import { PROTOCOL_VERSION } from '../../core/version.ts';
import { type Caller, stoppable } from '../binding/caller.ts';
import { awaitDistributor } from './distributor-from-outside.ts';
import { type Distributor, type DistributorRequest, startDistributor } from './distributor-process.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Heartbeat = Config['heartbeat'];

export interface WorkflowRunInput<Result> {
  readonly requester: Requester;
  readonly workflowId: number;
  readonly clusterName: string;
  readonly heartbeat: Heartbeat;
  /** Environment of the distributor, see {@link distributorEnvironment}. */
  readonly environment: Environment;
  /** Somebody else starts the distributor; called when one is wanted. */
  readonly onDistributorWanted?: ((workflowRunId: number) => void) | undefined;
  readonly distributor: Omit<DistributorRequest, 'clusterName' | 'workflowId' | 'workflowRunId' | 'environment'>;
  readonly signal?: AbortSignal | undefined;
  readonly log: Logger;
  /** Schedules the tasks while the distributor is up; sets the run's last status itself, also when it throws. */
  readonly schedule: (workflowRunId: number, distributorAlive: () => boolean) => Promise<Result>;
}

/** Attempts to tell the server how a run failed: whoever waits for the error has waited for retries before. */
const LAST_WORDS_ATTEMPTS = 4;

/** Where the distributor finds the server, and how often everybody reports. */
export interface ServerAccess {
  readonly serviceUrl?: string | undefined;
  /** File with the token; the token itself is on no command line and in no environment. */
  readonly tokenFile?: string | undefined;
}

/**
 * Creates a run, starts its distributor (or waits for one), lets `schedule` do the work, and stops the distributor that it
 * started, whatever happens.
 * @throws SkepError workflow_not_resumable when the server allows no run now, and what the parts throw; the run has ended then.
 */
export async function conductRun<Result>(input: WorkflowRunInput<Result>): Promise<Result> {
  const { requester, log, signal } = input;
  const caller = stoppable(requester, signal);
  const workflowRunId = await createRun(caller, input);
  let distributor: Distributor;
  const stopBeating = keepAlive(workflowRunId, input);
  try {
    await bindRun(caller, workflowRunId);
    distributor = await readyDistributor(workflowRunId, input);
  } catch (error) {
    await endRun(requester, workflowRunId, ['A', isSkepError(error, 'run_interrupted') ? 'S' : 'E'], log);
    throw error;
  } finally {
    stopBeating();
  }
  try {
    return await input.schedule(workflowRunId, distributor.alive);
  } catch (error) {
    if (isSkepError(error, 'distributor_dead')) addTail(error, distributor.tail());
    throw error;
  } finally {
    const inOrder = await distributor.stop();
    if (!inOrder) log.warn({ tail: distributor.tail() }, 'the distributor did not end in order');
  }
}

function readyDistributor(workflowRunId: number, input: WorkflowRunInput<unknown>): Promise<Distributor> {
  const { requester, workflowId, clusterName, environment, log, signal, heartbeat, onDistributorWanted } = input;
  if (onDistributorWanted === undefined) {
    return startDistributor({ clusterName, workflowId, workflowRunId, environment, signal, log, ...input.distributor });
  }
  const { clock = systemClock } = input.distributor;
  const onWanted = () => onDistributorWanted(workflowRunId);
  return awaitDistributor({ workflowRunId, requester, heartbeat, clock, signal, log, onWanted });
}

/** This process's environment with the server, the token's file and the heartbeats of this run. */
export function distributorEnvironment(own: Environment, access: ServerAccess, heartbeat: Heartbeat): Environment {
  return {
    ...own,
    ...(access.serviceUrl && { SKEP__HTTP__SERVICE_URL: access.serviceUrl }),
    // A token in our own environment would be preferred to the file, and may be another server's.
    ...(access.tokenFile && { SKEP__HTTP__TOKEN_FILE: access.tokenFile, SKEP__HTTP__TOKEN: undefined }),
    SKEP__HEARTBEAT__WORKFLOW_RUN_INTERVAL: String(heartbeat.workflow_run_interval),
    SKEP__HEARTBEAT__TASK_INSTANCE_INTERVAL: String(heartbeat.task_instance_interval),
    SKEP__HEARTBEAT__REPORT_BY_BUFFER: String(heartbeat.report_by_buffer),
  };
}

async function createRun(caller: Caller, input: WorkflowRunInput<unknown>): Promise<number> {
  const { workflowId, heartbeat, environment, distributor } = input;
  const answer = await caller.call(routes.addWorkflowRun, {
    body: {
      workflow_id: workflowId,
      user: userName(environment),
      jobmon_version: PROTOCOL_VERSION,
      next_report_increment: runIncrement(heartbeat),
      client_process: nameOfThisProcess(distributor.processes ?? systemProcesses),
    },
  });
  if (answer.workflow_run_id !== null) return answer.workflow_run_id;
  throw new SkepError(
    'workflow_not_resumable',
    `The server starts no run of workflow ${workflowId}: ${answer.err_msg ?? 'it gave no reason'}`,
  );
}

async function bindRun(caller: Caller, workflowRunId: number): Promise<void> {
  const { status } = await caller.call(routes.updateWorkflowRunStatus, {
    params: { workflow_run_id: workflowRunId },
    body: { status: 'B' },
  });
  if (status === 'B') return;
  throw new SkepError('transition_refused', `Workflow run ${workflowRunId} is ${status} and cannot be bound.`);
}

/**
 * Reports for the run while its distributor starts, which may take longer than the server waits: the swarm, which reports
 * afterwards, does not exist yet. The returned function ends it.
 */
function keepAlive(workflowRunId: number, input: WorkflowRunInput<unknown>): () => void {
  const { requester, heartbeat, log } = input;
  const clock = input.distributor.clock ?? systemClock;
  const increment = runIncrement(heartbeat);
  const report = {
    params: { workflow_run_id: workflowRunId },
    body: { status: 'B', next_report_increment: increment },
  };
  let cancel: () => void;
  const beat = () => {
    cancel = clock.after(heartbeat.workflow_run_interval * 1000, beat);
    requester
      .call(routes.logWorkflowRunHeartbeat, report, { attempts: 1 })
      .catch((error: unknown) =>
        log.warn({ workflow_run_id: workflowRunId, error: messageOf(error) }, 'a heartbeat did not arrive'),
      );
  };
  cancel = clock.after(heartbeat.workflow_run_interval * 1000, beat);
  return () => cancel();
}

/**
 * Ends a run that could not start, with the first of the statuses that the server allows: a run is aborted before it is
 * bound, and fails or is stopped after that, and after a lost answer nobody but the server knows which it is. That it cannot
 * be told is worth a line: the run has failed already, and the server's reaper will find out.
 */
async function endRun(
  requester: Requester,
  workflowRunId: number,
  statuses: readonly WorkflowRunStatus[],
  log: Logger,
): Promise<void> {
  try {
    for (const status of statuses) {
      const input = { params: { workflow_run_id: workflowRunId }, body: { status } };
      const answer = await requester.call(routes.updateWorkflowRunStatus, input, { attempts: LAST_WORDS_ATTEMPTS });
      if (answer.status === status) return;
    }
  } catch (error) {
    log.warn({ workflow_run_id: workflowRunId, error: messageOf(error) }, 'cannot tell the server that the run ended');
  }
}

/** Adds the reason to the error itself, which carries the result of the run. */
function addTail(error: SkepError, tail: string): void {
  if (tail.trim() !== '') error.message += ` The distributor wrote: ${tail.trim()}`;
}
