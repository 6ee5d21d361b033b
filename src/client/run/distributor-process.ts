/** Starting, watching and stopping the distributor of a run. Source: client §12.4, distributor-worker §3. */
import { type Clock, systemClock } from '../../core/clock.ts';
import { messageOf, SkepError } from '../../core/errors.ts';
import { type Logger, silentLog } from '../../core/log.ts';
import { ownProgram } from '../../core/own-files.ts';
import { type LaunchedProcess, type ProcessEnd, type ProcessLauncher, systemProcesses } from '../../core/process.ts';
import { ErrorOutput } from './error-output.ts';

export interface DistributorRequest {
  readonly clusterName: string;
  readonly workflowId: number;
  readonly workflowRunId: number;
  /** The whole environment of the distributor. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Program and first arguments, before `start`. Default: the distributor of this package. */
  readonly command?: readonly string[] | undefined;
  /** Seconds until a distributor that is not ready is given up. Default 180. */
  readonly startupTimeout?: number | undefined;
  /** Seconds until a distributor that does not end is killed. Default 60. */
  readonly stopTimeout?: number | undefined;
  /** Gives the start up. */
  readonly signal?: AbortSignal | undefined;
  readonly processes?: ProcessLauncher | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Logger | undefined;
}

export interface Distributor {
  /** Whether it has not ended. */
  alive(): boolean;
  /** The last that it wrote to stderr. */
  tail(): string;
  /** Ends it and all that it started; false when it had to be killed or did not end in order. */
  stop(): Promise<boolean>;
}

/** A cluster may take long to be reached. */
const STARTUP_TIMEOUT = 180;
/** Running commands are given ten seconds by default to end, and reports may have to be repeated. */
const STOP_TIMEOUT = 60;
/** Seconds after the end of a process within which the rest of what it wrote must arrive; a child may hold its pipe open. */
const DRAIN_TIMEOUT = 1;

/**
 * Starts a distributor in a session of its own, and waits until it is ready.
 * @throws SkepError distributor_startup with what it wrote, when it ends or is not ready in time; run_interrupted
 */
export async function startDistributor(request: DistributorRequest): Promise<Distributor> {
  const { clock = systemClock, signal, startupTimeout = STARTUP_TIMEOUT } = request;
  const process = await launch(request);
  const output = new ErrorOutput(process, request.log ?? silentLog);
  const distributor = watch(process, output, request);
  const timer = new AbortController();
  const outcome = await Promise.race([
    output.sawAlive.then(() => 'ready' as const),
    process.exited.then((end) => end),
    clock.sleep(startupTimeout * 1000, timer.signal).then(() => 'late' as const),
    aborted(signal).then(() => 'interrupted' as const),
  ]);
  timer.abort();
  if (outcome === 'ready') return distributor;
  await distributor.stop();
  if (outcome === 'interrupted')
    throw new SkepError('run_interrupted', 'The run was stopped while its distributor started.');
  throw startupError(
    request,
    outcome === 'late' ? `was not ready after ${startupTimeout} s` : endOf(outcome),
    output.tail,
  );
}

async function launch({
  command,
  processes = systemProcesses,
  ...request
}: DistributorRequest): Promise<LaunchedProcess> {
  const [program, ...first] = command ?? ownCommand();
  try {
    return await processes.launch({
      program: program as string,
      arguments: [
        ...[...first, 'start', '--cluster_name', request.clusterName],
        ...['--workflow_run_id', String(request.workflowRunId)],
        // A distributor of a peer does not know this option; whoever names its command leaves it out.
        ...(command === undefined ? ['--workflow_id', String(request.workflowId)] : []),
      ],
      environment: request.environment,
      ownGroup: true,
      stdin: 'pipe',
      stderr: 'pipe',
    });
  } catch (cause) {
    throw startupError(request, `cannot be started: ${messageOf(cause)}`, '', cause);
  }
}

function ownCommand(): string[] {
  return [process.execPath, ownProgram('distributor/main.ts')];
}

function watch(process: LaunchedProcess, output: ErrorOutput, request: DistributorRequest): Distributor {
  const { clock = systemClock, stopTimeout = STOP_TIMEOUT } = request;
  let hasEnded = false;
  const ended = process.exited.then(() => {
    hasEnded = true;
  });
  let stopping: Promise<boolean> | undefined;
  const stop = async () => {
    if (!hasEnded) process.signal('SIGTERM');
    // The end of its standard input tells it that its parent is gone, should it have missed the signal.
    process.stdin?.destroy();
    await within(clock, stopTimeout, ended);
    if (!hasEnded) process.signal('SIGKILL');
    await ended;
    await within(clock, DRAIN_TIMEOUT, process.closed);
    if (!output.sawShutdown) process.signal('SIGKILL');
    output.close();
    return output.sawShutdown;
  };
  return {
    alive: () => !hasEnded,
    tail: () => output.tail,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

async function within(clock: Clock, seconds: number, event: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([event, clock.sleep(seconds * 1000, timer.signal)]);
  timer.abort();
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}

function endOf({ code, signal }: ProcessEnd): string {
  const how = signal === null ? `with status ${code}` : `by signal ${signal}`;
  return `ended ${how} before it was ready`;
}

function startupError(
  { clusterName }: Pick<DistributorRequest, 'clusterName'>,
  what: string,
  tail: string,
  cause?: unknown,
): SkepError {
  const written = tail.trim() === '' ? 'It wrote nothing.' : `It wrote: ${tail.trim()}`;
  return new SkepError('distributor_startup', `The distributor for cluster ${clusterName} ${what}. ${written}`, {
    cause,
  });
}
