import type { Requester } from '../../api/requester.ts';
import type { AnswerOf } from '../../api/route.ts';
import type { routes } from '../../api/routes.ts';
import type { Clock } from '../../core/clock.ts';
import { leaseIn } from '../../core/lease.ts';
import type { LineLog } from '../../core/log.ts';
import type { Assignment, EndReport } from './reports.ts';

/** What both ways of reporting need. */
export interface ReportParts {
  readonly requester: Requester;
  readonly clock: Clock;
  readonly log: LineLog;
  /** Name of this machine. */
  readonly nodename: string;
  /** Process id under which the commands run. */
  readonly processId: number;
  /** Seconds after which an instance that has not reported is overdue. */
  readonly reportIncrement: number;
}

/** The repetition is ours: each attempt is one request. */
export const ONCE = { attempts: 1 } as const;

type InstanceTuple = AnswerOf<typeof routes.logRunning>['task_instance'];

/** `resources`: those of the instance, where the server tells them. */
export function assignmentOf(tuple: InstanceTuple, resources: Readonly<Record<string, unknown>> = {}): Assignment {
  const [taskInstanceId, status, workflowRunId, taskId, taskName, command, workflowId, stdout, stderr] = tuple;
  return {
    taskInstanceId,
    status,
    workflowRunId,
    taskId,
    taskName,
    command,
    workflowId,
    stdoutDirectory: stdout,
    stderrDirectory: stderr,
    lease: leaseIn(resources),
    runtime: typeof resources.runtime === 'number' ? resources.runtime : undefined,
  };
}

/** An end as the bulk route takes it. */
export function bulkEnd(report: EndReport, nodename: string) {
  return {
    task_instance_id: report.taskInstanceId,
    status: report.status,
    ...(report.description === undefined ? {} : { error_description: report.description }),
    ...(report.ranOut === undefined ? {} : { ran_out: report.ranOut }),
    ...(report.sparesTry === undefined ? {} : { spares_try: report.sparesTry }),
    usage: report.usage,
    ...endFields(report, nodename),
  };
}

/** The fields of an end that both surfaces name alike. */
export function endFields(report: EndReport, nodename: string) {
  return {
    stdout: report.stdout,
    stderr: report.stderr,
    stdout_log: report.stdoutTail,
    stderr_log: report.stderrTail,
    nodename,
    distributor_id: report.distributorId,
  };
}
