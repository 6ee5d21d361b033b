/** One run as its user sees it: server, log, progress, Ctrl-C, summary, exit code. */

import { openTracer } from '../../api/tracing/open.ts';
import { parseTraceparent, TRACE_VARIABLE } from '../../api/tracing/span-context.ts';
import { countIn, workflowStatus } from '../../client/queries/workflow-status.ts';
import type { CommonRunOptions, WorkflowResult } from '../../client/run/run-workflow.ts';
import { dataDirectory } from '../../core/config.ts';
import { isSkepError, type SkepError } from '../../core/errors.ts';
import { type CommandContext, type CommonOptions, configFor } from '../context.ts';
import { openLogFile } from '../output/log-file.ts';
import { paintFor, plural, widthOf } from '../output/terminal.ts';
import { type Connection, connect } from '../server/connect.ts';
import { explainFailures, type Failure, findFailedTasks } from './failures.ts';
import { watchInterrupts } from './interrupt.ts';
import { createRunProgress } from './progress.ts';
import { distributorCommandOf } from './resume-command.ts';
import { isSuccess, type Outcome, outcomeAsJson, renderSummary } from './summary.ts';

export interface SupervisedRun {
  readonly name: string;
  /** Called when a server is there; `onBound` is to be called when the workflow has its id. */
  start(options: CommonRunOptions & { onBound(bound: { workflowId: number }): void }): Promise<WorkflowResult>;
  /** The command that goes on with it; the id is undefined while it is not bound. */
  resumeCommand(workflowId: number | undefined): string;
}

export interface SuperviseOptions extends CommonOptions {
  readonly failFast?: boolean;
  /** Seconds. */
  readonly timeout?: number;
  readonly json?: boolean;
  /** Starts no distributor: one is started elsewhere. */
  readonly externalDistributor?: boolean;
  /** Asked to resume: then a workflow that is done already is a success. */
  readonly resume?: boolean;
}

/**
 * Starts a run, shows how it goes and says how it went.
 * @returns the exit code: 0 = every task is done, 1 = not, above 128 = stopped by a signal.
 */
