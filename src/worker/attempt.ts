/** One task instance at work: ask, run, report. Source: distributor-worker §8. */
import type { SupervisorJob } from '../api/supervisor.ts';
import { parseTraceparent, type SpanContext, TRACE_VARIABLE } from '../api/tracing/span-context.ts';
import type { Span, Tracer } from '../api/tracing/tracer.ts';
import { writeMark } from '../core/attempt-mark.ts';
import { messageOf } from '../core/errors.ts';
import type { LineLog } from '../core/log.ts';
import { logPath } from '../core/log-paths.ts';
import { type CommandEnd, type CommandParts, RunningCommand, type StopReason } from './command.ts';
import type { Heartbeats } from './heartbeats.ts';
import { type LogFile, openLogFile } from './output.ts';
import type { Assignment, EndReport, Reports } from './reports/reports.ts';
import { type AttemptResult, resultOf } from './result.ts';
import type { ShownOutput } from './shown-output.ts';

export interface AttemptParts {
  readonly reports: Reports;
  readonly heartbeats: Heartbeats;
  /** Undefined: the server has no use for it. */
  readonly shown: ShownOutput | undefined;
  readonly command: CommandParts;
  readonly log: LineLog;
  /** Makes spans of attempts, below `parent` where a job names no place of its own. Default: nobody does. */
  readonly trace?: { readonly tracer: Tracer; readonly parent: SpanContext | undefined } | undefined;
  /** Identity of the server's database and of this process, for the mark of the commands. */
  readonly database: string;
  readonly supervisor: string;
}

/** What a job is to a worker; the distributor's id is null where the cluster gives none. */
export type AttemptJob = Omit<SupervisorJob, 'cores' | 'distributorId'> & {
  readonly distributorId: string | null;
  /** Seconds for which it may go on without an answer, unless its resources say otherwise; 0 or absent: for ever. */
  readonly lease?: number;
  /** A batch system has started the worker, and keeps the limits of the job. */
  readonly isLimitedByCluster?: boolean;
};

export interface AttemptOutcome {
  /** The server holds the result: whatever it was, the attempt is over and known to be. */
  readonly accepted: boolean;
  readonly message: string;
}

export class Attempt {
  readonly #job: AttemptJob;
  readonly #parts: AttemptParts;
  #stopped: StopReason | undefined;
  #command: RunningCommand | undefined;
  #asking = true;
  #cancelLease: () => void = () => {};
  readonly #span: Span | undefined;
  readonly #room: Promise<void>;
  readonly #stopOrder = Promise.withResolvers<void>();
  readonly #commandOver = Promise.withResolvers<void>();
  /** Resolves when nothing of the command lives any more, so that another may take its place. Never rejects. */
  readonly commandOver: Promise<void>;
  /** Resolves when the server has answered the report. Never rejects. */
  readonly over: Promise<AttemptOutcome>;

  /** `room` resolves when the command may take its place on the machine; the server is asked before that. */
  constructor(job: AttemptJob, parts: AttemptParts, room: Promise<void> = Promise.resolve()) {
    this.#job = job;
    this.#parts = parts;
    this.#room = room;
    this.commandOver = this.#commandOver.promise;
    this.#span = startSpan(job, parts.trace);
    this.over = this.#run()
      .catch((error: unknown): AttemptOutcome => {
        this.#commandOver.resolve();
        return { accepted: false, message: `The attempt failed: ${messageOf(error)}` };
      })
      .then((outcome) => {
        this.#span?.end(outcome.accepted ? undefined : outcome.message);
        return outcome;
      });
  }

  /** Ends the command, or keeps it from starting. */
  stop(reason: StopReason): void {
    this.#stopped ??= reason;
    this.#command?.stop(reason);
    this.#stopOrder.resolve();
    if (this.#asking) this.#commandOver.resolve(); // Nothing lives, and whatever the answer is, nothing will.
  }

  async #run(): Promise<AttemptOutcome> {
    const { taskInstanceId, distributorId } = this.#job;
    const asked = this.#parts.command.clock.monotonic();
    const assignment = await this.#parts.reports.start({ taskInstanceId, distributorId });
    this.#asking = false;
    if (assignment.status !== 'R') {
      this.#commandOver.resolve();
      return { accepted: false, message: `The server does not let it start (status ${assignment.status}).` };
    }
    const { workflowRunId, workflowId, taskId } = assignment;
    this.#span?.set({
      ...{ 'skep.workflow_run_id': workflowRunId, 'skep.workflow_id': workflowId },
      'skep.task_id': taskId,
    });
    this.#renewLease(assignment, asked);
    const { report, stop } = this.#beginHeartbeats(assignment);
    const hide = this.#parts.shown?.add(taskInstanceId, () => this.#command?.output());
    const end = await this.#runCommand(assignment, report);
    stop();
    this.#cancelLease();
    this.#commandOver.resolve();
    await hide?.();
    return this.#report({ ...report, ...end });
  }

  /** `since`: when the question left that the server has answered, in monotonic milliseconds. */
  #renewLease({ lease = this.#job.lease ?? 0 }: Assignment, since: number): void {
    if (this.#job.lease === undefined || lease === 0) return;
    const { clock } = this.#parts.command;
    this.#cancelLease();
    this.#cancelLease = clock.after(since + lease * 1000 - clock.monotonic(), () => this.stop('lease'));
  }

  #beginHeartbeats(assignment: Assignment) {
    const { taskName, stdoutDirectory, stderrDirectory } = assignment;
    const { taskInstanceId, distributorId } = this.#job;
    const id = distributorId ?? String(taskInstanceId);
    const stdout = logPath(stdoutDirectory, taskName, 'o', id);
    const stderr = logPath(stderrDirectory, taskName, 'e', id);
    const report = { taskInstanceId, distributorId, stdout, stderr };
    const stop = this.#parts.heartbeats.add(report, (status, sent) => {
      this.#renewLease(assignment, sent);
      if (status === 'R' || status === 'T') return;
      this.stop(status === 'K' ? 'ordered' : 'abandoned');
    });
    return { report, stop };
  }

  /** Runs the command; what keeps it from starting is its end too. */
  async #runCommand(
    assignment: Assignment,
    paths: { stdout: string | null; stderr: string | null },
  ): Promise<ReportedEnd> {
    await Promise.race([this.#room, this.#stopOrder.promise]);
    if (this.#stopped !== undefined) return neverStarted(this.#stopped);
    const opened: LogFile[] = [];
    try {
      for (const path of [paths.stdout, paths.stderr]) opened.push(await openLogFile(path));
      const [stdout, stderr] = opened as [LogFile, LogFile];
      this.#command = await RunningCommand.start(this.#requestFor(assignment, stdout, stderr), this.#parts.command);
    } catch (error) {
      await Promise.all(opened.map(({ handle }) => handle?.close()));
      return failedEnd({ status: 'E', description: `The command could not be started: ${messageOf(error)}` });
    }
    this.#span?.event('running');
    if (this.#stopped !== undefined) this.#command.stop(this.#stopped); // The order came while it was starting.
    return this.#describe(await this.#command.ended, assignment);
  }

  #requestFor(assignment: Assignment, stdout: LogFile, stderr: LogFile) {
    const { workflowId, workflowRunId, taskId, taskInstanceId } = assignment;
    const { database, supervisor } = this.#parts;
    return {
      command: assignment.command,
      variables: {
        JOBMON_TASK_INSTANCE_ID: String(taskInstanceId),
        JOBMON_WORKFLOW_RUN_ID: String(workflowRunId),
        JOBMON_TASK_ID: String(taskId),
        JOBMON_WORKFLOW_ID: String(workflowId),
        ...(this.#span && { [TRACE_VARIABLE]: this.#span.traceparent }),
      },
      mark: writeMark({ database, workflowId, workflowRunId, taskInstanceId, supervisor }),
      stdout,
      stderr,
      runtime: this.#job.runtime,
      memory: this.#job.memory,
    };
  }

  #describe(end: CommandEnd, { runtime }: Assignment): ReportedEnd {
    const { taskInstanceId } = this.#job;
    this.#span?.event('done');
    this.#span?.set({ 'skep.exit_status': end.code ?? undefined, 'skep.signal': end.signal ?? undefined });
    if (end.logFailure) {
      this.#parts.log.warn(
        { task_instance_id: taskInstanceId, error: end.logFailure.message },
        'A log file is not complete',
      );
    }
    const { stdoutTail, stderrTail, wallclock } = end;
    return {
      result: resultOf(end, this.#job, this.#batchSystem(runtime)),
      stdoutTail,
      stderrTail,
      usage: { wallclock, ...end.usage },
    };
  }

  /** Whoever keeps the limits of a job itself is a batch system. */
  #batchSystem(limit: number | undefined) {
    return this.#job.isLimitedByCluster === true ? { limit } : undefined;
  }

  async #report({ result, ...fields }: ReportedEnd & Omit<EndReport, keyof AttemptResult>): Promise<AttemptOutcome> {
    if (result === undefined) return { accepted: false, message: 'The server had given the attempt up.' };
    this.#span?.set({ 'skep.status': result.status });
    const status = await this.#parts.reports.end({ ...fields, ...result });
    if (status === result.status) return { accepted: true, message: `Reported ${status}.` };
    if (status !== 'K' || result.status === 'F') {
      return { accepted: false, message: `The server holds status ${status} and refused ${result.status}.` };
    }
    // Ordered to die while it ended by itself: it is dead, which is what the order wanted.
    const description = `The attempt ended as ${result.status} when it was ordered to die. ${result.description ?? ''}`;
    const confirmed = await this.#parts.reports.end({ ...fields, status: 'F', description });
    return { accepted: confirmed === 'F', message: `Reported F; the server holds ${confirmed}.` };
  }
}

function startSpan(
  { taskInstanceId, distributorId, traceparent }: AttemptJob,
  trace: AttemptParts['trace'],
): Span | undefined {
  const attributes = { 'skep.task_instance_id': taskInstanceId, 'skep.distributor_id': distributorId ?? undefined };
  const span = trace?.tracer.start('attempt', { parent: parseTraceparent(traceparent) ?? trace.parent, attributes });
  span?.event('launched');
  return span;
}

/** How the command ended, as far as it goes into the report; no result: there is nothing to report. */
type ReportedEnd = Pick<EndReport, 'stdoutTail' | 'stderrTail' | 'usage'> & {
  readonly result: AttemptResult | undefined;
};

function failedEnd(result: AttemptResult | undefined): ReportedEnd {
  return { result, stdoutTail: '', stderrTail: '', usage: { wallclock: 0, cpu: null, maxrss: null } };
}

/** The order to end came while the server was asked: the instance counts as running, but nothing was started. */
function neverStarted(reason: StopReason): ReportedEnd {
  if (reason === 'abandoned') return failedEnd(undefined);
  const status = reason === 'ordered' ? 'F' : 'U';
  return failedEnd({ status, description: `The command was not started: the attempt was stopped first (${reason}).` });
}