export async function superviseRun(
  run: SupervisedRun,
  options: SuperviseOptions,
  context: CommandContext,
): Promise<number> {
  const { output, errors, clock, processes } = context;
  const config = configFor(context, options);
  const verbose = options.verbose === true;
  const logFile = openLogFile(dataDirectory(config), 'run', { level: config.log.level, verbose, clock });
  const { telemetry } = config;
  const { environment } = context;
  const tracer = await openTracer({ component: 'client', telemetry, environment, clock, log: logFile.log });
  const parent = parseTraceparent(environment[TRACE_VARIABLE]);
  const span = tracer?.start('skep run', { parent, attributes: { 'skep.name': run.name } });
  const log = span === undefined ? logFile.log : logFile.log.child({ trace_id: span.context.traceId });
  const connection = await connect({ config, clock, processes, log });
  const { requester, serviceUrl, tokenFile } = connection;
  const progress = createRunProgress({ name: run.name, stream: errors, isLive: !verbose, clock, requester });
  const interrupts = watchInterrupts({
    input: context.input,
    output: errors,
    onQuestion: (open) => (open ? progress.pause() : progress.resume()),
    onStop: () => progress.remark('Stopping: running tasks are being ended …'),
  });
  connection.onTrouble((reason) => {
    progress.say(`The server is in trouble: ${reason.replace(/\.?$/, '.')} Trying again (Ctrl-C stops).`);
  });
  let workflowId: number | undefined;
  try {
    const started = clock.monotonic();
    const result = await run.start({
      requester,
      serviceUrl,
      tokenFile,
      failFast: options.failFast,
      secondsUntilTimeout: options.timeout,
      heartbeat: config.heartbeat,
      environment,
      ...(tracer && span && { trace: { tracer, span } }),
      signal: interrupts.signal,
      log,
      onBound: (bound) => {
        workflowId = bound.workflowId;
        progress.bound(bound.workflowId);
      },
      onProgress: progress.update,
      ...(options.externalDistributor && { onDistributorWanted }),
    });
    progress.end();
    span?.set({
      'skep.status': result.status,
      'skep.tasks': result.totalTasks,
      'skep.tasks_failed': result.failedCount,
    });
    span?.end();
    const outcome: Outcome = {
      workflowId: result.workflowId,
      workflowRunId: result.workflowRunId,
      status: result.status,
      total: result.totalTasks,
      done: result.doneCount,
      failed: result.failedCount,
      elapsed: (clock.monotonic() - started) / 1000,
      failures: result.failedCount === 0 ? [] : await explain(connection, result, log),
      resumeCommand: run.resumeCommand(result.workflowId),
    };
    const text = options.json ? outcomeAsJson(outcome) : renderSummary(outcome, widthOf(output), paintFor(output));
    output.write(`${text}\n`);
    if (connection.serving && result.status === 'T') await serveLeftRunning(result.workflowId);
    if (connection.others() > 0) await serveOthers();
    return isSuccess(outcome) ? 0 : 1;
  } catch (error) {
    progress.end();
    if (interrupts.exitCode !== undefined && isSkepError(error, 'run_interrupted')) {
      errors.write(`Stopped. To resume:  ${run.resumeCommand(workflowId)}\n`);
      return interrupts.exitCode;
    }
    if (options.resume && isSkepError(error, 'workflow_complete')) {
      errors.write('Every task of this workflow is done already.\n');
      return 0;
    }
    log.error({ err: error }, 'the run ended with an error');
    if (!isSkepError(error) || isOfTheRun(error)) {
      errors.write(`The log of this run:  ${logFile.path}\n`);
      if (workflowId !== undefined) errors.write(`To resume:            ${run.resumeCommand(workflowId)}\n`);
    }
    throw error;
  } finally {
    interrupts.dispose();
    span?.end('the run ended with an error'); // If it has not ended well before.
    await tracer?.close();
    await connection.close();
  }

  function onDistributorWanted(workflowRunId: number): void {
    const command = distributorCommandOf(workflowRunId, options.dataDir);
    progress.say(`No distributor has this run. To start one, where the cluster can be reached:  ${command}`);
  }

  /** What a hot stop left running reports to the server in this process when it ends; without it the result would be lost. */
  async function serveLeftRunning(id: number): Promise<void> {
    const countRunning = async () => {
      const [workflow] = await workflowStatus(requester, { workflowIds: [id] });
      return countIn(workflow?.RUNNING ?? null);
    };
    let running = await countRunning();
    if (running === 0) return;
    interrupts.stopAsking();
    const what = `${plural(running, 'task')} of the run finish${running === 1 ? 'es' : ''} on`;
    errors.write(`${what} and will report here: waiting (Ctrl-C ends it now; then they may have to run again).\n`);
    for (; running > 0 && !interrupts.signal.aborted; running = await countRunning()) {
      await clock.sleep(500, interrupts.signal);
    }
  }

  /** The server lives in this process, so this process stays while others run on it. */
  async function serveOthers(): Promise<void> {
    interrupts.stopAsking();
    errors.write(
      'Other runs use the server of this one: waiting for them (Ctrl-C ends it now; they can be resumed).\n',
    );
    while (connection.others() > 0 && !interrupts.signal.aborted) await clock.sleep(500, interrupts.signal);
  }
}

/** Whether something broke that the log tells more of. A workflow that is unknown, done or in other hands is no such thing. */
function isOfTheRun(error: SkepError): boolean {
  return error.exitCode === 1 && !isSkepError(error, 'not_found', 'workflow_complete', 'workflow_not_resumable');
}

/** Failed tasks whose reason is told at the end. */
const EXPLAINED_FAILURES = 5;

async function explain(
  { requester }: Connection,
  { workflowId }: WorkflowResult,
  log: NonNullable<CommonRunOptions['log']>,
): Promise<Failure[]> {
  try {
    return await explainFailures(requester, await findFailedTasks(requester, workflowId, EXPLAINED_FAILURES));
  } catch (error) {
    // The run has ended; that its failures cannot be explained must not hide how it ended.
    log.error({ err: error }, 'the reasons of failed tasks could not be read');
    return [];
  }
}
